#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <string_view>

#include "base/check.h"
#include "carrier/thread.h"
#include "native/fault.h"
#include "native/safe_memory.h"

namespace banter::native {

namespace {

struct sigaction earlier_segv, earlier_bus;
constinit std::atomic<FaultReporter> fault_reporter{nullptr};

// Hands a fault that is not ours to whoever handled it before us; the default ends the process at
// the faulting instruction, which runs again when we return.
void pass_on(int number, siginfo_t* info, void* context) {
  const struct sigaction& earlier = number == SIGBUS ? earlier_bus : earlier_segv;
  if ((earlier.sa_flags & SA_SIGINFO) != 0) {
    earlier.sa_sigaction(number, info, context);
  } else if (earlier.sa_handler == SIG_DFL || earlier.sa_handler == SIG_IGN) {
    if (const FaultReporter report = fault_reporter.load()) report(number, info, context);
    signal(number, SIG_DFL);
    // One that another process or raise() sent does not come again by itself.
    if (info->si_code <= 0) raise(number);
  } else {
    earlier.sa_handler(number);
  }
}

// A full native stack cannot be helped, but the report says which it was.
void report_overflow(const void* address) {
  carrier::Thread* thread = carrier::Thread::current();
  if (thread == nullptr || !thread->overflows_at(address)) return;
  const auto say = [](std::string_view text) {
    [[maybe_unused]] const auto written = write(STDERR_FILENO, text.data(), text.size());
  };
  say("banter: native stack overflow: ");
  say(thread->current_stack().name());
  say("\n");
}

void handle_fault(int number, siginfo_t* info, void* context) {
  if (resume_access(context, info->si_addr)) return;
  report_overflow(info->si_addr);
  pass_on(number, info, context);
}

}  // namespace

void set_fault_reporter(FaultReporter reporter) {
  fault_reporter.store(reporter);
}

void install_fault_handler() {
  [[maybe_unused]] static const bool installed = [] {
    struct sigaction action = {};
    action.sa_sigaction = handle_fault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    BANTER_CHECK(sigaction(SIGSEGV, &action, &earlier_segv) == 0 &&
                 sigaction(SIGBUS, &action, &earlier_bus) == 0);
    fault_handler_is_installed.store(true, std::memory_order_release);
    return true;
  }();
}

}  // namespace banter::native
