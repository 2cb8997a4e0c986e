// Who holds the VM, with real threads, under both protocols of crossing.

#include "carrier/ownership.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace banter::carrier {
namespace {

using namespace std::chrono_literals;
using Party = Ownership::Party;

void wait_for_place(const Party& party, Place place) {
  while (party.place() != place) std::this_thread::yield();
}

class OwnershipTest : public testing::TestWithParam<bool> {
 protected:
  OwnershipTest() : asymmetric_before_(ThreadPlatform::asymmetric_) {
    ThreadPlatform::asymmetric_ = GetParam();
  }
  ~OwnershipTest() override { ThreadPlatform::asymmetric_ = asymmetric_before_; }
  bool asymmetric_before_;
  Ownership ownership_;
};

std::string protocol_name(const testing::TestParamInfo<bool>& info) {
  return info.param ? "Membarrier" : "Exchange";
}

std::vector<bool> protocols() {
  return have_process_barrier() && ThreadPlatform::asymmetric() ? std::vector<bool>{true, false}
                                                                : std::vector<bool>{false};
}
INSTANTIATE_TEST_SUITE_P(Protocols, OwnershipTest, testing::ValuesIn(protocols()), protocol_name);

TEST_P(OwnershipTest, CrossingsKeepAVmThatNobodyWants) {
  Party self;
  ASSERT_TRUE(ownership_.acquire(self));
  EXPECT_EQ(self.place(), Place::in_vm);
  for (int i = 0; i < 3; i++) {
    ownership_.enter_c(self);
    EXPECT_EQ(self.place(), Place::in_c);
    EXPECT_TRUE(ownership_.leave_c(self));
  }
  ownership_.release(self);
  EXPECT_EQ(self.place(), Place::outside);
  EXPECT_FALSE(ownership_.holds(self));
}

TEST_P(OwnershipTest, AHolderInCLosesTheVm) {
  Party self, other;
  ASSERT_TRUE(ownership_.acquire(self));
  EXPECT_FALSE(ownership_.try_take(other)) << "the holder is not in C";
  ownership_.enter_c(self);
  EXPECT_TRUE(ownership_.try_take(other));
  EXPECT_TRUE(ownership_.holds(other));
  EXPECT_FALSE(ownership_.leave_c(self));
  ownership_.release(other);
  ASSERT_TRUE(ownership_.acquire(self));
  ownership_.release(self);
}

TEST_P(OwnershipTest, LeavingCWaitsForTheTaker) {
  Party self, other;
  std::atomic<bool> taker_done{false};
  ASSERT_TRUE(ownership_.acquire(self));
  ownership_.enter_c(self);
  ASSERT_TRUE(ownership_.try_take(other));
  std::thread taker([&] {
    while (!ownership_.wanted()) std::this_thread::yield();
    taker_done = true;
    ownership_.release(other);
  });
  ASSERT_FALSE(ownership_.leave_c(self));
  ASSERT_TRUE(ownership_.acquire(self));
  EXPECT_TRUE(taker_done);
  ownership_.release(self);
  taker.join();
}

TEST_P(OwnershipTest, AWaiterGetsTheVmWhenTheHolderEntersC) {
  Party self, other;
  ASSERT_TRUE(ownership_.acquire(self));
  std::thread waiter([&] {
    ASSERT_TRUE(ownership_.acquire(other));
    ownership_.release(other);
  });
  while (!ownership_.wanted()) std::this_thread::yield();
  ownership_.enter_c(self);
  waiter.join();
  EXPECT_FALSE(ownership_.leave_c(self));
  ASSERT_TRUE(ownership_.acquire(self));
  ownership_.release(self);
}

TEST_P(OwnershipTest, WaitersAreServedInOrder) {
  Party self;
  ASSERT_TRUE(ownership_.acquire(self));
  constexpr int kWaiters = 5;
  Party parties[kWaiters];
  std::vector<int> order;  // guarded by the VM
  std::vector<std::thread> threads;
  for (int i = 0; i < kWaiters; i++) {
    threads.emplace_back([&, i] {
      ASSERT_TRUE(ownership_.acquire(parties[i]));
      order.push_back(i);
      ownership_.release(parties[i]);
    });
    wait_for_place(parties[i], Place::waiting);
    std::this_thread::sleep_for(5ms);
  }
  ASSERT_TRUE(ownership_.yield(self));
  EXPECT_EQ(order.size(), std::size_t{kWaiters}) << "yield lets all who waited before go first";
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));
  EXPECT_FALSE(ownership_.wanted());
  ownership_.release(self);
}

