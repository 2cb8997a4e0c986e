#include "ffi/recorder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>

#include "ffi/crossing_text.h"

namespace banter::ffi {
namespace {

Subject subject_named(const char* name, std::uint8_t words) {
  Subject subject;
  subject.name = name;
  subject.word_count = words;
  subject.result.kind = abi::ValueKind::uint64;
  for (auto& each : subject.arguments) each.kind = abi::ValueKind::uint64;
  return subject;
}

const Subject& full_subject() {
  static const Subject subject = subject_named("f", Subject::kMostWords);
  return subject;
}

// A record that is all one number.
void record(RecorderRing& ring, std::uint64_t n) {
  std::uint64_t words[Subject::kMostWords];
  std::fill(std::begin(words), std::end(words), n);
  const CrossingPlace place{static_cast<std::uint32_t>(n), 1, static_cast<std::uintptr_t>(n)};
  ring.end(ring.begin(full_subject(), words, place, n), n, CrossingState::returned, n);
}

bool is_all_one_number(const RecordedCrossing& each) {
  const bool same = std::all_of(std::begin(each.words), std::end(each.words),
                                [&](std::uint64_t word) { return word == each.begin; });
  const bool ended = each.state == CrossingState::returned;
  return same && each.place.process == static_cast<std::uint32_t>(each.begin) &&
         each.place.address == static_cast<std::uintptr_t>(each.begin) &&
         (!ended || (each.end == each.begin && each.result == each.begin));
}

TEST(Recorder, KeepsTheLastOnes) {
  RecorderRing& ring = *RecorderRing::of_this_thread();
  ring.clear();
  EXPECT_EQ(ring.first_serial(), ring.next_serial());
  for (std::uint64_t n = 1; n <= 1000; n++) record(ring, n);
  EXPECT_EQ(ring.next_serial() - ring.first_serial(), RecorderRing::kCrossings);
  RecordedCrossing newest, forgotten;
  ASSERT_TRUE(ring.copy(ring.next_serial() - 1, &newest));
  EXPECT_EQ(newest.begin, 1000u);
  EXPECT_TRUE(is_all_one_number(newest));
  EXPECT_FALSE(ring.copy(ring.first_serial() - 1, &forgotten));
}

TEST(Recorder, NeverShowsAMixtureToAnotherThread) {
  std::atomic<RecorderRing*> ring{nullptr};
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    RecorderRing& own = *RecorderRing::of_this_thread();
    record(own, 1);
    ring = &own;
    for (std::uint64_t n = 2; !stop.load(std::memory_order_relaxed); n++) record(own, n);
  });
  while (ring.load() == nullptr) std::this_thread::yield();
  std::size_t copied = 0;
  for (int round = 0; round < 2000 || copied < 1000; round++) {
    const std::uint64_t end = ring.load()->next_serial();
    for (std::uint64_t serial = ring.load()->first_serial(); serial < end; serial++) {
      RecordedCrossing each;
      if (!ring.load()->copy(serial, &each)) continue;
      copied++;
      ASSERT_TRUE(is_all_one_number(each)) << each.begin;
    }
  }
  stop = true;
  writer.join();
}

TEST(Recorder, ARingIsUsedAgainWhenItsThreadHasEnded) {
  RecorderRing *first = nullptr, *second = nullptr;
  std::thread([&] { first = RecorderRing::of_this_thread(); }).join();
  std::thread([&] { second = RecorderRing::of_this_thread(); }).join();
  EXPECT_NE(first, RecorderRing::of_this_thread());
  EXPECT_EQ(first, second);
}

TEST(Recorder, ACallOutlastsItsSlot) {
  RecorderRing& ring = *RecorderRing::of_this_thread();
  ring.clear();
  const std::uint64_t words[Subject::kMostWords] = {};
  RecordedCall call(true, true, full_subject(), words, {1, 0});
  for (std::uint64_t n = 1; n <= RecorderRing::kCrossings; n++) record(ring, n);
  call.end(42, CrossingState::left);
  RecordedCrossing each;
  ASSERT_TRUE(ring.copy(ring.next_serial() - 1, &each));
  EXPECT_EQ(each.result, 42u);
  EXPECT_EQ(each.state, CrossingState::left);
  EXPECT_FALSE(each.has_words);
}

std::string written(const Subject::Value& value, std::uint64_t word, Texts texts) {
  Line line;
  add_value(line, value, word, texts);
  return std::string(line.view());
}

TEST(CrossingText, IsAsCWritesIt) {
  using abi::Role;
  using abi::ValueKind;
  const auto plain = [](ValueKind kind, std::uint64_t word) {
    return written({kind, Role::plain}, word, Texts::as_addresses);
  };
  EXPECT_EQ(plain(ValueKind::int8, 0xFF), "-1");
  EXPECT_EQ(plain(ValueKind::uint16, ~std::uint64_t{0}), "65535");
  EXPECT_EQ(plain(ValueKind::int32, 0xFFFFFFFF), "-1");
  EXPECT_EQ(plain(ValueKind::boolean, 0x100), "false");
  EXPECT_EQ(plain(ValueKind::float32, 0x3FC00000), "1.5");
  EXPECT_EQ(plain(ValueKind::float64, 0xC000000000000000), "-2");
  EXPECT_EQ(plain(ValueKind::address, 0), "NULL");
  EXPECT_EQ(plain(ValueKind::structure, 1), "{...}");
  EXPECT_EQ(plain(ValueKind::nothing, 1), "");
  EXPECT_EQ(written({ValueKind::int8, Role::character}, 'a', Texts::contents), "'a'");
  EXPECT_EQ(written({ValueKind::int8, Role::character}, 7, Texts::contents), "'\\x07'");
}

TEST(CrossingText, ReadsTextsWhereTheyAreMapped) {
  const Subject::Value text{abi::ValueKind::address, abi::Role::text};
  const auto at = [&](const char* start) {
    return written(text, reinterpret_cast<std::uintptr_t>(start), Texts::contents);
  };
  EXPECT_EQ(at("say \"hi\"\n"), "\"say \\\"hi\\\"\\n\"");
  EXPECT_EQ(at("0123456789012345678901234567890123456789"),
            "\"0123456789012345678901234567890123456789\"");
  EXPECT_EQ(at("012345678901234567890123456789012345678ü..."),
            "\"012345678901234567890123456789012345678\"...");
  EXPECT_EQ(written(text, 16, Texts::contents), "0x10");
}

}  // namespace
}  // namespace banter::ffi
