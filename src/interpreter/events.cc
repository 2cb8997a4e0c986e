// events.cc -- what happens at safe points: timers, semaphores from outside.
//
// The loop comes here after an activation or a backward jump when limit_ is exceeded: either the
// stack is full, or memory is short (room.cc), or request_interrupt() set limit_ to null.
#include "heap/layouts.h"
#include "heap/rooted.h"
#include "interpreter/interpreter.h"
#include "platform/clock.h"

namespace banter::interpreter {

using heap::Object;
using heap::Rooted;
using heap::Special;

namespace {
// Microseconds from 1901-01-01 to 1970-01-01, both UTC.
constexpr std::int64_t kEpochOffset = 2'177'452'800'000'000;
}  // namespace

std::int64_t Interpreter::utc_now() {
  return platform::utc_microseconds() + kEpochOffset;
}

void Interpreter::set_limit() {
  const bool always = options_.stress_stack || stack_->overflow_reported ||
                      heap_.shortage() != heap::Shortage::none;
  // Stored before `interrupt_` is read, as request_interrupt() does it the other way round: one of
  // the two sees the other's.
  limit_.store(always ? nullptr : stack_->value_limit(), std::memory_order_seq_cst);
  if (interrupt_.load(std::memory_order_seq_cst)) limit_.store(nullptr, std::memory_order_relaxed);
}

void Interpreter::set_stress_stack(bool on) {
  options_.stress_stack = on;
  if (stack_ != nullptr) set_limit();
}

void Interpreter::check_after_activation(bool may_switch) {
  make_room();
  set_limit();
  if (heap_.shortage() != heap::Shortage::none) tell_of_shortage();
  if (may_switch && interrupt_.load(std::memory_order_relaxed) && !stack_->keeps_processor)
    handle_events();
}

// --- events
// ----------------------------------------------------------------------------------------

void Interpreter::signal_external(std::uint32_t index) {
  {
    std::lock_guard lock(external_mutex_);
    external_signals_.push_back(index);
  }
  external_pending_ = true;
  request_interrupt();
  carrier_.ownership().wake();
}

void Interpreter::signal_externals() {
  if (!external_pending_.exchange(false)) return;
  std::vector<std::uint32_t> indices;
  {
    std::lock_guard lock(external_mutex_);
    indices.swap(external_signals_);
  }
  for (const std::uint32_t index : indices) {
    const Oop table = heap_.special(Special::kExternalObjects);
    if (table == nil_ || index < 1 || index > table.as_object()->slot_count()) continue;
    signal_special(table.as_object()->slot(index - 1));
  }
}

// Ignores what is no Semaphore.
void Interpreter::signal_special(Oop semaphore) {
  if (!semaphore.is_object() ||
      heap_.class_of(semaphore) != heap_.special(Special::kClassSemaphore))
    return;
  synchronous_signal(semaphore);
}

void Interpreter::set_timer(Oop semaphore, std::int64_t utc_microseconds) {
  heap_.set_special(Special::kTimerSemaphore, semaphore);
  timer_.store(semaphore == nil_ ? 0 : utc_microseconds);
  if (timer_ != 0) {
    carrier_.heartbeat().start();
    if (utc_now() >= timer_) request_interrupt();
  }
}

void Interpreter::check_timer() {
  if (timer_ == 0 || utc_now() < timer_) return;
  timer_ = 0;
  signal_special(heap_.special(Special::kTimerSemaphore));
}

void Interpreter::poll_events() {
  interrupt_.store(false, std::memory_order_relaxed);
  check_timer();
  if (heap_.take_finalization_pending())
    signal_special(heap_.special(Special::kFinalizationSemaphore));
  if (arrival_pending_.exchange(false)) signal_special(heap_.special(Special::kArrivalSemaphore));
  signal_externals();
}

void Interpreter::handle_events() {
  poll_events();
  if (carrier_.ownership().wanted()) yield_vm();
  if (stack_ != nullptr) set_limit();
}

}  // namespace banter::interpreter
