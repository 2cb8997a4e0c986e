#include "image/image_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <map>
#include <random>

#include "heap/layouts.h"
#include "heap/rooted.h"
#include "image/image_header.h"

namespace banter::image {
namespace {

using namespace heap;  // the vocabulary of every line here

HeapOptions options() {
  HeapOptions wanted;
  wanted.eden_bytes = 256u << 10;
  wanted.reserve_bytes = std::size_t{1} << 30;
  return wanted;
}

// A heap with the classes that an image must have, and a graph hanging from special object 8.
class ImageTest : public testing::Test {
 protected:
  ImageTest() {
    auto made = Heap::create(options());
    EXPECT_TRUE(made.ok());
    heap_ = std::move(made).value();
    mutator_ = std::make_unique<Mutator>(*heap_);
    heap_->set_special_objects(mutator_->new_array(kSpecialObjectCount)->oop());
    heap_->set_special(Special::kFalse, heap_->false_object());
    heap_->set_special(Special::kTrue, heap_->true_object());
    Rooted<> meta(*mutator_, new_class(ClassIndex::kUndefinedObject, Format::kFixed, 7));
    const ClassIndex meta_index = mutator_->enter_class(meta.oop());
    meta->set_class_index(meta_index);
    const std::pair<ClassIndex, Format> known[] = {
        {ClassIndex::kSmallInteger, Format::kForwarder},
        {ClassIndex::kCharacter, Format::kForwarder},
        {ClassIndex::kSmallFloat64, Format::kForwarder},
        {ClassIndex::kLargeNegativeInteger, Format::kBytes},
        {ClassIndex::kLargePositiveInteger, Format::kBytes},
        {ClassIndex::kBoxedFloat64, Format::kWords},
        {ClassIndex::kContext, Format::kFixedIndexable},
        {ClassIndex::kCompiledMethod, Format::kCompiledMethod},
        {ClassIndex::kByteArray, Format::kBytes},
        {ClassIndex::kArray, Format::kIndexable},
        {ClassIndex::kByteString, Format::kBytes},
        {ClassIndex::kUndefinedObject, Format::kNoSlots},
        {ClassIndex::kFalse, Format::kNoSlots},
        {ClassIndex::kTrue, Format::kNoSlots}};
    for (const auto& [index, format] : known)
      heap_->set_class_at(index, new_class(meta_index, format, 0));
    ephemerons_ = mutator_->enter_class(new_class(meta_index, Format::kEphemeron, 2));
    fill();
  }

  Oop new_class(ClassIndex meta, Format format, std::int64_t fixed) {
    Object* cls = mutator_->allocate(meta, Format::kFixed, 7);
    cls->init_slot(slots::behavior::kFormat,
                   Oop::small_int(static_cast<std::int64_t>(to_bits(format)) << 16 | fixed));
    classes_.push_back(cls->oop());
    return cls->oop();
  }

  void fill() {
    Rooted<> all(*mutator_, mutator_->new_array(500));
    heap_->set_special(Special::kSmalltalk, all.oop());
    std::mt19937 random(5);
    for (std::size_t i = 0; i < 500; ++i) {
      Rooted<> item(*mutator_);
      switch (random() % 4) {
        case 0:
          item = mutator_->new_string("text " + std::to_string(i));
          break;
        case 1:
          item = mutator_->new_float(1e300 * static_cast<double>(i));
          break;
        case 2:
          item = new_method(i);
          break;
        default:
          item = mutator_->new_array(random() % 400);
      }
      if (item.oop().is_object() && item->format() == Format::kIndexable)
        for (std::size_t k = 0; k < item->slot_count(); ++k)
          item.store(
              k, random() % 2 ? Oop::small_int(static_cast<int>(k)) : all->slot(random() % 500));
      if (item.oop().is_object()) heap_->identity_hash(item.get());
      all.store(i, item.oop());
    }
  }

  Object* new_method(std::size_t i) {
    Object* method = mutator_->new_method(heap_->class_at(ClassIndex::kCompiledMethod),
                                          Oop::small_int(INT64_MIN >> 3 | 1), 16 + i);
    if (i > 0) method->bytes()[16] = static_cast<std::uint8_t>(i);
    return method;
  }

