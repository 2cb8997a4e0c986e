// writer.cc -- a heap to the bytes of an image.
//
// A full collection comes first, so what is written is alive. Objects are written in the order of
// their addresses, one behind the other: the holes before pinned objects are left out and young
// objects that are held for a call come last. Where nothing of that kind exists, which is nearly
// always, every reference is written as it is.
#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "image/image_file.h"
#include "image/image_header.h"
#include "platform/file_replacement.h"

namespace banter::image {
namespace {

using heap::Format;
using heap::Header;
using heap::Heap;
using heap::Object;
using heap::Oop;

class Writer {
 public:
  explicit Writer(const Heap& heap) : heap_(heap) {
    plan();
    for (const Oop mourner : heap.mourners()) mourners_.insert(mourner.bits());
  }

  // Hands the file's bytes to `take`, in pieces; `take` answers a Result<void>. What stands at
  // the start has no checksum yet: `header` is the right one afterwards.
  template <class Sink>
  Result<void> run(Sink&& take, std::array<std::uint8_t, ImageHeader::kBytes>& header) {
    ImageHeader values = image_header();
    header = values.encode();
    buffer_.assign(header.begin(), header.end());
    Checksum checksum;
    const auto sink = [&](std::span<const std::uint8_t> bytes) {
      checksum.add(bytes);
      return take(bytes);
    };
    Result<void> done;
    each_object([&](const Object* object) {
      append(object);
      if (buffer_.size() < kPiece) return;
      if (done.ok()) done = sink(std::span<const std::uint8_t>(buffer_));
      buffer_.clear();
    });
    if (!done.ok()) return done;
    const auto bridge = Bridge::encode_last();
    buffer_.insert(buffer_.end(), bridge.begin(), bridge.end());
    done = sink(std::span<const std::uint8_t>(buffer_));
    values.checksum = checksum.value();
    header = values.encode();
    return done;
  }

 private:
  static constexpr std::size_t kPiece = 1u << 20;
  struct Shift {
    std::uint64_t from;      // objects at this address and above ...
    std::uint64_t distance;  // ... lie this much lower in the file
  };

  bool is_old(const Object* object) const {
    const std::uint64_t address = object->oop().bits();
    return address >= heap_.old_start() && address < heap_.old_top();
  }

  // Old objects in order, then the young ones that could not move.
  template <class Function>
  void each_object(Function&& function) const {
    heap_.each_object(function, true);
  }

  void plan() {
    std::uint64_t next = heap_.old_start();
    std::uint64_t distance = 0;
    each_object([&](const Object* object) {
      if (!is_old(object)) {
        young_[object->oop().bits()] = next + (object->oop().bits() - object->start());
      } else if (object->start() - next != distance) {
        distance = object->start() - next;
        shifts_.push_back({object->start(), distance});
      }
      next += object->total_bytes();
    });
    data_bytes_ = next - heap_.old_start() + Bridge::kBytes;
  }

  Oop mapped(Oop oop) const {
    if (oop.is_immediate() || (shifts_.empty() && young_.empty())) return oop;
    const std::uint64_t address = oop.bits();
    if (const auto it = young_.find(address); it != young_.end()) return Oop::from_bits(it->second);
    const auto after =
        std::upper_bound(shifts_.begin(), shifts_.end(), address,
                         [](std::uint64_t a, const Shift& shift) { return a < shift.from; });
    return Oop::from_bits(after == shifts_.begin() ? address : address - after[-1].distance);
  }

  void append(const Object* object) {
    const std::size_t bytes = object->total_bytes();
    const std::size_t at = buffer_.size();
    const auto* source = reinterpret_cast<const std::uint8_t*>(object->start());
    buffer_.insert(buffer_.end(), source, source + bytes);
    auto* copy =
        reinterpret_cast<Object*>(buffer_.data() + at + (object->oop().bits() - object->start()));
    copy->header &= ~(Header::kRemembered | Header::kHeld | Header::kMarked);
    // An ephemeron that waits to be mourned will be found again by the first collection there.
    if (mourners_.contains(object->oop().bits())) copy->set_format(Format::kEphemeron);
    const std::size_t pointers = object->pointer_slot_count();
    for (std::size_t i = 0; i < pointers; ++i) copy->slots()[i] = mapped(object->slots()[i]);
    if (object->class_index() == heap::ClassIndex::kLongsPun)
      std::fill_n(copy->slots(), object->slot_count(), Oop());
  }

  ImageHeader image_header() const {
    ImageHeader header;
    header.data_bytes = header.first_segment_bytes = data_bytes_;
    header.old_base = heap_.old_start();
    header.special_objects = mapped(heap_.special_objects()).bits();
    header.last_hash = heap_.last_hash();
    header.settings = heap_.image_settings();
    return header;
  }

  const Heap& heap_;
  std::vector<Shift> shifts_;
  std::unordered_map<std::uint64_t, std::uint64_t> young_;
  std::unordered_set<std::uint64_t> mourners_;
  std::uint64_t data_bytes_ = 0;
  std::vector<std::uint8_t> buffer_;
};

}  // namespace

Result<void> write_image(heap::Mutator& mutator, const std::string& path) {
  mutator.collect_full();
  auto file = platform::FileReplacement::begin(path);
  if (!file.ok()) return Error{"saving the image: " + file.error().message};
  Writer writer(mutator.heap());
  std::array<std::uint8_t, ImageHeader::kBytes> header;
  auto done = writer.run(
      [&](std::span<const std::uint8_t> bytes) { return file.value().write(bytes); }, header);
  if (done.ok()) done = file.value().rewrite_start(header);
  if (done.ok()) done = file.value().commit();
  if (!done.ok()) return Error{"saving the image: " + done.error().message};
  return {};
}

std::vector<std::uint8_t> image_bytes(heap::Mutator& mutator) {
  mutator.collect_full();
  std::vector<std::uint8_t> all;
  std::array<std::uint8_t, ImageHeader::kBytes> header;
  const auto done = Writer(mutator.heap())
                        .run(
                            [&](std::span<const std::uint8_t> bytes) {
                              all.insert(all.end(), bytes.begin(), bytes.end());
                              return Result<void>();
                            },
                            header);
  BANTER_CHECK(done.ok());
  std::copy(header.begin(), header.end(), all.begin());
  return all;
}

}  // namespace banter::image
