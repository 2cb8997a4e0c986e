// reader.cc -- the bytes of an image to a heap.
//
// The segments are packed one behind the other into a new heap's old space. When that lies where
// the image was written (Heap asks for the same addresses each time), references are right as they
// are; otherwise each is moved by its segment's distance.
#include <algorithm>
#include <cstring>
#include <functional>
#include <vector>

#include "image/image_checker.h"
#include "image/image_file.h"
#include "image/image_header.h"
#include "platform/file_replacement.h"

namespace banter::image {
namespace {

using heap::Format;
using heap::Heap;
using heap::Object;
using heap::Oop;

struct Segment {
  std::uint64_t old_begin, old_end;
  std::uint64_t distance;  // new address - old address, modulo 2^64
};

class Reader {
 public:
  // Fills the span with the source's bytes from the offset on.
  using Source = std::function<Result<void>(std::uint64_t offset, std::span<std::uint8_t>)>;

  Reader(Source source, std::uint64_t size, std::string name, Trust trust)
      : source_(std::move(source)), size_(size), name_(std::move(name)), trust_(trust) {}

  Result<std::unique_ptr<Heap>> run(const heap::HeapOptions& options) {
    if (auto done = read_header(); !done.ok()) return done.error();
    const std::uint64_t bytes = header_.data_bytes;
    if (bytes > SIZE_MAX / 2) return Error{fmt::format("{} is too large for this host", name_)};
    auto heap = Heap::create_for_image(options, static_cast<std::size_t>(bytes));
    if (!heap.ok()) return heap;
    begin_ = heap.value()->old_start();
    if (auto done = read_segments(); !done.ok()) return done.error();
    auto done = trust_ == Trust::kBuiltByUs ? relocate_trusted() : relocate_checked();
    if (!done.ok()) return done.error();
    heap.value()->image_settings() = header_.settings;
    const bool may_have_holes = trust_ == Trust::kCheckEverything;
    heap.value()->adopt_image(static_cast<std::size_t>(end_ - begin_), may_have_holes,
                              special_objects_, header_.last_hash);
    return heap;
  }

 private:
  bool must_check_sum() const { return trust_ != Trust::kBuiltByUs && header_.checksum != 0; }

  Error cut_short(const char* what) const {
    return Error{fmt::format("{} is a damaged image: it ends inside {}", name_, what)};
  }

  Result<void> read_header() {
    std::array<std::uint8_t, ImageHeader::kBytes> bytes;
    // A line for the shell may stand before the image, in a block of 512 bytes.
    std::uint8_t mark[2] = {};
    if (size_ >= 2) {
      if (auto done = source_(0, mark); !done.ok()) return done;
    }
    if (mark[0] == '#' && mark[1] == '!') image_begin_ = 512;
    if (size_ < image_begin_ + bytes.size()) return cut_short("its header");
    if (auto done = source_(image_begin_, bytes); !done.ok()) return done;
    auto header = ImageHeader::decode(bytes, name_);
    if (!header.ok()) return header.error();
    header_ = header.value();
    std::fill_n(bytes.begin() + ImageHeader::kChecksumOffset, sizeof header_.checksum, 0);
    checksum_.add(bytes);
    const std::uint64_t room = size_ - image_begin_;
    if (room < header_.header_bytes || room - header_.header_bytes < header_.data_bytes)
      return Error{fmt::format("{} is a damaged image: it has {} bytes and should have {}", name_,
                               size_, image_begin_ + header_.header_bytes + header_.data_bytes)};
    return {};
  }

  Result<void> read_segments() {
    std::uint64_t from = image_begin_ + header_.header_bytes;
    const std::uint64_t limit = from + header_.data_bytes;
    std::uint64_t segment_bytes = header_.first_segment_bytes;
    std::uint64_t old_begin = header_.old_base;
    end_ = begin_;
    while (segment_bytes != 0) {
      if (segment_bytes % 8 != 0 || segment_bytes < Bridge::kBytes || segment_bytes > limit - from)
        return Error{
            fmt::format("{} is a damaged image: a segment of {} bytes", name_, segment_bytes)};
      const auto body = static_cast<std::size_t>(segment_bytes - Bridge::kBytes);
      if (auto done = source_(from, {reinterpret_cast<std::uint8_t*>(end_), body}); !done.ok())
        return done;
      std::array<std::uint8_t, Bridge::kBytes> bytes;
      if (auto done = source_(from + body, bytes); !done.ok()) return done;
      if (must_check_sum()) {
        checksum_.add({reinterpret_cast<const std::uint8_t*>(end_), body});
        checksum_.add(bytes);
      }
      const Bridge bridge = Bridge::decode(bytes);
      segments_.push_back({old_begin, old_begin + body, end_ - old_begin});
      end_ += body;
      from += segment_bytes;
      old_begin += segment_bytes + bridge.gap_bytes;
      segment_bytes = bridge.next_segment_bytes;
    }
    if (from != limit)
      return Error{fmt::format("{} is a damaged image: its segments end {} bytes too early", name_,
                               limit - from)};
    return {};
  }

