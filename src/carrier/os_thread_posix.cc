#include "carrier/os_thread.h"

#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

#include "base/check.h"
#include "carrier/sanitizers.h"

namespace banter::carrier {

namespace {

constexpr std::size_t kSignalStackSize = 64 * 1024;

// The first thread's stack grows on demand up to its limit. Asking pthread for it reads
// /proc/self/maps, which costs more than the rest of the start; the kernel puts the program's file
// name at the very top of that stack.
StackBounds bounds_of_first_thread() {
  constexpr std::size_t kMargin = 64 * 1024;
  constexpr std::size_t kUsual = 8 * 1024 * 1024;
  rlimit limit;
  std::size_t size = kUsual;
  if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
    size = std::max<std::size_t>(limit.rlim_cur, 4 * kMargin);
  auto* high = reinterpret_cast<std::byte*>(getauxval(AT_EXECFN));
  BANTER_CHECK(high > __builtin_frame_address(0), "the first stack ends at {}", fmt::ptr(high));
  return {high - size + kMargin, high};
}

}  // namespace

StackBounds bounds_of_this_thread() {
  if (!kAddressSanitizer && getpid() == gettid()) return bounds_of_first_thread();
  pthread_attr_t attributes;
  void* low = nullptr;
  std::size_t size = 0, guard = 0;
  BANTER_CHECK(pthread_getattr_np(pthread_self(), &attributes) == 0, "no bounds of the stack");
  pthread_attr_getstack(&attributes, &low, &size);
  pthread_attr_getguardsize(&attributes, &guard);
  pthread_attr_destroy(&attributes);
  auto* start = static_cast<std::byte*>(low);
  return {start + guard, start + size};
}

void* give_signal_stack() {
  stack_t present;
  if (sigaltstack(nullptr, &present) != 0 || (present.ss_flags & SS_DISABLE) == 0) return nullptr;
  void* memory =
      mmap(nullptr, kSignalStackSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return nullptr;
  const stack_t ours{memory, 0, kSignalStackSize};
  if (sigaltstack(&ours, nullptr) == 0) return memory;
  munmap(memory, kSignalStackSize);
  return nullptr;
}

void take_signal_stack(void* stack) {
  stack_t present;
  const stack_t none{nullptr, SS_DISABLE, 0};
  if (sigaltstack(nullptr, &present) != 0) return;
  if (present.ss_sp == stack && sigaltstack(&none, nullptr) != 0) return;
  munmap(stack, kSignalStackSize);
}

// The destructor of a thread-specific value: it runs again when a later destructor sets the value
// anew.
void at_end_of_this_thread(void (*function)(void*), void* data) {
  static const pthread_key_t key = [&] {
    pthread_key_t made;
    BANTER_CHECK(pthread_key_create(&made, function) == 0, "no thread-specific key left");
    return made;
  }();
  pthread_setspecific(key, data);
}

int put_off_cancellation() {
  int state = 0;
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
  return state;
}

void restore_cancellation(int state) {
  pthread_setcancelstate(state, nullptr);
}

void after_fork_in_child(void (*function)()) {
  BANTER_CHECK(pthread_atfork(nullptr, nullptr, function) == 0, "no memory to watch forks");
}

}  // namespace banter::carrier
