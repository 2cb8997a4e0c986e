// What lies below a pooled stack: memory that nobody may touch and nobody else can get.
#include <gtest/gtest.h>

#include <csignal>
#include <cstdint>
#include <cstdlib>

#include "base/check.h"
#include "carrier/carrier.h"
#include "carrier/native_stack.h"
#include "carrier/sanitizers.h"
#include "platform/page_memory.h"

namespace banter::carrier {
namespace {

// As native_stack.h draws it: the guard lies below the reserve.
constexpr std::uintptr_t kGuard = 64 * 1024;

std::uintptr_t end_of_guard(const NativeStack& stack) {
  return reinterpret_cast<std::uintptr_t>(stack.limit()) - NativeStack::kReserve;
}

class NativeStackGuardTest : public testing::Test {
 protected:
  NativeStack& acquire(void (*entry)(void*)) {
    NativeStack* stack = carrier_.stacks().acquire(thread_, entry, nullptr);
    BANTER_CHECK(stack != nullptr, "no memory for a stack");
    return *stack;
  }

  Carrier carrier_;
  Thread& thread_ = carrier_.attach(ThreadKind::main);
};

// Without a guard of its own a stack would border on whatever the system put there, such as another
// stack: writing below it would then hit that instead of a fault.
TEST_F(NativeStackGuardTest, ItsAddressesBelongToTheStack) {
  NativeStack& stack = acquire([](void*) {});
  for (std::uintptr_t at = platform::page_size(); at <= kGuard; at += platform::page_size()) {
    const std::uintptr_t page = end_of_guard(stack) - at;
    auto wanted = platform::PageReservation::reserve(platform::page_size(), page);
    ASSERT_TRUE(wanted.ok());
    EXPECT_NE(wanted.value().base(), page) << at << " bytes below the reserve";
  }
  carrier_.stacks().release(stack);
}

#ifndef BANTER_TSAN
constexpr int kInGuard = 40;
constexpr int kElsewhere = 41;
std::uintptr_t guard_end = 0;

void end_at_fault(int, siginfo_t* fault, void*) {
  const auto address = reinterpret_cast<std::uintptr_t>(fault->si_addr);
  std::_Exit(address < guard_end && address >= guard_end - kGuard ? kInGuard : kElsewhere);
}

// The handler needs a stack of its own when the one that runs is full.
void catch_faults() {
  static char room[64 * 1024];
  stack_t alternate = {};
  alternate.ss_sp = room;
  alternate.ss_size = sizeof room;
  sigaltstack(&alternate, nullptr);
  struct sigaction action = {};
  action.sa_sigaction = end_at_fault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigaction(SIGSEGV, &action, nullptr);
  sigaction(SIGBUS, &action, nullptr);
}

// Frames are smaller than the guard, so that none steps over it.
[[gnu::noinline]] int overflow(int depth) {
  volatile char frame[4096];
  frame[0] = static_cast<char>(depth);
  return depth == 0 ? 0 : overflow(depth - 1) + frame[0];
}

TEST_F(NativeStackGuardTest, AFullStackFaultsInIt) {
  EXPECT_EXIT(
      {
        NativeStack& stack = acquire([](void*) { overflow(1'000'000'000); });
        guard_end = end_of_guard(stack);
        catch_faults();
        switch_to(thread_.own_stack(), stack);
      },
      testing::ExitedWithCode(kInGuard), "");
}

TEST_F(NativeStackGuardTest, ItBeginsRightBelowTheReserve) {
  EXPECT_EXIT(
      {
        NativeStack& stack = acquire([](void*) {});
        guard_end = end_of_guard(stack);
        *reinterpret_cast<volatile char*>(guard_end) = 1;  // the lowest byte of the reserve
        catch_faults();
        *reinterpret_cast<volatile char*>(guard_end - 1) = 1;
      },
      testing::ExitedWithCode(kInGuard), "");
}
#endif

}  // namespace
}  // namespace banter::carrier