  // --- relocation ---

  // Requires a single segment whose distance is known to hold for every reference.
  Result<void> relocate_trusted() {
    const std::uint64_t distance = segments_[0].distance;
    special_objects_ = Oop::from_bits(header_.special_objects + distance);
    if (distance == 0) return {};
    for (std::uintptr_t at = begin_; at < end_;) {
      Object* object = Object::at_start(at);
      at = object->end();
      Oop* slot = object->slots();
      for (Oop* const end = slot + object->pointer_slot_count(); slot != end; ++slot)
        if (slot->is_object()) *slot = Oop::from_bits(slot->bits() + distance);
    }
    return {};
  }

  // 0 for an address outside of every segment.
  std::uint64_t relocated(std::uint64_t address) const {
    for (const Segment& segment : segments_)
      if (address - segment.old_begin < segment.old_end - segment.old_begin)
        return address + segment.distance;
    return 0;
  }

  Result<void> relocate_checked() {
    ImageChecker checker(begin_, end_, name_);
    if (auto done = checker.walk(); !done.ok()) return done;
    std::sort(segments_.begin(), segments_.end(),
              [](const Segment& a, const Segment& b) { return a.old_begin < b.old_begin; });
    for (std::uintptr_t at = begin_; at < end_;) {
      Object* object = Object::at_start(at);
      at = object->end();
      if (object->is_free_chunk()) continue;
      const std::size_t count = object->pointer_slot_count();
      for (std::size_t i = 0; i < count; ++i)
        if (!relocate(checker, object->slots() + i))
          return checker.damaged(object, fmt::format("slot {} refers to {:#x}, which is no object",
                                                     i, object->slots()[i].bits()));
    }
    special_objects_ = Oop::from_bits(header_.special_objects);
    if (!relocate(checker, &special_objects_))
      return Error{fmt::format("{} is a damaged image: its special objects are no object", name_)};
    if (auto done = checker.check_first_objects(special_objects_); !done.ok()) return done;
    if (auto done = checker.check_classes(); !done.ok()) return done;
    // Last, because the other checks can say what is damaged.
    if (must_check_sum() && checksum_.value() != header_.checksum)
      return Error{
          fmt::format("{} is a damaged image: its checksum is not that of its contents", name_)};
    return {};
  }

  bool relocate(const ImageChecker& checker, Oop* slot) const {
    const std::uint64_t bits = slot->bits();
    const std::uint64_t tag = bits & 7;
    if (tag != 0) return tag == 1 || tag == 2 || tag == 4;
    const std::uint64_t address = relocated(bits);
    if (!checker.is_object(address)) return false;
    *slot = Oop::from_bits(address);
    return true;
  }

  Source source_;
  std::uint64_t size_;
  std::string name_;
  Trust trust_;
  std::uint64_t image_begin_ = 0;
  ImageHeader header_;
  std::uintptr_t begin_ = 0, end_ = 0;
  std::vector<Segment> segments_;
  Oop special_objects_;
  Checksum checksum_;
};

}  // namespace

Result<std::unique_ptr<Heap>> read_image(std::span<const std::uint8_t> bytes,
                                         const std::string& name, const heap::HeapOptions& options,
                                         Trust trust) {
  const auto source = [bytes](std::uint64_t offset, std::span<std::uint8_t> target) {
    if (!target.empty()) std::memcpy(target.data(), bytes.data() + offset, target.size());
    return Result<void>();
  };
  return Reader(source, bytes.size(), name, trust).run(options);
}

Result<std::unique_ptr<Heap>> read_image_file(const std::string& path,
                                              const heap::HeapOptions& options) {
  auto file = platform::InputFile::open(path);
  if (!file.ok()) return file.error();
  const auto source = [&file](std::uint64_t offset, std::span<std::uint8_t> target) {
    return file.value().read_at(offset, target);
  };
  return Reader(source, file.value().size(), path, Trust::kCheckEverything).run(options);
}

}  // namespace banter::image