  // Both graphs from a and b on are the same, up to addresses.
  static void expect_same(const Heap& heap_a, Oop a, const Heap& heap_b, Oop b) {
    std::map<std::uint64_t, std::uint64_t> pairs;
    std::vector<std::pair<Oop, Oop>> open{{a, b}};
    while (!open.empty()) {
      const auto [left, right] = open.back();
      open.pop_back();
      if (left.is_immediate()) {
        ASSERT_EQ(left, right);
        continue;
      }
      const auto [at, fresh] = pairs.emplace(left.bits(), right.bits());
      ASSERT_EQ(at->second, right.bits());
      if (!fresh) continue;
      const Object* x = left.as_object();
      const Object* y = right.as_object();
      ASSERT_EQ(x->slot_count(), y->slot_count());
      ASSERT_EQ(x->format(), y->format());
      ASSERT_EQ(x->hash(), y->hash());
      ASSERT_EQ(x->class_index(), y->class_index());
      const std::size_t pointers = x->pointer_slot_count();
      for (std::size_t i = 0; i < pointers; ++i) open.emplace_back(x->slots()[i], y->slots()[i]);
      ASSERT_EQ(std::memcmp(x->slots() + pointers, y->slots() + pointers,
                            (x->slot_count() - pointers) * 8),
                0);
      open.emplace_back(heap_a.class_of(left), heap_b.class_of(right));
    }
    EXPECT_GT(pairs.size(), 400u);
  }

  Oop root(const Heap& heap) { return heap.special_objects(); }

  std::unique_ptr<Heap> heap_;
  std::unique_ptr<Mutator> mutator_;
  std::vector<Oop> classes_;
  ClassIndex ephemerons_{};
};

TEST_F(ImageTest, RoundTripAtAnotherAddress) {
  const auto bytes = image_bytes(*mutator_);
  for (const Trust trust : {Trust::kCheckEverything, Trust::kBuiltByUs}) {
    auto read = read_image(bytes, "test", options(), trust);
    ASSERT_TRUE(read.ok()) << read.error().message;
    ASSERT_NE(read.value()->old_start(), heap_->old_start());
    EXPECT_EQ(read.value()->verify(), "");
    EXPECT_EQ(read.value()->last_hash(), heap_->last_hash());
    expect_same(*heap_, root(*heap_), *read.value(), root(*read.value()));
  }
}

TEST_F(ImageTest, RoundTripAtTheSameAddress) {
  const auto bytes = image_bytes(*mutator_);
  const std::uintptr_t before = heap_->old_start();
  mutator_.reset();
  heap_.reset();
  auto read = read_image(bytes, "test", options());
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read.value()->old_start(), before);
  EXPECT_EQ(read.value()->verify(), "");
  Mutator mutator(*read.value());
  EXPECT_EQ(image_bytes(mutator), bytes) << "writing what was read gives the same bytes";
}

TEST_F(ImageTest, WhatWasReadIsALivingHeap) {
  HeapOptions stressed = options();
  stressed.stress_gc = stressed.verify_after_collection = true;
  auto read = read_image(image_bytes(*mutator_), "test", stressed);
  ASSERT_TRUE(read.ok());
  Mutator mutator(*read.value());
  for (int i = 0; i < 20; ++i) mutator.new_array(static_cast<std::size_t>(i));
  mutator.collect_full();
  expect_same(*heap_, root(*heap_), *read.value(), root(*read.value()));
}

TEST_F(ImageTest, TheFileIsWhatSpurDescribes) {
  const auto bytes = image_bytes(*mutator_);
  const auto word = [&](std::size_t at) {
    std::uint64_t value;
    std::memcpy(&value, bytes.data() + at, 8);
    return value;
  };
  EXPECT_EQ(word(0), 128ull << 32 | 68021);
  EXPECT_EQ(word(8), bytes.size() - 128);
  EXPECT_EQ(word(72), word(8)) << "one segment";
  EXPECT_EQ(word(bytes.size() - 16), 0x0080000049000003u);
  EXPECT_EQ(word(bytes.size() - 8), 0u);
  std::size_t at = 128;
  while (at < bytes.size() - 16) {
    const bool large = word(at) >> 56 == 255;
    const std::uint64_t header = word(large ? at + 8 : at);
    EXPECT_NE(header & Header::kClassIndexMask, 0u) << "no free chunks";
    EXPECT_EQ(header & (Header::kMarked | Header::kHeld | Header::kRemembered), 0u);
    const std::uint64_t slots = large ? word(at) & Header::kOverflowCountMask : header >> 56;
    at += (large ? 16 : 8) + std::max<std::uint64_t>(slots, 1) * 8;
  }
  EXPECT_EQ(at, bytes.size() - 16);
}

TEST_F(ImageTest, PinnedAndHeldObjectsLeaveNoHoles) {
  Rooted<> all(*mutator_, heap_->special(Special::kSmalltalk));
  Rooted<> pinned(*mutator_, mutator_->new_string("pinned"));
  for (int i = 0; i < 5; ++i) mutator_->try_new_bytes(ClassIndex::kByteArray, 900000);
  mutator_->set_pinned(pinned.oop(), true);
  all.store(0, pinned.oop());
  Rooted<> held(*mutator_, mutator_->new_array(2));
  held.store(0, pinned.oop());
  held.store(1, held.oop());
  all.store(1, held.oop());
  mutator_->pin_for_call(held.oop());
  const auto bytes = image_bytes(*mutator_);
  EXPECT_TRUE(heap_->is_young(held.get()));
  EXPECT_LT(bytes.size(), 900000u);
  auto read = read_image(bytes, "test", options());
  ASSERT_TRUE(read.ok()) << read.error().message;
  expect_same(*heap_, root(*heap_), *read.value(), root(*read.value()));
  EXPECT_FALSE(
      read.value()->special(Special::kSmalltalk).as_object()->slot(1).as_object()->is_held());
  mutator_->unpin_for_call(held.oop());
}

TEST_F(ImageTest, MournersWaitInTheImageForTheNextCollection) {
  Rooted<> ephemeron(*mutator_, mutator_->allocate(ephemerons_, Format::kEphemeron, 2));
  ephemeron.store(0, mutator_->new_string("key"));
  Rooted<> all(*mutator_, heap_->special(Special::kSmalltalk));
  all.store(0, ephemeron.oop());
  mutator_->collect_full();
  ASSERT_EQ(heap_->mourner_count(), 1u);
  auto read = read_image(image_bytes(*mutator_), "test", options());
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read.value()->mourner_count(), 0u);
  Mutator mutator(*read.value());
  mutator.collect_full();
  EXPECT_EQ(read.value()->mourner_count(), 1u);
}

