// snapshot.cc -- all frames become heap Contexts, so that an image can be written and run
// elsewhere.
//
// A process without foreign frames loses its frames and goes on from its Contexts. One with foreign
// frames keeps them, for C will come back; its Contexts are only filled in while the image is
// written, and cut where C lies between: a sender beyond foreign frames is nil.
#include "heap/layouts.h"
#include "heap/rooted.h"
#include "interpreter/interpreter.h"

namespace banter::interpreter {

using heap::Rooted;
namespace process = heap::slots::process;

void Interpreter::flush_stack(ProcessStack& stack) {
  if (stack.is_empty()) return;
  Rooted<> owner(*mutator_, stack.process);
  Rooted<> top(*mutator_, marry(stack, top_frame(stack)));
  if (owner->slot(process::kSuspendedContext) == nil_)
    owner.store(process::kSuspendedContext, top.oop());
  if (stack.foreign == nullptr) {
    divorce_all_of(stack);
    return;
  }
  for (Frame* frame = stack.frames(); frame <= stack.top; ++frame) marry(stack, frame);
  for (Frame* frame = stack.frames(); frame <= stack.top; ++frame) {
    Oop sender = nil_;
    if (frame->has(kFrameBottom)) {
      sender = frame->base[-2];
    } else if (!frame->has(kFrameNativeBase) && frame > stack.frames()) {
      sender = (frame - 1)->context;
    }
    write_context(stack, frame, sender);
  }
}

// The opposite of flush_stack for what kept its frames.
void Interpreter::unflush_stack(ProcessStack& stack) {
  if (stack.is_empty() || stack.foreign == nullptr) return;
  for (Frame* frame = stack.frames(); frame <= stack.top; ++frame) remarry(stack, frame);
}

void Interpreter::flush_all_frames_to_contexts() {
  save_active_stack();
  ProcessStack* active = stack_;
  stack_ = nullptr;
  for (std::size_t i = 0; i < stacks_.size(); ++i) flush_stack(*stacks_[i]);
  if (active != nullptr && active->foreign != nullptr) stack_ = active;
}

void Interpreter::unflush_all_frames() {
  for (auto& stack : stacks_) unflush_stack(*stack);
  if (stack_ != nullptr) {
    heap_.store(stack_->process.as_object(), process::kSuspendedContext, nil_);
    load_stack(*stack_);
    return;
  }
  const Oop active = active_process();
  if (active != nil_) start_process(active);
}

Result<void> Interpreter::snapshot(std::uint32_t argument_count,
                                   const std::function<Result<void>()>& write) {
  sp_ -= argument_count;
  top() = true_;
  flush_all_frames_to_contexts();
  Result<void> result = write();
  unflush_all_frames();
  top() = false_;
  return result;
}

Result<Oop> Interpreter::resume_saved_process() {
  const Oop active = active_process();
  if (active == nil_ || !live_context(active.as_object()->slot(process::kSuspendedContext)))
    return Error{"the image has no active process that can go on"};
  RunRecord record;
  record.process = active;
  begin_run(record);
  start_process(active);
  return finish_run(record);
}

}  // namespace banter::interpreter
