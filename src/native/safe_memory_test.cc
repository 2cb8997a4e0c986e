#include "native/safe_memory.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "carrier/carrier.h"
#include "carrier/sanitizers.h"
#include "platform/page_memory.h"

namespace banter::native {
namespace {

// Two pages: the first may be used, the second may not.
class SafeMemory : public testing::Test {
 protected:
  SafeMemory() { EXPECT_TRUE(pages_.commit(0, page_)); }

  std::size_t page_ = platform::page_size();
  platform::PageReservation pages_ = platform::PageReservation::reserve(2 * page_).value();
  std::uintptr_t start_ = pages_.base(), end_ = start_ + page_;
  Unmapped fault_{};
};

TEST_F(SafeMemory, LoadsAndStoresEveryWidth) {
  for (std::size_t width : {1, 2, 4, 8}) {
    const std::uint64_t mask = width == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << 8 * width) - 1;
    ASSERT_TRUE(store(start_ + 3, width, 0x8877665544332211, &fault_));
    std::uint64_t value = 0;
    ASSERT_TRUE(load(start_ + 3, width, &value, &fault_));
    EXPECT_EQ(value, 0x8877665544332211 & mask);
  }
}

TEST_F(SafeMemory, SaysWhichAddressIsNotMapped) {
  for (std::size_t width : {1, 2, 4, 8}) {
    std::uint64_t value = 42;
    EXPECT_FALSE(load(end_, width, &value, &fault_));
    EXPECT_EQ(fault_.address, end_);
    EXPECT_EQ(value, 42u);
    EXPECT_FALSE(store(end_, width, 1, &fault_));
    EXPECT_EQ(fault_.address, end_);
  }
  std::uint64_t value;
  EXPECT_FALSE(load(0, 8, &value, &fault_));
  EXPECT_EQ(fault_.address, 0u);
  EXPECT_FALSE(load(16, 4, &value, &fault_));
  EXPECT_EQ(fault_.address, 16u);
}

TEST_F(SafeMemory, RefusesAddressesThatNoProcessHas) {
  std::uint64_t value;
  // The last word, the middle of all 64-bit addresses and one that is not canonical there; on 32
  // bits nothing but the first is sure to be unmapped.
  const std::uintptr_t last = ~std::uintptr_t{0} - 7;
  const std::uintptr_t middle = sizeof last == 8 ? ~(~std::uintptr_t{0} >> 1) : last;
  const std::uintptr_t odd = sizeof last == 8 ? middle - (middle >> 7) : last;
  for (std::uintptr_t address : {last, middle, odd}) {
    EXPECT_FALSE(load(address, 8, &value, &fault_));
    EXPECT_FALSE(store(address, 1, 0, &fault_));
    std::size_t length;
    EXPECT_FALSE(string_length(address, &length, &fault_));
  }
}

TEST_F(SafeMemory, CopiesOverlappingStretchesBothWays) {
  const std::string text = "The quick brown fox jumps over the lazy dog";
  for (int shift : {-9, -8, -3, -1, 0, 1, 3, 8, 9}) {
    std::vector<char> expected(100), actual(100);
    std::memcpy(expected.data() + 20, text.data(), text.size());
    actual = expected;
    std::memmove(expected.data() + 20 + shift, expected.data() + 20, text.size());
    const auto base = reinterpret_cast<std::uintptr_t>(actual.data()) + 20;
    ASSERT_TRUE(copy(base + static_cast<std::uintptr_t>(shift), base, text.size(), &fault_));
    EXPECT_EQ(actual, expected) << "shift " << shift;
  }
}

TEST_F(SafeMemory, ACopyThatLeavesTheMappingFails) {
  std::vector<char> buffer(2 * page_);
  const auto other = reinterpret_cast<std::uintptr_t>(buffer.data());
  EXPECT_FALSE(copy(other, start_, 2 * page_, &fault_));
  EXPECT_EQ(fault_.address, end_);
  EXPECT_FALSE(copy(start_, other, 2 * page_, &fault_));
  EXPECT_EQ(fault_.address, end_);
  EXPECT_FALSE(copy(start_ + 8, start_, page_, &fault_)) << "from the last byte on";
  EXPECT_TRUE(copy(other, start_, page_, &fault_));
}

TEST_F(SafeMemory, MeasuresStrings) {
  std::size_t length = 0;
  std::strcpy(reinterpret_cast<char*>(end_ - 6), "hello");
  ASSERT_TRUE(string_length(end_ - 6, &length, &fault_));
  EXPECT_EQ(length, 5u);
  *reinterpret_cast<char*>(end_ - 1) = '!';
  EXPECT_FALSE(string_length(end_ - 6, &length, &fault_)) << "no end before the mapping's";
  EXPECT_EQ(fault_.address, end_);
}

TEST_F(SafeMemory, OtherFaultsStillEndTheProcess) {
  std::uint64_t value;
  load(start_, 1, &value, &fault_);
  EXPECT_DEATH(*reinterpret_cast<volatile int*>(end_) = 1, "");
}

#if !defined(BANTER_TSAN) && !defined(BANTER_ASAN)
[[gnu::noinline]] int overflow(int depth) {
  volatile char frame[4096];
  frame[0] = static_cast<char>(depth);
  return depth == 0 ? 0 : overflow(depth - 1) + frame[0];
}

void overflow_in_an_attached_thread() {
  carrier::Carrier vm;
  std::thread([&] {
    vm.attach(carrier::ThreadKind::foreign);
    install_fault_handler();
    overflow(1'000'000'000);
  }).join();
}

TEST(FaultHandler, NamesTheNativeStackThatOverflowed) {
  EXPECT_DEATH(overflow_in_an_attached_thread(),
               "native stack overflow: foreign thread 1, its own stack");
}
#endif

}  // namespace
}  // namespace banter::native
