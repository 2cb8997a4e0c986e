// Thunks as memory: many of them, freed ones.

#include "native/thunk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <thread>

#include "carrier/sanitizers.h"
#include "native/host.h"
#include "native/native_testing.h"
#include "native/thunk_page.h"

namespace banter::native {
namespace {

using namespace testing_support;

#if defined(BANTER_TSAN) || defined(BANTER_ASAN)
constexpr int kMany = 50'000;
#else
constexpr int kMany = 1'000'000;
#endif

void answer_user(VMCallbackContext* context) {
  return_word(context, reinterpret_cast<std::intptr_t>(context->record->user));
}

long call(const ThunkRecord& record) {
  return function_of<long()>(record)();
}

TEST(Thunk, ManyAreMadeAndFreedInRandomOrder) {
  std::mt19937 random(42);
  std::vector<std::pair<ThunkRecord*, std::intptr_t>> live;
  auto& allocator = ThunkAllocator::instance();
  const auto before = allocator.counts();
  for (std::intptr_t i = 0; i < kMany; i++) {
    live.emplace_back(&make_thunk(answer_user, reinterpret_cast<void*>(i)), i);
    if (live.size() < 5000) continue;
    for (int k = 0; k < 2 && live.size() > 2500; k++) {
      std::swap(live[random() % live.size()], live.back());
      ASSERT_EQ(call(*live.back().first), live.back().second);
      allocator.free(*live.back().first);
      live.pop_back();
    }
  }
  for (auto& [record, value] : live) {
    ASSERT_EQ(call(*record), value);
    allocator.free(*record);
  }
  const auto after = allocator.counts();
  EXPECT_EQ(after.live, before.live);
  EXPECT_LE(after.pages, before.pages + 8) << "freed thunks are used again";
}

TEST(Thunk, ManyThreadsMakeCallAndFreeThem) {
  std::vector<std::thread> threads;
  for (int n = 0; n < 4; n++) {
    threads.emplace_back([n] {
      std::mt19937 random(static_cast<unsigned>(n));
      std::vector<std::pair<ThunkRecord*, std::intptr_t>> live;
      for (int i = 0; i < kMany / 50; i++) {
        const std::intptr_t value = n * 1'000'000 + i;
        live.emplace_back(&make_thunk(answer_user, reinterpret_cast<void*>(value)), value);
        std::swap(live[random() % live.size()], live.back());
        ASSERT_EQ(call(*live.back().first), live.back().second);
        if (live.size() < 100) continue;
        ThunkAllocator::instance().free(*live.back().first);
        live.pop_back();
      }
      for (auto& each : live) ThunkAllocator::instance().free(*each.first);
    });
  }
  for (auto& thread : threads) thread.join();
}

TEST(Thunk, AreFoundByTheirAddress) {
  ThunkRecord& record = make_thunk(answer_user);
  auto& allocator = ThunkAllocator::instance();
  EXPECT_EQ(allocator.find(record.thunk), &record);
  EXPECT_EQ(allocator.find(static_cast<char*>(record.thunk) + 1), nullptr);
  EXPECT_EQ(allocator.find(&record), nullptr);
  EXPECT_EQ(allocator.find(nullptr), nullptr);
  allocator.free(record);
}

TEST(Thunk, AFreedOneReturnsItsDefaultAndSaysSo) {
  auto& allocator = ThunkAllocator::instance();
  ThunkOwner& owner = allocator.add_owner(nullptr, nullptr);
  ThunkRequest request;
  request.handler = [](VMCallbackContext*) { FAIL() << "code of a freed callback ran"; };
  request.owner = &owner;
  request.default_code = ReturnCode::double_float;
  request.default_value[0] = std::bit_cast<std::uint64_t>(-1.5);
  request.signature = "double (*)(double)";
  request.creation_site = "ThunkTest>>testFreed (line 3)";
  ThunkRecord& record = *allocator.allocate(request).value();
  auto* function = function_of<double(double)>(record);
  allocator.free(record);
  EXPECT_EQ(function(1.0), -1.5);
  EXPECT_TRUE(owner.has_refused);
  const auto refused = allocator.take_refused(owner);
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_EQ(refused[0].reason, Refusal::freed);
  EXPECT_EQ(refused[0].thunk, reinterpret_cast<void*>(function));
  EXPECT_EQ(refused[0].signature, "double (*)(double)");
  EXPECT_EQ(refused[0].creation_site, "ThunkTest>>testFreed (line 3)");
  EXPECT_TRUE(allocator.take_refused(owner).empty());
}

TEST(Thunk, AFreedOneIsUsedAgainAsLateAsPossible) {
  auto& allocator = ThunkAllocator::instance();
  ThunkRecord& record = make_thunk(answer_user);
  allocator.free(record);
  for (int i = 0; i < 10'000; i++) {
    ThunkRecord& other = make_thunk(answer_user);
    ASSERT_NE(&other, &record);
    allocator.free(other);
  }
}

TEST(Thunk, LateCallsThatFindNoRoomAreCounted) {
  auto& allocator = ThunkAllocator::instance();
  ThunkOwner& owner = allocator.add_owner(nullptr, nullptr);
  ThunkRecord& record = make_thunk(answer_user, nullptr, owner);
  allocator.free(record);
  for (int i = 0; i < 1000; i++) EXPECT_EQ(call(record), 0);
  std::size_t lost = 0;
  const auto refused = allocator.take_refused(owner, &lost);
  EXPECT_GT(refused.size(), 0u);
  EXPECT_EQ(refused.size() + lost, 1000u);
}

TEST(Thunk, OtherAddressesHaveNoText) {
  int here = 0;
  EXPECT_FALSE(disassemble_thunk(&here).ok());
}

}  // namespace
}  // namespace banter::native
