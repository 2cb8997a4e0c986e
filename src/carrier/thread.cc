#include "carrier/thread.h"

#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

#include "base/check.h"
#include "carrier/carrier.h"
#include "carrier/sanitizers.h"

namespace banter::carrier {

constinit thread_local Thread* Thread::current_ = nullptr;
constinit thread_local Thread* Thread::first_ = nullptr;

namespace {

constexpr std::size_t kSignalStackSize = 64 * 1024;

struct Bounds {
  std::byte* low;
  std::byte* high;
};

// The first thread's stack grows on demand up to its limit. Asking pthread for it reads
// /proc/self/maps, which costs more than the rest of the start; the kernel puts the program's file
// name at the very top of that stack.
Bounds bounds_of_first_thread() {
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

Bounds bounds_of_this_thread() {
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

}  // namespace

Thread::Thread(Carrier& carrier, ThreadKind kind, unsigned number)
    : carrier_(&carrier), kind_(kind), number_(number), own_stack_(*this, "") {
  own_stack_.name_ = description() + ", its own stack";
  const Bounds bounds = bounds_of_this_thread();
  own_stack_.limit_ = bounds.low + NativeStack::kReserve;
  own_stack_.high_ = bounds.high;
  own_stack_.fiber_ = current_fiber();
}

Thread::~Thread() = default;

bool Thread::overflows_at(const void* address) const {
  constexpr std::ptrdiff_t kNear = 256 * 1024;  // the guard pages and the margin of the first stack
  const auto* lowest = current_stack_->limit() - NativeStack::kReserve;
  const std::ptrdiff_t distance = lowest - static_cast<const std::byte*>(address);
  return distance > -static_cast<std::ptrdiff_t>(NativeStack::kReserve) && distance <= kNear;
}

// The calling OS thread gets a stack for signal handlers unless somebody gave it one.
void Thread::give_signal_stack() {
  stack_t present;
  if (sigaltstack(nullptr, &present) != 0 || (present.ss_flags & SS_DISABLE) == 0) return;
  void* memory =
      mmap(nullptr, kSignalStackSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return;
  const stack_t ours{memory, 0, kSignalStackSize};
  if (sigaltstack(&ours, nullptr) == 0) {
    signal_stack_ = memory;
  } else {
    munmap(memory, kSignalStackSize);
  }
}

void Thread::take_signal_stack() {
  if (signal_stack_ == nullptr) return;
  stack_t present;
  const stack_t none{nullptr, SS_DISABLE, 0};
  if (sigaltstack(nullptr, &present) != 0) return;
  if (present.ss_sp == signal_stack_ && sigaltstack(&none, nullptr) != 0) return;
  munmap(std::exchange(signal_stack_, nullptr), kSignalStackSize);
}

std::string Thread::description() const {
  switch (kind_) {
    case ThreadKind::main:
      return "main thread";
    case ThreadKind::spare:
      return fmt::format("spare thread {}", number_);
    case ThreadKind::foreign:
      return fmt::format("foreign thread {}", number_);
  }
  return "";
}

Thread* Thread::set_current(Thread* thread) {
  Thread* previous = current_;
  current_ = thread;
  return previous;
}

Thread* Thread::find_in(const Carrier& carrier) {
  for (Thread* thread = first_; thread != nullptr; thread = thread->next_of_os_thread_)
    if (thread->belongs_to(carrier)) return thread;
  return nullptr;
}

// A thread-specific value tells us that the OS thread ends: its destructor runs again when a later
// destructor calls back into the VM and so attaches the thread anew.
void Thread::link(Thread& thread) {
  static const pthread_key_t key = [] {
    pthread_key_t made;
    BANTER_CHECK(pthread_key_create(&made, end_of_os_thread) == 0, "no thread-specific key left");
    return made;
  }();
  thread.give_signal_stack();
  thread.next_of_os_thread_ = first_;
  first_ = &thread;
  current_ = &thread;
  pthread_setspecific(key, &first_);
}

void Thread::unlink(Thread& thread) {
  Thread** place = &first_;
  while (*place != &thread) {
    BANTER_CHECK(*place != nullptr, "{} is not this OS thread", thread.description());
    place = &(*place)->next_of_os_thread_;
  }
  *place = thread.next_of_os_thread_;
  thread.take_signal_stack();
  if (current_ == &thread) current_ = nullptr;
}

}  // namespace banter::carrier
