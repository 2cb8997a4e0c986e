// events.cc -- what happens at safe points: room on the stack, timers, semaphores from outside.
//
// The loop comes here after an activation or a backward jump when limit_ is exceeded: either the
// stack is full, or request_interrupt() set limit_ to null.
#include <fmt/format.h>

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
  const bool always = options_.stress_stack || stack_->overflow_reported;
  limit_.store(always ? nullptr : stack_->value_limit(), std::memory_order_release);
  if (interrupt_.load(std::memory_order_acquire)) limit_.store(nullptr, std::memory_order_release);
}

void Interpreter::set_stress_stack(bool on) {
  options_.stress_stack = on;
  if (stack_ != nullptr) set_limit();
}

// --- room
// ------------------------------------------------------------------------------------------

void Interpreter::move_active_stack(std::size_t values, std::size_t frames) {
  save_active_stack();
  stack_->move_to(values, frames);
  load_stack(*stack_);
}

void Interpreter::ensure_room(std::size_t values) {
  std::size_t capacity = stack_->value_capacity();
  const std::size_t needed =
      static_cast<std::size_t>(sp_ - stack_->values()) + 1 + values + ProcessStack::kHeadroom;
  if (needed <= capacity && frame_ < frame_limit_) return;
  while (capacity < needed) capacity *= 2;
  const std::size_t frames = stack_->frame_capacity() * (frame_ < frame_limit_ ? 1 : 2);
  move_active_stack(capacity, frames);
}

bool Interpreter::is_too_deep() const {
  return stack_->index_of(frame_) + 8 >= options_.max_frames ||
         static_cast<std::size_t>(sp_ - stack_->values()) + 2 * ProcessStack::kHeadroom >=
             options_.max_values;
}

// Deep stacks are moved less often: each move copies them.
bool Interpreter::wants_stress_move() {
  if (!options_.stress_stack) return false;
  constexpr std::size_t kDeep = 2048;
  constexpr std::size_t kRarely = 1 << 16;
  return stack_->index_of(frame_) < kDeep || ++stress_activations_ % kRarely == 0;
}

void Interpreter::make_room() {
  const bool full = sp_ > stack_->value_limit() || frame_ >= stack_->frame_limit();
  if (stack_->overflow_reported) {
    if (!is_far_below_limit()) {
      if (full) kill_overflowing_process();
      return;
    }
    // The extra room goes, so that the next overflow finds some again.
    stack_->overflow_reported = false;
    move_active_stack(options_.max_values, options_.max_frames);
    return;
  }
  if (full && is_too_deep()) return report_overflow();
  if (!full) {
    if (wants_stress_move()) move_active_stack(stack_->value_capacity(), stack_->frame_capacity());
    return;
  }
  const std::size_t values = stack_->value_capacity() * (sp_ > stack_->value_limit() ? 2 : 1);
  const std::size_t frames = stack_->frame_capacity() * (frame_ >= stack_->frame_limit() ? 2 : 1);
  move_active_stack(std::min(values, std::max(options_.max_values, stack_->value_capacity())),
                    std::min(frames, std::max(options_.max_frames, stack_->frame_capacity())));
}

bool Interpreter::is_far_below_limit() const {
  return stack_->index_of(frame_) < options_.max_frames / 2 &&
         static_cast<std::size_t>(sp_ - stack_->values()) < options_.max_values / 2;
}

// The program gets a quarter more room to handle the error in.
void Interpreter::report_overflow() {
  move_active_stack(options_.max_values + options_.max_values / 4,
                    options_.max_frames + options_.max_frames / 4);
  stack_->overflow_reported = true;
  set_limit();
  const Oop selector = heap_.special(Special::kSelectorStackOverflow);
  if (selector == nil_)
    fatal("the stack of a process is full, and the image has no #stackOverflow");
  push(stack_->process);
  send(selector, 0);
}

void Interpreter::kill_overflowing_process() {
  fatal("the stack of a process is full again while its overflow is handled");
}

void Interpreter::check_after_activation(bool may_switch) {
  make_room();
  set_limit();
  if (may_switch && interrupt_.load(std::memory_order_relaxed)) handle_events();
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
  signal_externals();
}

void Interpreter::handle_events() {
  poll_events();
  if (carrier_.ownership().wanted()) yield_vm();
  if (stack_ != nullptr) set_limit();
}

}  // namespace banter::interpreter
