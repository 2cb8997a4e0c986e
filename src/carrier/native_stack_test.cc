// Switching between native stacks: what survives, what is reused, what a full stack does.

#include "carrier/native_stack.h"

#include <gtest/gtest.h>
#include <unwind.h>

#include <cfenv>
#include <cmath>
#include <vector>

#include "carrier/carrier.h"
#include "carrier/sanitizers.h"

namespace banter::carrier {
namespace {

struct PingPong {
  NativeStack* home;
  NativeStack* away = nullptr;
  std::vector<int> log = {};
  int rounding = -1;
  std::size_t left = 0;
};

void ping(void* data) {
  auto& state = *static_cast<PingPong*>(data);
  for (int round = 0;; round++) {
    state.log.push_back(round);
    state.rounding = std::fegetround();
    state.left = state.away->bytes_left();
    std::fesetround(FE_UPWARD);
    switch_to(*state.away, *state.home);
  }
}

class NativeStackTest : public testing::Test {
 protected:
  Carrier carrier_;
  Thread& thread_ = carrier_.attach(ThreadKind::main);
};

TEST_F(NativeStackTest, GoesThereAndComesBackWithItsRegisters) {
  PingPong state{&thread_.own_stack()};
  state.away = carrier_.stacks().acquire(thread_, ping, &state);
  ASSERT_NE(state.away, nullptr);
  volatile double kept = 1.25;
  double register_candidate = std::sqrt(kept);
  for (int round = 0; round < 3; round++) {
    switch_to(*state.home, *state.away);
    register_candidate += 1;
    state.log.push_back(100 + round);
  }
  EXPECT_EQ(state.log, (std::vector<int>{0, 100, 1, 101, 2, 102}));
  EXPECT_EQ(register_candidate, std::sqrt(1.25) + 3);
  EXPECT_EQ(&thread_.current_stack(), state.home);
  carrier_.stacks().release(*state.away);
}

TEST_F(NativeStackTest, FloatingPointControlBelongsToTheStack) {
  PingPong state{&thread_.own_stack()};
  std::fesetround(FE_DOWNWARD);
  state.away = carrier_.stacks().acquire(thread_, ping, &state);
  std::fesetround(FE_TONEAREST);
  switch_to(*state.home, *state.away);
  EXPECT_EQ(state.rounding, FE_DOWNWARD) << "a new stack starts with its maker's mode";
  EXPECT_EQ(std::fegetround(), FE_TONEAREST);
  switch_to(*state.home, *state.away);
  EXPECT_EQ(state.rounding, FE_UPWARD);
  EXPECT_EQ(std::fegetround(), FE_TONEAREST);
  carrier_.stacks().release(*state.away);
}

TEST_F(NativeStackTest, KnowsHowMuchIsLeft) {
  PingPong state{&thread_.own_stack()};
  state.away = carrier_.stacks().acquire(thread_, ping, &state);
  switch_to(*state.home, *state.away);
  EXPECT_LT(state.left, StackPool::kDefaultSize);
  EXPECT_GT(state.left, StackPool::kDefaultSize - 64 * 1024);
  EXPECT_GT(state.home->bytes_left(), 512u * 1024);
  EXPECT_LT(state.home->bytes_left(), 64u * 1024 * 1024);
  carrier_.stacks().release(*state.away);
}

TEST_F(NativeStackTest, ThePoolGivesAReleasedStackAgain) {
  PingPong state{&thread_.own_stack()};
  state.away = carrier_.stacks().acquire(thread_, ping, &state);
  NativeStack* first = state.away;
  first->owner = this;
  first->foreign_depth = 0;
  switch_to(*state.home, *state.away);
  EXPECT_EQ(carrier_.stacks().in_use(), 1u);
  carrier_.stacks().release(*first);
  EXPECT_EQ(carrier_.stacks().in_use(), 0u);
  state.away = carrier_.stacks().acquire(thread_, ping, &state);
  EXPECT_EQ(state.away, first);
  EXPECT_EQ(first->owner, nullptr);
  state.log.clear();
  switch_to(*state.home, *state.away);
  EXPECT_EQ(state.log, std::vector<int>{0}) << "the entry runs from its start";
  carrier_.stacks().release(*state.away);
}

TEST_F(NativeStackTest, AThousandStacksInterleave) {
  std::vector<PingPong> states(1000, PingPong{&thread_.own_stack()});
  for (auto& state : states) state.away = carrier_.stacks().acquire(thread_, ping, &state);
  for (int round = 0; round < 3; round++)
    for (auto& state : states) switch_to(*state.home, *state.away);
  for (auto& state : states) {
    EXPECT_EQ(state.log, (std::vector<int>{0, 1, 2}));
    carrier_.stacks().release(*state.away);
  }
}

int frames_seen = 0;
_Unwind_Reason_Code count_frame(_Unwind_Context*, void*) {
  return ++frames_seen < 100 ? _URC_NO_REASON : _URC_END_OF_STACK;
}

void unwind_here(void* data) {
  auto& state = *static_cast<PingPong*>(data);
  _Unwind_Backtrace(count_frame, nullptr);
  switch_to(*state.away, *state.home);
}

TEST_F(NativeStackTest, UnwindingEndsAtTheStartOfTheStack) {
  PingPong state{&thread_.own_stack()};
  state.away = carrier_.stacks().acquire(thread_, unwind_here, &state);
  switch_to(*state.home, *state.away);
  EXPECT_GE(frames_seen, 2);
  EXPECT_LT(frames_seen, 20);
  carrier_.stacks().release(*state.away);
}

#ifndef BANTER_TSAN
[[gnu::noinline]] int overflow(int depth) {
  volatile char frame[4096];
  frame[0] = static_cast<char>(depth);
  return depth == 0 ? 0 : overflow(depth - 1) + frame[0];
}

void overflow_entry(void*) {
  overflow(1'000'000'000);
}

TEST_F(NativeStackTest, OverflowMeetsTheGuardPage) {
  EXPECT_DEATH(
      {
        NativeStack* stack = carrier_.stacks().acquire(thread_, overflow_entry, nullptr);
        switch_to(thread_.own_stack(), *stack);
      },
      "");
}
#endif

}  // namespace
}  // namespace banter::carrier