TEST_P(OwnershipTest, HandOverChoosesTheNextHolder) {
  Party self, other;
  ASSERT_TRUE(ownership_.acquire(self));
  std::thread parked([&] {
    ASSERT_TRUE(ownership_.park(other));
    EXPECT_TRUE(ownership_.holds(other));
    ownership_.hand_over(other, self);
    EXPECT_FALSE(ownership_.park(other, std::chrono::steady_clock::now() + 5ms))
        << "nobody hands it over again";
  });
  wait_for_place(other, Place::waiting);
  ownership_.hand_over(self, other);
  ASSERT_TRUE(ownership_.park(self));
  EXPECT_TRUE(ownership_.holds(self));
  parked.join();
  ownership_.release(self);
}

TEST_P(OwnershipTest, IdleWaitEndsAtItsDeadlineOrAWake) {
  Party self, other;
  ASSERT_TRUE(ownership_.acquire(self));
  const auto start = std::chrono::steady_clock::now();
  ASSERT_TRUE(ownership_.idle_wait(self, start + 20ms));
  EXPECT_GE(std::chrono::steady_clock::now(), start + 20ms);
  ownership_.wake();
  ASSERT_TRUE(ownership_.idle_wait(self, kNoDeadline)) << "an early wake counts";
  std::thread waker([&] {
    wait_for_place(self, Place::waiting);
    ASSERT_TRUE(ownership_.acquire(other)) << "the VM is free meanwhile";
    ownership_.release(other);
    ownership_.wake();
  });
  ASSERT_TRUE(ownership_.idle_wait(self, kNoDeadline));
  EXPECT_TRUE(ownership_.holds(self));
  waker.join();
  ownership_.release(self);
}

TEST_P(OwnershipTest, TheHookHearsOfWaiters) {
  std::atomic<int> heard{0};
  ownership_.set_wanted_hook({[](void* data) { ++*static_cast<std::atomic<int>*>(data); }, &heard});
  Party self, other;
  ASSERT_TRUE(ownership_.acquire(self));
  heard = 0;
  std::thread waiter([&] {
    ASSERT_TRUE(ownership_.acquire(other));
    ownership_.release(other);
  });
  while (heard.load() == 0) std::this_thread::yield();
  ASSERT_TRUE(ownership_.yield(self));
  waiter.join();
  ownership_.release(self);
}

TEST_P(OwnershipTest, ShutDownEndsEveryWait) {
  Party self, queued, parked, idle;
  for (Party* party : {&self, &queued, &parked, &idle}) ownership_.add(*party);
  ASSERT_TRUE(ownership_.acquire(idle));
  std::thread idle_thread([&] { EXPECT_FALSE(ownership_.idle_wait(idle, kNoDeadline)); });
  wait_for_place(idle, Place::waiting);
  ASSERT_TRUE(ownership_.acquire(self));
  std::thread queued_thread([&] { EXPECT_FALSE(ownership_.acquire(queued)); });
  std::thread parked_thread([&] { EXPECT_FALSE(ownership_.park(parked)); });
  wait_for_place(queued, Place::waiting);
  wait_for_place(parked, Place::waiting);
  ownership_.shut_down();
  for (auto* thread : {&idle_thread, &queued_thread, &parked_thread}) thread->join();
  EXPECT_TRUE(ownership_.holds(self)) << "the holder may still clean up";
  ownership_.release(self);
  EXPECT_FALSE(ownership_.acquire(self));
  for (Party* party : {&self, &queued, &parked, &idle}) ownership_.remove(*party);
}

// Threads that hold the VM, cross into C and back, take it from each other and yield, while a
// plain counter proves that only one of them runs at a time.
TEST_P(OwnershipTest, OnlyOneThreadRunsTheVm) {
  constexpr int kThreads = 6, kRounds = 1000;
  struct {
    int inside = 0;
    long work = 0;
  } vm;  // plain: guarded by the VM
  const auto work = [&] {
    EXPECT_EQ(vm.inside++, 0);
    vm.work++;
    vm.inside--;
  };
  std::atomic<long> expected{0};
  std::vector<std::thread> threads;
  for (int n = 0; n < kThreads; n++) {
    threads.emplace_back([&, n] {
      Party self;
      long mine = 0;
      for (int round = 0; round < kRounds; round++) {
        if (round % 3 != 0 || !ownership_.try_take(self)) {
          ASSERT_TRUE(ownership_.acquire(self));
        }
        for (int call = 0; call < 5; call++) {
          work();
          mine++;
          ownership_.enter_c(self);
          if ((round + call + n) % 7 == 0) std::this_thread::yield();
          if (!ownership_.leave_c(self)) {
            ASSERT_TRUE(ownership_.acquire(self));
          }
          if (ownership_.wanted()) {
            ASSERT_TRUE(ownership_.yield(self));
          }
        }
        work();
        mine++;
        ownership_.release(self);
      }
      expected += mine;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(vm.work, expected.load());
  EXPECT_FALSE(ownership_.wanted());
}

}  // namespace
}  // namespace banter::carrier
