// contexts.cc -- Context objects and the frames they are married to.
//
// A Context is made for a frame only when somebody asks (marry). While it is married its sender
// slot holds a SmallInteger that names stack and frame, and everything that can change is read from
// the frame:
//
//   sender slot:  (stack id << 32 | frame index) as a SmallInteger
//
// Method, closure, receiver and arguments are written at marriage and stay readable when the frame
// has ended; a Context whose frame has ended has sender nil and pc nil (widow). Whoever stores in
// sender, pc or the like first turns the frames of that stack into heap Contexts (divorce_frames);
// a return to a heap Context makes a frame for it again (resume_context).
#include <algorithm>
#include <cstring>

#include "base/to_size.h"
#include "heap/layouts.h"
#include "heap/rooted.h"
#include "interpreter/interpreter.h"
#include "interpreter/method.h"

namespace banter::interpreter {

using heap::ClassIndex;
using heap::Format;
using heap::Object;
using heap::Rooted;
namespace fields = heap::slots::context;

namespace {

Oop marriage(const ProcessStack& stack, std::size_t index) {
  return Oop::small_int(static_cast<std::int64_t>(stack.id()) << 32 |
                        static_cast<std::int64_t>(index));
}

// pc as Smalltalk counts: 1-based over the bytes of the method object.
Oop pc_of(const Frame& frame) {
  return Oop::small_int(frame.ip - frame.method.as_object()->bytes() + 1);
}

}  // namespace

Frame* Interpreter::top_frame(const ProcessStack& stack) const {
  return &stack == stack_ ? frame_ : stack.top;
}

Oop* Interpreter::sp_of(ProcessStack& stack, const Frame* frame) {
  if (frame == top_frame(stack)) return &stack == stack_ ? sp_ : stack.sp;
  const Frame* next = frame + 1;
  return next->base - (next->has(kFrameBottom) ? 3 : 2);
}

std::optional<std::size_t> Interpreter::innermost_base(const ProcessStack& stack) const {
  if (stack.foreign == nullptr) return std::nullopt;
  return stack.foreign->frame_index;
}

Oop Interpreter::marry(ProcessStack& stack, Frame* frame) {
  if (frame->context != nil_) return frame->context;
  const std::size_t temps = MethodHeader(frame->method.as_object()).frame_slots();
  Object* context =
      mutator_->allocate(ClassIndex::kContext, Format::kFixedIndexable, fields::kFirstTemp + temps);
  const MethodHeader header(frame->method.as_object());
  context->init_slot(fields::kSender, marriage(stack, stack.index_of(frame)));
  context->init_slot(fields::kStackp, Oop::small_int(header.argument_count()));
  context->init_slot(fields::kMethod, frame->method);
  context->init_slot(fields::kClosureOrNil, frame->closure);
  context->init_slot(fields::kReceiver, frame->receiver());
  for (unsigned i = 0; i < header.argument_count(); ++i)
    context->init_slot(fields::kFirstTemp + i, frame->base[i]);
  heap_.note_stores(context);
  frame->context = context->oop();
  frame->flags |= kFrameMarried;
  return frame->context;
}

void Interpreter::widow(Frame* frame) {
  if (frame->context == nil_) return;
  Object* context = frame->context.as_object();
  context->slots()[fields::kSender] = nil_;
  context->slots()[fields::kPc] = nil_;
  frame->context = nil_;
  frame->flags &= ~static_cast<std::uint64_t>(kFrameMarried);
}

// --- activations: frames and heap Contexts alike
// --------------------------------------------------

Activation Interpreter::activation_of(Oop context) {
  if (!is_married(context)) return {nullptr, nullptr, context};
  const auto bits = static_cast<std::uint64_t>(context.as_object()->slot(fields::kSender).as_int());
  ProcessStack* stack = stacks_[bits >> 32].get();
  return {stack, stack->frames() + static_cast<std::size_t>(bits & 0xFFFFFFFF), context};
}

Oop Interpreter::context_of(const Activation& activation) {
  return activation.frame != nullptr ? marry(*activation.stack, activation.frame)
                                     : activation.context;
}

Activation Interpreter::sender_of(const Activation& activation) {
  if (activation.frame == nullptr) {
    const Oop sender = activation.context.as_object()->slot(fields::kSender);
    if (!is_context(sender)) return {nullptr, nullptr, nil_};
    return activation_of(sender);
  }
  if (activation.frame->has(kFrameBottom)) {
    const Oop sender = activation.frame->base[-2];
    if (!is_context(sender)) return {nullptr, nullptr, nil_};
    return activation_of(sender);
  }
  // What C called on a thread of its own has nobody below.
  if (activation.frame == activation.stack->frames()) return {nullptr, nullptr, nil_};
  return {activation.stack, activation.frame - 1, nil_};
}

bool Interpreter::exists(const Activation& activation) const {
  return activation.frame != nullptr || activation.context != nil_;
}

Oop Interpreter::method_of(const Activation& activation) {
  return activation.frame != nullptr ? activation.frame->method
                                     : activation.context.as_object()->slot(fields::kMethod);
}

Oop Interpreter::closure_of(const Activation& activation) {
  return activation.frame != nullptr ? activation.frame->closure
                                     : activation.context.as_object()->slot(fields::kClosureOrNil);
}

unsigned Interpreter::mark_of(const Activation& activation) {
  const Oop method = method_of(activation);
  if (closure_of(activation) != nil_ || !method.is_object() ||
      !method.as_object()->is_compiled_code())
    return 0;
  return primitive_number(method.as_object());
}

bool Interpreter::live_context(Oop context) const {
  if (!is_context(context)) return false;
  const Object* object = context.as_object();
  if (object->slot(fields::kSender).is_small_int()) return true;
  const Oop method = object->slot(fields::kMethod);
  const Oop pc = object->slot(fields::kPc);
  const Oop stackp = object->slot(fields::kStackp);
  if (!pc.is_small_int() || !stackp.is_small_int() || !method.is_object() ||
      !method.as_object()->is_compiled_code())
    return false;
  const auto code_size = static_cast<std::int64_t>(method.as_object()->byte_count());
  const auto room = static_cast<std::int64_t>(object->slot_count() - fields::kFirstTemp);
  return pc.as_int() >= static_cast<std::int64_t>(method.as_object()->initial_pc()) &&
         pc.as_int() <= code_size && stackp.as_int() >= 0 && stackp.as_int() <= room;
}

// --- slots
// -----------------------------------------------------------------------------------------

std::size_t Interpreter::context_stack_size(Oop context) {
  const Activation activation = activation_of(context);
  if (activation.frame != nullptr)
    return static_cast<std::size_t>(sp_of(*activation.stack, activation.frame) -
                                    activation.frame->base + 1);
  const Oop stackp = context.as_object()->slot(fields::kStackp);
  const std::size_t room = context.as_object()->slot_count() - fields::kFirstTemp;
  if (!stackp.is_small_int() || stackp.as_int() < 0) return 0;
  return std::min(room, to_size(static_cast<std::uint64_t>(stackp.as_int())));
}

Oop Interpreter::context_slot(Oop context, std::size_t i) {
  const Activation activation = activation_of(context);
  const Frame* frame = activation.frame;
  if (frame == nullptr) {
    const Object* object = context.as_object();
    if (i >= object->slot_count()) return nil_;
    if (i >= fields::kFirstTemp && i - fields::kFirstTemp >= context_stack_size(context))
      return nil_;
    return object->slot(i);
  }
  switch (i) {
    case fields::kSender: {
      const Activation sender = sender_of(activation);
      return exists(sender) ? context_of(sender) : nil_;
    }
    case fields::kPc:
      return pc_of(*frame);
    case fields::kStackp:
      return Oop::small_int(static_cast<std::int64_t>(context_stack_size(context)));
    case fields::kMethod:
      return frame->method;
    case fields::kClosureOrNil:
      return frame->closure;
    case fields::kReceiver:
      return frame->receiver();
    default:
      return i - fields::kFirstTemp < context_stack_size(context)
                 ? frame->base[i - fields::kFirstTemp]
                 : nil_;
  }
}

bool Interpreter::set_context_slot(Oop context, std::size_t i, Oop value) {
  const Activation activation = activation_of(context);
  if (activation.frame == nullptr) {
    if (i >= context.as_object()->slot_count()) return false;
    heap_.store(context.as_object(), i, value);
    return true;
  }
  if (i >= fields::kFirstTemp) {
    if (i - fields::kFirstTemp >= context_stack_size(context)) return false;
    activation.frame->base[i - fields::kFirstTemp] = value;
    return true;
  }
  Rooted<> target(*mutator_, context);
  Rooted<> root(*mutator_, value);
  ProcessStack& stack = *activation.stack;
  if (!may_divorce(stack, activation.frame)) return false;
  if (i == fields::kSender && innermost_base(stack) && !sender_is_reachable(stack, value))
    return false;
  Rooted<> innermost(*mutator_, divorce_frames(stack));
  target.store(i, root.oop());
  if (&stack == stack_) resume_context(innermost.oop());
  return true;
}

// From the bytecodes: where the store cannot be done the message attemptToAssign:withIndex: is
// sent.
void Interpreter::store_context_variable(Oop context, std::size_t slot, Oop value) {
  Rooted<> target(*mutator_, context);
  Rooted<> root(*mutator_, value);
  if (!set_context_slot(target.oop(), slot, root.oop()))
    send_attempt_to_assign(target.oop(), root.oop(), slot);
}

// Frames above the innermost native base may leave their stack; that base and what is below it may
// not, nor anything while C runs on top of them.
bool Interpreter::may_divorce(const ProcessStack& stack, const Frame* frame) const {
  const auto base = innermost_base(stack);
  if (!base) return true;
  return stack.foreign->kind != ForeignFrame::Kind::callout && stack.index_of(frame) > *base;
}

// Whether a frame above the innermost native base may have `context` as its sender: not when that
// would lead around the base.
bool Interpreter::sender_is_reachable(ProcessStack& stack, Oop context) {
  if (!is_context(context)) return false;
  const std::size_t base = *innermost_base(stack);
  for (Activation each = activation_of(context); exists(each); each = sender_of(each)) {
    if (each.frame != nullptr && each.stack == &stack) return stack.index_of(each.frame) >= base;
  }
  return false;
}

Oop Interpreter::copy_context(Oop context) {
  Rooted<> original(*mutator_, context);
  Rooted<> copy(*mutator_, mutator_->allocate(ClassIndex::kContext, Format::kFixedIndexable,
                                              context.as_object()->slot_count()));
  for (std::size_t i = 0; i < copy->slot_count(); ++i) {
    const Oop value = context_slot(original.oop(), i);
    copy.store(i, value);
  }
  return copy.oop();
}

// --- divorce and the way back
// ----------------------------------------------------------------------

// Writes what the frame knows into its Context. Never collects. The frame below has a Context.
void Interpreter::write_context(ProcessStack& stack, Frame* frame, Oop sender) {
  Object* context = frame->context.as_object();
  const auto size = static_cast<std::size_t>(sp_of(stack, frame) - frame->base + 1);
  BANTER_CHECK(size <= context->slot_count() - fields::kFirstTemp,
               "a frame of {} values does not fit its context", size);
  heap_.store(context, fields::kSender, sender);
  heap_.store(context, fields::kPc, pc_of(*frame));
  heap_.store(context, fields::kStackp, Oop::small_int(static_cast<std::int64_t>(size)));
  heap_.store(context, fields::kMethod, frame->method);
  heap_.store(context, fields::kClosureOrNil, frame->closure);
  heap_.store(context, fields::kReceiver, frame->receiver());
  for (std::size_t i = 0; i < size; ++i)
    heap_.store(context, fields::kFirstTemp + i, frame->base[i]);
}

Oop Interpreter::divorce_frames(ProcessStack& stack) {
  Frame* top = top_frame(stack);
  if (top == nullptr) return nil_;
  const auto base = innermost_base(stack);
  Frame* lowest = base ? stack.frames() + *base + 1 : stack.frames();
  if (base) marry(stack, stack.frames() + *base);
  for (Frame* frame = lowest; frame <= top; ++frame) marry(stack, frame);
  const Oop innermost = top->context;
  for (Frame* frame = top; frame >= lowest; --frame) {
    const Oop sender = frame->has(kFrameBottom) ? frame->base[-2] : (frame - 1)->context;
    write_context(stack, frame, sender);
  }
  Oop* sp = top < lowest ? sp_of(stack, top) : lowest->base - (lowest->has(kFrameBottom) ? 3 : 2);
  if (&stack == stack_) {
    frame_ = lowest - 1;
    sp_ = sp;
  } else if (base) {
    stack.top = lowest - 1;
    stack.sp = sp;
  } else {
    stack.clear();
  }
  return innermost;
}

void Interpreter::resume_context(Oop oop) {
  ensure_room(ProcessStack::kHeadroom);
  Object* context = oop.as_object();
  const Oop closure = context->slot(fields::kClosureOrNil);
  push(context->slot(fields::kSender));
  push(context->slot(fields::kReceiver));
  push_frame(
      context->slot(fields::kMethod), closure, sp_ + 1,
      closure != nil_ ? kFrameBottom | kFrameMarried | kFrameBlock : kFrameBottom | kFrameMarried);
  frame_->ip = frame_->method.as_object()->bytes() + context->slot(fields::kPc).as_int() - 1;
  frame_->context = oop;
  const auto size = static_cast<std::size_t>(context->slot(fields::kStackp).as_int());
  for (std::size_t i = 0; i < size; ++i) push(context->slot(fields::kFirstTemp + i));
  heap_.store(context, fields::kSender, marriage(*stack_, stack_->index_of(frame_)));
  if (frame_ >= frame_limit_) check_after_activation(false);
}

void Interpreter::drop_frames_above(ProcessStack& stack, std::size_t index) {
  for (Frame* frame = top_frame(stack); frame > stack.frames() + index; --frame) widow(frame);
}

// Makes the frame's Context say again where the frame is.
void Interpreter::remarry(ProcessStack& stack, Frame* frame) {
  if (frame->context == nil_) return;
  frame->context.as_object()->slots()[fields::kSender] = marriage(stack, stack.index_of(frame));
}

// Marks the heap Contexts from `context` up to `target`, exclusive, as dead.
void Interpreter::kill_contexts(Oop context, Oop target) {
  while (is_context(context) && context != target && !is_married(context)) {
    Object* object = context.as_object();
    context = object->slot(fields::kSender);
    object->slots()[fields::kSender] = nil_;
    object->slots()[fields::kPc] = nil_;
  }
}

bool Interpreter::unwind_to(Oop target) {
  if (!live_context(target)) return false;
  const auto base = innermost_base(*stack_);
  Activation activation = activation_of(target);
  if (activation.frame != nullptr && activation.stack != stack_) {
    if (!may_divorce(*activation.stack, activation.frame)) return false;
    Rooted<> root(*mutator_, target);
    divorce_all_of(*activation.stack);
    target = root.oop();
    activation = activation_of(target);
  }
  Frame* segment = stack_->frames() + (base ? *base + 1 : 0);
  if (activation.frame != nullptr) {
    const std::size_t index = stack_->index_of(activation.frame);
    if (base && index < *base) return false;
    Oop* sp = sp_of(*stack_, activation.frame);
    if (activation.frame < segment && frame_ >= segment && segment->has(kFrameBottom))
      kill_contexts(segment->base[-2], target);
    drop_frames_above(*stack_, index);
    frame_ = activation.frame;
    sp_ = sp;
    return true;
  }
  if (base && !sender_is_reachable(*stack_, target)) return false;
  if (frame_ >= segment) {
    if (segment->has(kFrameBottom)) kill_contexts(segment->base[-2], target);
    for (Frame* frame = frame_; frame >= segment; --frame) widow(frame);
    sp_ = segment->base - (segment->has(kFrameBottom) ? 3 : 2);
    frame_ = segment - 1;
  }
  resume_context(target);
  return true;
}

// Moves the frames from `upper` to the top down so that they follow `lower`.
void Interpreter::close_gap(Frame* lower, Frame* upper) {
  const std::ptrdiff_t dropped = upper - lower - 1;
  if (dropped == 0) return;
  for (Frame* frame = upper - 1; frame > lower; --frame) widow(frame);
  Oop* to = (lower + 1)->base - 1;
  Oop* from = upper->base - 1;
  const std::ptrdiff_t distance = from - to;
  std::memmove(static_cast<void*>(to), from,
               static_cast<std::size_t>(sp_ - from + 1) * sizeof(Oop));
  for (Frame* frame = upper; frame <= frame_; ++frame) {
    Frame* moved = frame - dropped;
    *moved = *frame;
    moved->base -= distance;
    remarry(*stack_, moved);
  }
  frame_ -= dropped;
  sp_ -= distance;
}

// Without making Contexts, of which a deep stack would need very many.
bool Interpreter::terminate_to_nothing(const Activation& receiver) {
  Frame* bottom = stack_->frames();
  if (receiver.stack != stack_ || receiver.frame == nullptr || stack_->foreign != nullptr ||
      receiver.frame->has(kFrameBottom) || !bottom->has(kFrameBottom))
    return false;
  const Oop below = bottom->base[-2];
  close_gap(bottom - 1, receiver.frame);
  bottom->flags |= kFrameBottom;
  bottom->base[-2] = nil_;
  kill_contexts(below, nil_);
  return true;
}

bool Interpreter::terminate_to(Oop context, Oop target) {
  const Activation receiver = activation_of(context);
  if (target == nil_ && terminate_to_nothing(receiver)) return true;
  if (receiver.frame != nullptr && receiver.stack == stack_ && is_context(target)) {
    const Activation other = activation_of(target);
    const auto base = innermost_base(*stack_);
    if (other.stack == stack_ && other.frame != nullptr && other.frame < receiver.frame &&
        (!base || stack_->index_of(other.frame) >= *base) && !receiver.frame->has(kFrameBottom)) {
      close_gap(other.frame, receiver.frame);
      return true;
    }
  }
  Rooted<> self(*mutator_, context);
  Rooted<> end(*mutator_, target);
  // Whatever lies between: kill it when the target is really above.
  Activation last;
  last.context = nil_;
  if (end.oop() != nil_) last = activation_of(end.oop());
  Activation each = sender_of(receiver);
  while (exists(each) && !same(each, last)) each = sender_of(each);
  const bool found = exists(each) || end.oop() == nil_;
  Rooted<> between(*mutator_, context_slot(self.oop(), fields::kSender));
  if (!set_context_slot(self.oop(), fields::kSender, end.oop())) return false;
  if (found) kill_contexts(between.oop(), end.oop());
  return true;
}

bool Interpreter::restart_context(Oop context) {
  if (!unwind_to(context)) return false;
  const MethodHeader header(frame_->method.as_object());
  std::size_t kept = header.argument_count();
  if (frame_->closure != nil_) {
    namespace closure_fields = heap::slots::full_block_closure;
    kept += frame_->closure.as_object()->slot_count() - closure_fields::kFirstCopied;
  }
  sp_ = frame_->base + kept - 1;
  for (std::size_t i = kept; i < header.temp_count(); ++i) push(nil_);
  frame_->ip = frame_->method.as_object()->bytecodes();
  return true;
}

}  // namespace banter::interpreter