TEST_F(ImageTest, SettingsAreKept) {
  heap_->image_settings().flags |= 1u << 20;
  heap_->image_settings().eden_bytes = 12345;
  heap_->image_settings().image_version = 7;
  auto read = read_image(image_bytes(*mutator_), "test", options());
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read.value()->image_settings().flags, heap_->image_settings().flags);
  EXPECT_EQ(read.value()->image_settings().eden_bytes, 12345u);
  EXPECT_EQ(read.value()->image_settings().image_version, 7);
}

// Splits an image of one segment in two, with a gap between their addresses, as others write them.
std::vector<std::uint8_t> in_two_segments(const std::vector<std::uint8_t>& bytes) {
  constexpr std::uint64_t kGap = 1u << 20;
  auto word = [&](std::size_t at) {
    std::uint64_t value;
    std::memcpy(&value, bytes.data() + at, 8);
    return value;
  };
  std::size_t cut = 128;
  while (cut < bytes.size() / 2) {
    const bool large = word(cut) >> 56 == 255;
    const std::uint64_t slots = large ? word(cut) & Header::kOverflowCountMask : word(cut) >> 56;
    cut += (large ? 16 : 8) + std::max<std::uint64_t>(slots, 1) * 8;
  }
  const std::uint64_t old_cut = word(16) + (cut - 128);
  std::vector<std::uint8_t> split(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(cut));
  const std::uint64_t bridge[2] = {255ull << 56 | kGap / 8, bytes.size() - cut};
  const auto* raw = reinterpret_cast<const std::uint8_t*>(bridge);
  split.insert(split.end(), raw, raw + 16);
  split.insert(split.end(), bytes.begin() + static_cast<std::ptrdiff_t>(cut), bytes.end());
  const auto put = [&](std::size_t at, std::uint64_t value) {
    std::memcpy(split.data() + at, &value, 8);
  };
  put(8, split.size() - 128);
  put(ImageHeader::kChecksumOffset, 0);
  put(72, cut - 128 + 16);
  const auto moved = [&](std::uint64_t oop) {
    return (oop & 7) == 0 && oop >= old_cut ? oop + 16 + kGap : oop;
  };
  put(24, moved(word(24)));
  for (std::size_t at = 128; at < split.size() - 16;) {
    if (at == cut) at += 16;
    std::uint64_t first;
    std::memcpy(&first, split.data() + at, 8);
    auto* object = reinterpret_cast<Object*>(split.data() + at + (first >> 56 == 255 ? 8 : 0));
    for (std::size_t i = 0; i < object->pointer_slot_count(); ++i)
      object->set_raw(i, moved(object->raw(i)));
    at += object->total_bytes();
  }
  return split;
}

