#include "carrier/thread.h"

#include <fmt/format.h>

#include "base/check.h"
#include "carrier/carrier.h"
#include "carrier/os_thread.h"
#include "carrier/sanitizers.h"

namespace banter::carrier {

constinit thread_local Thread* Thread::current_ = nullptr;
constinit thread_local Thread* Thread::first_ = nullptr;

Thread::Thread(Carrier& carrier, ThreadKind kind, unsigned number)
    : carrier_(&carrier), kind_(kind), number_(number), own_stack_(*this, "") {
  own_stack_.name_ = description() + ", its own stack";
  const StackBounds bounds = bounds_of_this_thread();
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

void Thread::link(Thread& thread) {
  thread.signal_stack_ = give_signal_stack();
  thread.next_of_os_thread_ = first_;
  first_ = &thread;
  current_ = &thread;
  at_end_of_this_thread(end_of_os_thread, first_);
}

void Thread::unlink(Thread& thread) {
  Thread** place = &first_;
  while (*place != &thread) {
    BANTER_CHECK(*place != nullptr, "{} is not this OS thread", thread.description());
    place = &(*place)->next_of_os_thread_;
  }
  *place = thread.next_of_os_thread_;
  at_end_of_this_thread(end_of_os_thread, first_);
  if (thread.signal_stack_ != nullptr)
    take_signal_stack(std::exchange(thread.signal_stack_, nullptr));
  if (current_ == &thread) current_ = nullptr;
}

}  // namespace banter::carrier
