// snapshot.cc -- all frames become heap Contexts, so that an image can be written and run
// elsewhere.
//
// A process without foreign frames loses its frames and goes on from its Contexts. One with foreign
// frames keeps them, for C will come back; its Contexts are only filled in while the image is
// written. Where C lies between two of them there is another one, of Process>>foreignFramesLost:
//
//   callback's block ──▶ foreignFramesLost ──▶ the method that called C
//
// So what returns to C in the resumed image raises ForeignFramesLost; what that answers is the
// result of the call.
#include "heap/layouts.h"
#include "heap/rooted.h"
#include "interpreter/interpreter.h"
#include "interpreter/method.h"

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
  heap::RootedVector lost(*mutator_);
  for (const ForeignFrame* each = stack.foreign; each != nullptr; each = each->previous)
    if (each->kind != ForeignFrame::Kind::callback) lost.push_back(new_lost_context(owner.oop()));
  write_foreign_stack(stack, lost);
}

// The number of values on the stack that the primitive which called out will replace by its result.
std::size_t Interpreter::operands_of_call(const ForeignFrame& foreign) const {
  if (foreign.kind == ForeignFrame::Kind::nested_run) return foreign.operands;
  return MethodHeader(foreign.result.as_object()).argument_count() + 1;
}

// A Context at the beginning of Process>>foreignFramesLost; its sender is nil.
Oop Interpreter::new_lost_context(Oop process_oop) {
  namespace fields = heap::slots::context;
  const auto method =
      lookup(heap_.class_of(process_oop), heap_.special(heap::Special::kSelectorForeignFramesLost));
  if (!method) return nil_;
  Rooted<> receiver(*mutator_, process_oop);
  Rooted<> code(*mutator_, *method);
  const MethodHeader header(code.get());
  heap::Object* context =
      mutator_->allocate(heap::ClassIndex::kContext, heap::Format::kFixedIndexable,
                         fields::kFirstTemp + header.frame_slots());
  context->init_slot(fields::kPc, Oop::small_int(static_cast<std::int64_t>(code->initial_pc())));
  context->init_slot(fields::kStackp, Oop::small_int(header.temp_count()));
  context->init_slot(fields::kMethod, code.oop());
  context->init_slot(fields::kReceiver, receiver.oop());
  heap_.note_stores(context);
  return context->oop();
}

// Fills in the Contexts of all frames, `lost` between those that C lies between. Never collects.
void Interpreter::write_foreign_stack(ProcessStack& stack, const heap::RootedVector& lost) {
  namespace fields = heap::slots::context;
  for (Frame* frame = stack.frames(); frame <= stack.top; ++frame) {
    Oop sender = nil_;
    if (frame->has(kFrameBottom)) {
      sender = frame->base[-2];
    } else if (!frame->has(kFrameNativeBase) && frame > stack.frames()) {
      sender = (frame - 1)->context;
    }
    write_context(stack, frame, sender);
  }
  std::size_t i = 0;
  Frame* above = nullptr;  // the base of the callback that was passed last
  for (const ForeignFrame* each = stack.foreign; each != nullptr; each = each->previous) {
    if (each->kind == ForeignFrame::Kind::callback) {
      above = stack.frames() + each->frame_index;
      continue;
    }
    const bool nested = each->kind == ForeignFrame::Kind::nested_run;
    if (nested) above = stack.frames() + each->frame_index;
    if (lost[i] == nil_) return;
    Oop caller = (stack.frames() + each->frame_index - (nested ? 1 : 0))->context;
    const Oop stackp = caller.as_object()->slot(fields::kStackp);
    const auto operands = static_cast<std::int64_t>(operands_of_call(*each));
    heap_.store(caller.as_object(), fields::kStackp, Oop::small_int(stackp.as_int() - operands));
    heap_.store(lost[i].as_object(), fields::kSender, caller);
    if (above != nullptr) {
      heap_.store(above->context.as_object(), fields::kSender, lost[i]);
    } else {
      heap_.store(stack.process.as_object(), process::kSuspendedContext, lost[i]);
    }
    above = nullptr;
    i++;
  }
}

// The opposite of flush_stack for what kept its frames.
void Interpreter::unflush_stack(ProcessStack& stack) {
  if (stack.is_empty() || stack.foreign == nullptr) return;
  for (Frame* frame = stack.frames(); frame <= stack.top; ++frame) remarry(stack, frame);
  if (stack.foreign->kind == ForeignFrame::Kind::callout)
    heap_.store(stack.process.as_object(), process::kSuspendedContext, stack.top->context);
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