std::vector<std::uint8_t> without_checksum(std::vector<std::uint8_t> bytes) {
  std::fill_n(bytes.begin() + ImageHeader::kChecksumOffset, 8, 0);
  return bytes;
}

TEST_F(ImageTest, SeveralSegmentsArePacked) {
  const auto bytes = image_bytes(*mutator_);
  auto read = read_image(in_two_segments(bytes), "test", options());
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read.value()->verify(), "");
  expect_same(*heap_, root(*heap_), *read.value(), root(*read.value()));
}

TEST_F(ImageTest, AShellLineMayStandBefore) {
  auto bytes = image_bytes(*mutator_);
  std::vector<std::uint8_t> line(512, ' ');
  line[0] = '#';
  line[1] = '!';
  bytes.insert(bytes.begin(), line.begin(), line.end());
  EXPECT_TRUE(read_image(bytes, "test", options()).ok());
}

// --- refusals ---

TEST_F(ImageTest, TruncatedAnywhere) {
  const auto bytes = image_bytes(*mutator_);
  for (std::size_t size = 0; size < bytes.size(); size += size < 256 ? 1 : 4096) {
    auto read = read_image({bytes.data(), size}, "short.image", options());
    ASSERT_FALSE(read.ok()) << size;
    EXPECT_NE(read.error().message.find("short.image"), std::string::npos);
  }
}

TEST_F(ImageTest, ForeignFormatsAreNamed) {
  auto bytes = without_checksum(image_bytes(*mutator_));
  const auto message_for = [&](std::uint32_t format) {
    std::memcpy(bytes.data(), &format, 4);
    auto read = read_image(bytes, "other", options());
    return read.ok() ? std::string("accepted") : read.error().message;
  };
  EXPECT_NE(message_for(6521).find("32-bit"), std::string::npos);
  EXPECT_NE(message_for(__builtin_bswap32(68021)).find("big-endian"), std::string::npos);
  EXPECT_NE(message_for(68019).find("encoding of floats"), std::string::npos);
  EXPECT_NE(message_for(0x464C457F).find("format number"), std::string::npos);
  EXPECT_EQ(message_for(68533), "accepted");
}

TEST_F(ImageTest, DamageThatBreaksNoRuleIsFoundByTheChecksum) {
  auto bytes = image_bytes(*mutator_);
  const std::string text = "text 7";
  const auto at = std::search(bytes.begin(), bytes.end(), text.begin(), text.end());
  ASSERT_NE(at, bytes.end());
  *at = 'T';
  auto read = read_image(bytes, "test", options());
  ASSERT_FALSE(read.ok());
  EXPECT_NE(read.error().message.find("checksum"), std::string::npos);
  EXPECT_TRUE(read_image(without_checksum(bytes), "test", options()).ok());
}

