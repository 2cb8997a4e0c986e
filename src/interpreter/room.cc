// room.cc -- what happens when the stack of a process is full, or little memory is left.
//
// The stages of a process whose calls are nested too deeply:
//
//   1. full: a quarter more room, and #stackOverflow is sent, an error that it may handle
//   2. full again: still a quarter more, a report, and #endForLackOfRoom; from now on it is
//      `ending`: it evaluates its unwind blocks, innermost first
//   3. full whenever it is ending: the upper half of its frames goes without their unwind blocks,
//      next time half of what is left, and so on; #endForLackOfRoom is sent again
//
// Far below the limit the extra room is taken back, and an overflow begins with stage 1 or 3. So an
// endless recursion in every handler and unwind block comes to an end too, and other processes see
// nothing of it.
//
// The stages of memory are the heap's (Shortage): #outOfMemory is sent, then #endForLackOfRoom.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "heap/layouts.h"
#include "interpreter/interpreter.h"
#include "interpreter/method.h"

namespace banter::interpreter {

using heap::Special;

bool Interpreter::move_active_stack(std::size_t values, std::size_t frames) {
  save_active_stack();
  const bool moved = stack_->move_to(values, frames);
  load_stack(*stack_);
  return moved;
}

void Interpreter::ensure_room(std::size_t values) {
  std::size_t capacity = stack_->value_capacity();
  const std::size_t needed =
      static_cast<std::size_t>(sp_ - stack_->values()) + 1 + values + ProcessStack::kHeadroom;
  if (needed <= capacity && frame_ < frame_limit_) return;
  while (capacity < needed) capacity *= 2;
  const std::size_t frames = stack_->frame_capacity() * (frame_ < frame_limit_ ? 1 : 2);
  if (!move_active_stack(capacity, frames)) fatal("no memory for the stack of a process");
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

bool Interpreter::is_full() const {
  return sp_ > stack_->value_limit() || frame_ >= stack_->frame_limit();
}

void Interpreter::make_room() {
  if (stack_->overflow_reported) {
    if (is_far_below_limit()) {
      use_less_room();
    } else if (is_full()) {
      end_overflowing_process();
    }
  } else if (is_full()) {
    grow_stack();
  } else if (wants_stress_move()) {
    (void)move_active_stack(stack_->value_capacity(), stack_->frame_capacity());
  }
}

void Interpreter::grow_stack() {
  const std::size_t values = stack_->value_capacity() * (sp_ > stack_->value_limit() ? 2 : 1);
  const std::size_t frames = stack_->frame_capacity() * (frame_ >= stack_->frame_limit() ? 2 : 1);
  if (!is_too_deep() &&
      move_active_stack(std::min(values, std::max(options_.max_values, stack_->value_capacity())),
                        std::min(frames, std::max(options_.max_frames, stack_->frame_capacity()))))
    return;
  stack_->usual_values =
      sp_ > stack_->value_limit() ? stack_->value_capacity() : options_.max_values;
  stack_->usual_frames =
      frame_ >= stack_->frame_limit() ? stack_->frame_capacity() : options_.max_frames;
  if (stack_->ending) return end_overflowing_process();
  report_overflow();
}

bool Interpreter::is_far_below_limit() const {
  return stack_->index_of(frame_) < stack_->usual_frames / 2 &&
         static_cast<std::size_t>(sp_ - stack_->values()) < stack_->usual_values / 2;
}

void Interpreter::use_less_room() {
  stack_->overflow_reported = false;
  stack_->close_quarters();
  frame_limit_ = stack_->frame_limit();
}

void Interpreter::add_a_quarter() {
  stack_->open_quarter();
  frame_limit_ = stack_->frame_limit();
  stack_->overflow_reported = true;
  set_limit();
}

void Interpreter::report_overflow() {
  add_a_quarter();
  if (heap_.special(Special::kSelectorStackOverflow) == nil_)
    fatal("the stack of a process is full, and the image has no #stackOverflow");
  send_to_process(Special::kSelectorStackOverflow);
}

void Interpreter::end_overflowing_process() {
  const bool first = !stack_->ending;
  if (first) begin_ending("its stack is full again while an overflow is handled");
  add_a_quarter();
  if (!first) cut_active_stack();
  send_to_process(Special::kSelectorEndForLackOfRoom);
}

// Frames of the innermost native activation stay: C waits for it. So does room for the next send.
void Interpreter::cut_active_stack() {
  const std::size_t top = stack_->index_of(frame_);
  stack_->kept_frames = std::min(stack_->kept_frames, top) / 2;
  const std::size_t kept = std::max(innermost_base(*stack_).value_or(0), stack_->kept_frames);
  if (kept < top) {
    Frame* frame = stack_->frames() + kept;
    Oop* sp = sp_of(*stack_, frame);
    drop_frames_above(*stack_, kept);
    frame_ = frame;
    sp_ = sp;
  }
  set_limit();
  if (is_full()) ensure_room(stack_->value_capacity());
}

// --- lack of room, of either kind
// ----------------------------------------------------------------------

// Written here and not in Smalltalk, where there may be no room for it.
void Interpreter::begin_ending(std::string_view reason) {
  if (heap_.special(Special::kSelectorEndForLackOfRoom) == nil_)
    fatal(fmt::format("a process must end, {}; the image has no #endForLackOfRoom", reason));
  stack_->ending = true;
  stack_->kept_frames = stack_->index_of(frame_);
  save_active_stack();
  std::fflush(stdout);
  std::fputs(fmt::format("banter: process '{}' ends: {}\n{}",
                         text_of(stack_->process.as_object()->slot(heap::slots::process::kName)),
                         reason, stack_trace(stack_->process))
                 .c_str(),
             stderr);
}

void Interpreter::send_to_process(Special selector) {
  push(stack_->process);
  send(heap_.special(selector), 0);
}

// A message that the VM sends on its own account leaves its result on the frame's operand stack:
// below the operands of later statements it is in nobody's way.
bool Interpreter::has_no_operands() const {
  return sp_ + 1 == frame_->base + MethodHeader(frame_->method.as_object()).temp_count();
}

// The active process is most likely the one that needs the memory.
void Interpreter::tell_of_shortage() {
  if (stack_ == nullptr || !has_no_operands()) return;
  const heap::Shortage shortage = heap_.take_shortage();
  set_limit();
  if (shortage == heap::Shortage::low && heap_.special(Special::kSelectorOutOfMemory) != nil_)
    return send_to_process(Special::kSelectorOutOfMemory);
  if (shortage != heap::Shortage::last) return;
  begin_ending("memory is short again while OutOfMemory is handled");
  send_to_process(Special::kSelectorEndForLackOfRoom);
}

}  // namespace banter::interpreter
