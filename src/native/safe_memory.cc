#include "native/safe_memory.h"

#include <signal.h>
#include <unistd.h>

#include <string_view>

#include "base/check.h"
#include "carrier/thread.h"
#include "native/fault.h"

namespace banter::native {

namespace {

extern "C" {
Access banter_safe_store1(std::uintptr_t to, std::uint64_t value);
Access banter_safe_store2(std::uintptr_t to, std::uint64_t value);
Access banter_safe_store4(std::uintptr_t to, std::uint64_t value);
Access banter_safe_store8(std::uintptr_t to, std::uint64_t value);
Access banter_safe_copy_up(std::uintptr_t to, std::uintptr_t from, std::size_t bytes);
Access banter_safe_copy_down(std::uintptr_t to, std::uintptr_t from, std::size_t bytes);
Access banter_safe_strlen(std::uintptr_t from);
extern const char banter_safe_begin[], banter_safe_end[], banter_safe_fault[];
}

struct sigaction earlier_segv, earlier_bus;

// Hands a fault that is not ours to whoever handled it before us; the default ends the process at
// the faulting instruction, which runs again when we return.
void pass_on(int number, siginfo_t* info, void* context) {
  const struct sigaction& earlier = number == SIGBUS ? earlier_bus : earlier_segv;
  if ((earlier.sa_flags & SA_SIGINFO) != 0) {
    earlier.sa_sigaction(number, info, context);
  } else if (earlier.sa_handler == SIG_DFL || earlier.sa_handler == SIG_IGN) {
    signal(number, SIG_DFL);
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
  const std::uintptr_t pc = fault_pc(context);
  const bool ours = pc >= reinterpret_cast<std::uintptr_t>(banter_safe_begin) &&
                    pc < reinterpret_cast<std::uintptr_t>(banter_safe_end);
  if (!ours) {
    report_overflow(info->si_addr);
    return pass_on(number, info, context);
  }
  resume_at(context, reinterpret_cast<std::uintptr_t>(banter_safe_fault),
            reinterpret_cast<std::uintptr_t>(info->si_addr));
}

}  // namespace

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

namespace {

bool finish(const Access& access, Unmapped* fault) {
  if (access.faulted != 0) fault->address = access.value;
  return access.faulted == 0;
}

}  // namespace

bool store(std::uint64_t address, std::size_t width, std::uint64_t value, Unmapped* fault) {
  if (!begin_access(address, width, fault)) return false;
  const auto to = static_cast<std::uintptr_t>(address);
  BANTER_ASSERT(width == 1 || width == 2 || width == 4 || width == 8, "width {}", width);
  const Access access = width == 8   ? banter_safe_store8(to, value)
                        : width == 4 ? banter_safe_store4(to, value)
                        : width == 2 ? banter_safe_store2(to, value)
                                     : banter_safe_store1(to, value);
  return finish(access, fault);
}

bool copy(std::uint64_t to, std::uint64_t from, std::uint64_t bytes, Unmapped* fault) {
  if (!begin_access(to, bytes, fault) || !begin_access(from, bytes, fault)) return false;
  const bool up = to <= from || to - from >= bytes;
  const auto target = static_cast<std::uintptr_t>(to);
  const auto source = static_cast<std::uintptr_t>(from);
  const auto size = static_cast<std::size_t>(bytes);
  return finish(
      up ? banter_safe_copy_up(target, source, size) : banter_safe_copy_down(target, source, size),
      fault);
}

bool string_length(std::uint64_t address, std::size_t* length, Unmapped* fault) {
  if (!begin_access(address, 1, fault)) return false;
  const Access access = banter_safe_strlen(static_cast<std::uintptr_t>(address));
  if (access.faulted == 0) *length = static_cast<std::size_t>(access.value);
  return finish(access, fault);
}

}  // namespace banter::native
