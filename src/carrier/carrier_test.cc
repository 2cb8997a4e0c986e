// Threads of a VM: attachment, their end, the heartbeat with its spare threads.

#include "carrier/carrier.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "carrier/carrier_testing.h"

namespace banter::carrier {
namespace {

using namespace std::chrono_literals;
using testing_support::Spares;

TEST(Carrier, AThreadIsUnknownUntilItIsAttached) {
  Carrier carrier;
  EXPECT_EQ(Thread::current_in(carrier), nullptr);
  Thread& thread = carrier.attach(ThreadKind::main);
  EXPECT_EQ(Thread::current(), &thread);
  EXPECT_EQ(Thread::current_in(carrier), &thread);
  EXPECT_EQ(thread.description(), "main thread");
  carrier.detach(thread);
  EXPECT_EQ(Thread::current_in(carrier), nullptr);
  EXPECT_EQ(Thread::current(), nullptr);
}

TEST(Carrier, OneThreadServesTwoVms) {
  Carrier one, two;
  Thread& first = one.attach(ThreadKind::main);
  Thread& second = two.attach(ThreadKind::foreign);
  EXPECT_EQ(Thread::current(), &second);
  EXPECT_EQ(Thread::current_in(one), &first);
  EXPECT_EQ(Thread::set_current(&first), &second);
  EXPECT_EQ(Thread::current_in(two), &second);
}

TEST(Carrier, AForeignThreadIsDetachedWhenItEnds) {
  Carrier carrier;
  std::atomic<int> detached{0};
  carrier.set_hooks({&detached, [](void* data, Thread& thread) {
                       EXPECT_EQ(thread.kind(), ThreadKind::foreign);
                       ++*static_cast<std::atomic<int>*>(data);
                     }});
  std::thread([&] {
    Thread& thread = carrier.attach(ThreadKind::foreign);
    EXPECT_NE(carrier.stacks().acquire(
                  thread, [](void*) {}, nullptr),
              nullptr);
    EXPECT_EQ(carrier.thread_count(), 1u);
  }).join();
  EXPECT_EQ(detached, 1);
  EXPECT_EQ(carrier.thread_count(), 0u);
  EXPECT_EQ(carrier.stacks().in_use(), 0u) << "its native stacks went with it";
}

TEST(Carrier, AThreadMayOutliveItsVm) {
  std::atomic<int> step{0};
  auto carrier = std::make_unique<Carrier>();
  std::thread thread([&] {
    carrier->attach(ThreadKind::foreign);
    step = 1;
    while (step != 2) std::this_thread::yield();
  });
  while (step != 1) std::this_thread::yield();
  carrier.reset();
  step = 2;
  thread.join();
}

TEST(Heartbeat, DoesNotRunUntilStarted) {
  Spares spares;
  EXPECT_FALSE(spares.carrier.heartbeat().is_running());
  std::this_thread::sleep_for(10ms);
  EXPECT_EQ(spares.ticks, 0);
  spares.carrier.heartbeat().start();
  while (spares.ticks < 3) std::this_thread::yield();
}

TEST(Heartbeat, ASpareThreadTakesTheVmFromACallThatLasts) {
  Spares spares;
  Thread& self = spares.carrier.attach(ThreadKind::main);
  auto& ownership = spares.carrier.ownership();
  ASSERT_TRUE(ownership.acquire(self));
  spares.carrier.heartbeat().start();
  std::this_thread::sleep_for(20ms);
  EXPECT_EQ(spares.runs, 0) << "never while the holder runs the VM";
  ownership.enter_c(self);
  while (spares.runs == 0) std::this_thread::sleep_for(1ms);
  if (!ownership.leave_c(self)) {
    ASSERT_TRUE(ownership.acquire(self));
  }
  EXPECT_GE(spares.vm_work, 1);
  ownership.release(self);
}

TEST(Heartbeat, LeavesACallAloneWhenNothingWaits) {
  Spares spares;
  spares.waiting = false;
  Thread& self = spares.carrier.attach(ThreadKind::main);
  auto& ownership = spares.carrier.ownership();
  ASSERT_TRUE(ownership.acquire(self));
  spares.carrier.heartbeat().start();
  ownership.enter_c(self);
  std::this_thread::sleep_for(30ms);
  EXPECT_TRUE(ownership.leave_c(self));
  EXPECT_EQ(spares.runs, 0);
  ownership.release(self);
}

TEST(Heartbeat, WakesASpareThreadAtOnce) {
  Spares spares;
  spares.waiting = false;
  spares.carrier.heartbeat().wake_spare();
  while (spares.runs == 0) std::this_thread::yield();
}

}  // namespace
}  // namespace banter::carrier
