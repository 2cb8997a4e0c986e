// foreign_frames.cc -- how a callback ends: with a value, by image code, or without a value, when
// its process is terminated, its block fails, or C's frames are left.
//
// What is to happen when C has returned to the callout below is noted there (ForeignFrame::pending)
// and given to the process with #calloutReturned:with: when the primitive that called C has ended.
#include "heap/layouts.h"
#include "interpreter/interpreter.h"

namespace banter::interpreter {

using heap::Special;

void Interpreter::drop_activation(const ForeignFrame& activation) {
  Frame* base = stack_->frames() + activation.frame_index;
  for (Frame* frame = frame_; frame >= base; --frame) widow(frame);
  frame_ = base - 1;
  sp_ = base->base - 2;
}

// The innermost native activation of the running process has its result: its frames go, and the
// loop that runs it is left.
void Interpreter::finish_native_activation(Oop value) {
  ForeignFrame& activation = *stack_->foreign;
  drop_activation(activation);
  activation.result = value;
  activation.finished = true;
  exit_ = attention_ = true;
}

bool Interpreter::return_from_callback(std::uintptr_t context, int code) {
  ForeignFrame* activation = stack_->foreign;
  if (activation == nullptr || activation->kind != ForeignFrame::Kind::callback ||
      activation->context != context)
    return false;
  activation->return_code = static_cast<std::uint8_t>(code);
  finish_native_activation(nil_);
  return true;
}

bool Interpreter::leave_callback(Oop pending, bool unwinds, bool over) {
  ForeignFrame* activation = stack_->foreign;
  if (activation == nullptr || activation->kind == ForeignFrame::Kind::callout) return false;
  if (unwinds && (activation->previous == nullptr || !activation->permeable)) return false;
  if (pending != nil_) {
    ForeignFrame* callout = activation->previous;
    while (callout != nullptr && callout->kind != ForeignFrame::Kind::callout)
      callout = callout->previous;
    if (callout != nullptr) {
      callout->pending = pending;
      callout->over = over;
    }
    if (callout == nullptr && activation->kind == ForeignFrame::Kind::nested_run)
      note_pending(*stack_, pending, activation->frame_index - 1);
  }
  activation->abandoned = true;
  activation->unwinds = unwinds;
  if (unwinds) activation->previous->unwinds = true;
  finish_native_activation(nil_);
  return true;
}

const ForeignFrame* Interpreter::callout_left_for(Oop context) {
  if (!live_context(context)) return nullptr;
  const Activation target = activation_of(context);
  const ForeignFrame* activation = stack_->foreign;
  const ForeignFrame* callout = nullptr;
  Activation each{stack_, frame_, nil_};
  for (; exists(each) && !same(each, target); each = sender_of(each)) {
    if (each.frame == nullptr || each.stack != stack_ || !each.frame->has(kFrameNativeBase))
      continue;
    if (activation->kind != ForeignFrame::Kind::callback || !activation->permeable) return nullptr;
    callout = activation->previous;
    if (callout == nullptr) return nullptr;
    activation = callout->previous;
  }
  return exists(each) ? callout : nullptr;
}

void Interpreter::note_pending(ProcessStack& stack, Oop pending, std::size_t frame_index) {
  stack.callout_returned = true;
  stack.pending = pending;
  stack.pending_frame = frame_index;
  attention_ = true;
}

// The primitive that called out has put its result on the stack; if it failed, there is another
// frame. What the process answers is the result.
void Interpreter::tell_of_callout() {
  stack_->callout_returned = false;
  const Oop selector = heap_.special(Special::kSelectorCalloutReturned);
  if (selector == nil_) return;
  const bool has_result = stack_->index_of(frame_) == stack_->pending_frame;
  const Oop result = has_result ? pop() : nil_;
  push(stack_->process);
  push(result);
  push(stack_->pending);
  send(selector, 2);
}

}  // namespace banter::interpreter
