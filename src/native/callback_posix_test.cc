// Callbacks in signal handlers and in forked children.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>

#include "carrier/sanitizers.h"
#include "native/vm_testing.h"

namespace banter::native {
namespace {

using namespace testing_support;
using carrier::ThreadKind;

ThunkRecord* signalled;
long signal_result;
void call_in_signal_handler(int) {
  signal_result = function_of<long(long)>(*signalled)(5);
}

TEST(CallbackThreads, ASignalHandlerOnAThreadInTheVmGetsTheDefault) {
  TestVm vm;
  Thread& main = vm.carrier.attach(ThreadKind::main);
  ASSERT_TRUE(vm.carrier.ownership().acquire(main));
  signalled = &vm.thunk();
  static std::atomic<int> hook_calls{0};
  vm.owner.refused = [](ThunkOwner&, const VMCallbackContext&, Refusal) { hook_calls++; };
  signal(SIGUSR1, call_in_signal_handler);
  raise(SIGUSR1);
  signal(SIGUSR1, SIG_DFL);
  EXPECT_EQ(signal_result, -1);
  EXPECT_EQ(hook_calls, 1);
  const auto refused = vm.refused();
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_EQ(refused[0].reason, Refusal::thread_in_vm);
  EXPECT_EQ(refused[0].signature, "long (*)(long)");
  vm.carrier.ownership().release(main);
}

// The thread is inside C, where a callback that C calls may run; but what the signal interrupts
// there need not be able to bear it.
TEST(CallbackThreads, ASignalHandlerOnAThreadInCGetsTheDefault) {
  TestVm vm;
  Thread& main = vm.carrier.attach(ThreadKind::main);
  ASSERT_TRUE(vm.carrier.ownership().acquire(main));
  ThunkRecord& record = vm.thunk();
  vm.carrier.ownership().enter_c(main);
  for (const int flags : {0, SA_SIGINFO}) {
    struct sigaction action = {};
    action.sa_handler = function_of<void(int)>(record);
    action.sa_flags = flags;
    ASSERT_EQ(sigaction(SIGUSR1, &action, nullptr), 0);
    raise(SIGUSR1);
  }
  signal(SIGUSR1, SIG_DFL);
  EXPECT_EQ(vm.count, 0);
  EXPECT_EQ(function_of<long(long)>(record)(5), 6);
  EXPECT_TRUE(vm.carrier.ownership().leave_c(main));
  const auto refused = vm.refused();
  ASSERT_EQ(refused.size(), 2u);
  EXPECT_EQ(refused[0].reason, Refusal::is_handler);
  EXPECT_EQ(refused[1].reason, Refusal::is_handler);
  vm.carrier.ownership().release(main);
}

#ifndef BANTER_TSAN
TEST(CallbackThreads, AForkedChildGetsTheDefault) {
  TestVm vm;
  Thread& main = vm.carrier.attach(ThreadKind::main);
  ASSERT_TRUE(vm.carrier.ownership().acquire(main));
  ThunkRecord& record = vm.thunk();
  vm.carrier.ownership().enter_c(main);
  const pid_t child = fork();
  if (child == 0) _exit(function_of<long(long)>(record)(5) == -1 ? 42 : 1);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 42);
  EXPECT_TRUE(vm.carrier.ownership().leave_c(main));
  vm.carrier.ownership().release(main);
}
#endif

}  // namespace
}  // namespace banter::native
