// returns.cc -- the returns that are not just "to the frame below".
#include "heap/layouts.h"
#include "heap/rooted.h"
#include "interpreter/interpreter.h"
#include "interpreter/method.h"

namespace banter::interpreter {

using heap::Object;
using heap::Rooted;
using heap::Special;

void Interpreter::return_value(Oop value) {
  if (frame_->has(kFrameNativeBase)) return finish_native_activation(value);
  if (!frame_->has(kFrameBottom)) {
    sp_ = frame_->base - 1;
    *sp_ = value;
    widow(frame_);
    --frame_;
    return;
  }
  const Oop sender = frame_->base[-2];
  if (sender == nil_ && ends_run(value)) return;
  Rooted<> result(*mutator_, value);
  if (is_context(sender) && unwind_to(sender)) return push(result.oop());
  send_cannot_return(result.oop());
}

void Interpreter::send_cannot_return(Oop value) {
  Rooted<> result(*mutator_, value);
  const Oop context = this_context();
  push(context);
  push(result.oop());
  send(heap_.special(Special::kSelectorCannotReturn), 1);
}

// The Context of the method that a block's `^` returns from, or nil.
Oop Interpreter::home_of(Oop closure) const {
  namespace fields = heap::slots::context;
  while (closure != nil_) {
    const Oop outer = closure.as_object()->slot(heap::slots::full_block_closure::kOuterContext);
    if (!is_context(outer)) return nil_;
    closure = outer.as_object()->slot(fields::kClosureOrNil);
    if (closure == nil_) return outer;
  }
  return nil_;
}

void Interpreter::return_from_method(Oop value) {
  if (frame_->closure == nil_) return return_value(value);
  const Oop home = home_of(frame_->closure);
  if (home == nil_ || !live_context(home)) return send_cannot_return(value);
  const Activation target = activation_of(home);
  const auto base = innermost_base(*stack_);
  Activation unwind;
  Activation each{stack_, frame_, nil_};
  for (; exists(each) && !same(each, target); each = sender_of(each)) {
    if (base && each.stack == stack_ && each.frame != nullptr &&
        stack_->index_of(each.frame) <= *base)
      return send_cannot_return(value);  // foreign frames lie between
    if (unwind.frame == nullptr && unwind.context.bits() == 0 && mark_of(each) == kUnwindMark)
      unwind = each;
  }
  if (!exists(each)) return send_cannot_return(value);
  const bool unwind_found = unwind.frame != nullptr || unwind.context.bits() != 0;
  if (!unwind_found && mark_of(target) == kUnwindMark) return send_about_to_return(value, target);
  if (unwind_found) return send_about_to_return(value, unwind);
  Rooted<> result(*mutator_, value);
  if (!unwind_to(home)) return send_cannot_return(result.oop());
  return_value(result.oop());
}

void Interpreter::send_about_to_return(Oop value, const Activation& unwind) {
  Rooted<> result(*mutator_, value);
  Rooted<> through(*mutator_, context_of(unwind));
  const Oop context = this_context();
  push(context);
  push(result.oop());
  push(through.oop());
  send(heap_.special(Special::kSelectorAboutToReturn), 2);
}

}  // namespace banter::interpreter
