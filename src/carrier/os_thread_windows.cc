#include "carrier/os_thread.h"

#include <windows.h>

#include "base/check.h"

namespace banter::carrier {

StackBounds bounds_of_this_thread() {
  ULONG_PTR low = 0, high = 0;
  GetCurrentThreadStackLimits(&low, &high);
  // The lowest pages are the guard of a stack that grows.
  constexpr std::size_t kGuard = 64 * 1024;
  return {reinterpret_cast<std::byte*>(low) + kGuard, reinterpret_cast<std::byte*>(high)};
}

// Handlers run on the stack that faulted; this much of it is kept for them.
void* give_signal_stack() {
  ULONG bytes = 32 * 1024;
  SetThreadStackGuarantee(&bytes);
  return nullptr;
}

void take_signal_stack(void*) {}

// The callback of a fiber-local value, which runs for a thread that ends, too.
void at_end_of_this_thread(void (*function)(void*), void* data) {
  static void (*at_end)(void*) = function;
  static const DWORD index = FlsAlloc([](void* value) {
    if (value != nullptr) at_end(value);
  });
  BANTER_CHECK(index != FLS_OUT_OF_INDEXES, "no fiber-local index left");
  FlsSetValue(index, data);
}

// There are no forks.
void after_fork_in_child(void (*)()) {}

// Threads of Windows are not cancelled.
int put_off_cancellation() {
  return 0;
}

void restore_cancellation(int) {}

}  // namespace banter::carrier