// Images of other systems have no checksum.
TEST_F(ImageTest, RandomDamageIsRefusedOrHarmless) {
  const auto bytes = without_checksum(image_bytes(*mutator_));
  std::mt19937 random(99);
  int refused = 0;
  for (int round = 0; round < 400; ++round) {
    auto damaged = bytes;
    const std::size_t flips = 1 + random() % 3;
    for (std::size_t i = 0; i < flips; ++i) {
      // The first bytes of the file and of objects matter most: damage them more often.
      const std::size_t at =
          round % 4 == 0 ? random() % 256 : (random() % (damaged.size() / 8)) * 8 + random() % 8;
      damaged[at] ^= static_cast<std::uint8_t>(1u << random() % 8);
    }
    auto read = read_image(damaged, "damaged.image", options());
    if (!read.ok()) {
      ++refused;
      EXPECT_NE(read.error().message.find("damaged.image"), std::string::npos);
      continue;
    }
    // What was believed must be a heap.
    ASSERT_EQ(read.value()->verify(), "");
    Mutator mutator(*read.value());
    mutator.collect_full();
  }
  EXPECT_GT(refused, 100);
}

// Each of these damages one thing by hand and expects the message to name it.
TEST_F(ImageTest, DamageIsNamed) {
  const auto bytes = image_bytes(*mutator_);
  const auto message_after = [&](std::size_t at, std::uint64_t value) {
    auto damaged = bytes;
    std::memcpy(damaged.data() + at, &value, 8);
    auto read = read_image(damaged, "damaged.image", options());
    return read.ok() ? std::string("accepted") : read.error().message;
  };
  const auto expect = [](const std::string& message, const char* part) {
    EXPECT_NE(message.find(part), std::string::npos) << message;
  };
  std::uint64_t nil_header;
  std::memcpy(&nil_header, bytes.data() + 128, 8);
  const std::size_t specials = [&] {
    std::uint64_t oop, base;
    std::memcpy(&oop, bytes.data() + 24, 8);
    std::memcpy(&base, bytes.data() + 16, 8);
    return static_cast<std::size_t>(oop - base) + 128;
  }();
  expect(message_after(24, 12345 * 8), "special objects");
  expect(message_after(72, 24), "segment");
  expect(message_after(128, (nil_header & ~0x3FFFFFull) | 16), "first three");
  expect(message_after(128, (nil_header & ~0x3FFFFFull) | 3000), "names no class");
  expect(message_after(specials + 8 + 8 * 8, 0x1234560), "slot 8 refers to 0x1234560");
  expect(message_after(specials + 8 + 8 * 8, 7), "no object");
  expect(message_after(specials, Header::make(ClassIndex::kArray, static_cast<Format>(7), 80)),
         "forwarder");
  expect(message_after(specials, Header::make(ClassIndex::kArray, Format::kIndexable, 254)),
         "damaged");
  expect(message_after(specials,
                       Header::make(ClassIndex::kCompiledMethod, Format::kCompiledMethod, 80)),
         "method");
}

// --- files ---

class ImageFileTest : public ImageTest {
 protected:
  ImageFileTest()
      : path_(testing::TempDir() + "banter-image-test-" + std::to_string(getpid()) + ".image") {}
  ~ImageFileTest() override { std::remove(path_.c_str()); }
  const std::string path_;
};

TEST_F(ImageFileTest, RoundTripThroughAFile) {
  ASSERT_TRUE(write_image(*mutator_, path_).ok());
  ASSERT_TRUE(write_image(*mutator_, path_).ok()) << "an older file is replaced";
  auto read = read_image_file(path_, options());
  ASSERT_TRUE(read.ok()) << read.error().message;
  expect_same(*heap_, root(*heap_), *read.value(), root(*read.value()));
}

TEST_F(ImageFileTest, FilesThatCannotBeHadAreNamed) {
  auto read = read_image_file("/no/such.image", options());
  ASSERT_FALSE(read.ok());
  EXPECT_NE(read.error().message.find("/no/such.image"), std::string::npos);
  EXPECT_FALSE(read_image_file("/tmp", options()).ok());
  auto written = write_image(*mutator_, "/no/such/folder/x.image");
  ASSERT_FALSE(written.ok());
  EXPECT_NE(written.error().message.find("/no/such/folder/x.image"), std::string::npos);
}

TEST_F(ImageFileTest, AFileCutShortIsRefused) {
  ASSERT_TRUE(write_image(*mutator_, path_).ok());
  ASSERT_EQ(truncate(path_.c_str(), 5000), 0);
  auto read = read_image_file(path_, options());
  ASSERT_FALSE(read.ok());
  EXPECT_NE(read.error().message.find("should have"), std::string::npos);
}

}  // namespace
}  // namespace banter::image
