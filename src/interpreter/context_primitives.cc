// context_primitives.cc -- primitives of Context: searching, unwinding, slots.
#include "heap/layouts.h"
#include "heap/rooted.h"
#include "interpreter/control_primitives.h"
#include "interpreter/interpreter.h"

namespace banter::interpreter {

using heap::Mutator;
using heap::Object;
using heap::Rooted;

namespace {

constexpr unsigned kHandlerMark = 199;
namespace fields = heap::slots::context;

// A callback is a boundary for exceptions, unless it was made otherwise: handlers outside of C are
// not for errors inside.
bool is_boundary(const Activation& activation) {
  return activation.frame != nullptr && activation.frame->has(kFrameNativeBase) &&
         !activation.frame->has(kFramePermeable);
}

// findNextUnwindContextUpTo: aContext -- the first activation of an ensure: or ifCurtailed: among
// the receiver's senders, before aContext; nil otherwise.
// Fails: bad_receiver, bad_argument.  May collect: yes.
Outcome find_next_unwind_context(Mutator&, const Args& args) {
  Interpreter& vm = args.vm;
  if (!vm.is_context(args.receiver())) return Failure::bad_receiver;
  if (args.at(0) != vm.nil() && !vm.is_context(args.at(0))) return Failure::bad_argument;
  Activation end;
  end.context = vm.nil();
  if (args.at(0) != vm.nil()) end = vm.activation_of(args.at(0));
  for (Activation each = vm.sender_of(vm.activation_of(args.receiver())); vm.exists(each);
       each = vm.sender_of(each)) {
    if (Interpreter::same(each, end)) break;
    if (vm.mark_of(each) == kUnwindMark) return vm.context_of(each);
  }
  return vm.nil();
}

// findNextHandlerContext -- the first activation of on:do:, the receiver included; nil otherwise.
// Fails: bad_receiver.  May collect: yes.
Outcome find_handler_context(Mutator&, const Args& args) {
  Interpreter& vm = args.vm;
  if (!vm.is_context(args.receiver())) return Failure::bad_receiver;
  for (Activation each = vm.activation_of(args.receiver()); vm.exists(each);
       each = vm.sender_of(each)) {
    if (vm.mark_of(each) == kHandlerMark) return vm.context_of(each);
    if (is_boundary(each)) break;
  }
  return vm.nil();
}

// terminateTo: aContext -- the activations between are dead, aContext is the receiver's sender.
// Fails: bad_receiver, bad_argument, callback_error (foreign frames lie between).
// May collect: yes.
Outcome terminate_to(Mutator&, const Args& args) {
  Interpreter& vm = args.vm;
  if (!vm.is_context(args.receiver())) return Failure::bad_receiver;
  const Oop target = args.at(0);
  if ((target != vm.nil() && !vm.is_context(target)) || target == args.receiver())
    return Failure::bad_argument;
  Rooted<> self(vm.mutator(), args.receiver());
  --vm.sp_;  // the result is the receiver
  if (vm.terminate_to(self.oop(), target)) return Outcome::control();
  vm.push(target);
  return Failure::callback_error;
}

// Requires a receiver that is the Context of a live activation reachable without crossing foreign
// frames.
Failure why_not_reachable(Interpreter& vm, Oop context) {
  return vm.live_context(context) ? Failure::callback_error : Failure::bad_receiver;
}

// primitiveContextReturnTo: value -- goes on in the receiver, with value as the result of its
// pending send; everything above it is dropped, without running unwind blocks.
// Fails: bad_receiver (no context, or dead), callback_error.  May collect: yes.
Outcome return_to(Mutator& mutator, const Args& args) {
  Interpreter& vm = args.vm;
  if (!vm.is_context(args.receiver())) return Failure::bad_receiver;
  Rooted<> value(mutator, args.at(0));
  if (!vm.unwind_to(args.receiver())) return why_not_reachable(vm, args.receiver());
  vm.push(value.oop());
  return Outcome::control();
}

// primitiveContextRestart -- the receiver runs again from its first bytecode with its arguments.
// Fails: bad_receiver, callback_error.  May collect: yes.
Outcome restart(Mutator&, const Args& args) {
  Interpreter& vm = args.vm;
  if (!vm.is_context(args.receiver())) return Failure::bad_receiver;
  if (!vm.restart_context(args.receiver())) return why_not_reachable(vm, args.receiver());
  return Outcome::control();
}

// primitiveForeignFrames -- Array of Strings that describe the foreign frames of the receiver's
// process below it, innermost first. The receiver is a Context or a Process.
// Fails: bad_receiver.  May collect: yes.
Outcome foreign_frames(Mutator& mutator, const Args& args) {
  Interpreter& vm = args.vm;
  const ProcessStack* stack = nullptr;
  if (vm.is_context(args.receiver())) {
    stack = vm.activation_of(args.receiver()).stack;
    if (stack == nullptr) stack = &vm.active_stack();
  } else if (args.receiver().is_object() &&
             args.receiver().as_object()->class_index() == heap::ClassIndex::kProcess) {
    stack = vm.stack_of_process(args.receiver());
  } else {
    return Failure::bad_receiver;
  }
  heap::RootedVector lines(mutator);
  if (stack != nullptr)
    for (const std::string& line : vm.foreign_frames(*stack))
      lines.push_back(mutator.new_string(line));
  return lines.to_array()->oop();
}

// primitiveForeignFramesBelow -- Array of Strings that describe the foreign frames between the
// receiver, a Context, and its sender.
// Fails: bad_receiver.  May collect: yes.
Outcome foreign_frames_below(Mutator& mutator, const Args& args) {
  Interpreter& vm = args.vm;
  if (!vm.is_context(args.receiver())) return Failure::bad_receiver;
  heap::RootedVector lines(mutator);
  for (const std::string& line : vm.foreign_frames_below(vm.activation_of(args.receiver())))
    lines.push_back(mutator.new_string(line));
  return lines.to_array()->oop();
}

// --- slots
// -----------------------------------------------------------------------------------------

// at: index -- Context.  Fails: bad_receiver, bad_argument, bad_index.  May collect: no.
Outcome context_at(Mutator&, const Args& args) {
  const Oop self = args.from_end(1);
  if (!args.vm.is_context(self)) return Failure::bad_receiver;
  const auto index = Args::convert<std::int64_t>(args.from_end(0));
  if (!index) return Failure::bad_argument;
  if (*index < 1 || static_cast<std::uint64_t>(*index) > args.vm.context_stack_size(self))
    return Failure::bad_index;
  return args.vm.context_slot(self, fields::kFirstTemp + static_cast<std::size_t>(*index) - 1);
}

// at: index put: value -- Context.  Fails: as at:.  May collect: yes.
Outcome context_at_put(Mutator&, const Args& args) {
  const Oop self = args.from_end(2);
  if (!args.vm.is_context(self)) return Failure::bad_receiver;
  const auto index = Args::convert<std::int64_t>(args.from_end(1));
  if (!index) return Failure::bad_argument;
  if (*index < 1 || static_cast<std::uint64_t>(*index) > args.vm.context_stack_size(self))
    return Failure::bad_index;
  const Oop value = args.from_end(0);
  if (!args.vm.set_context_slot(self, fields::kFirstTemp + static_cast<std::size_t>(*index) - 1,
                                value))
    return Failure::callback_error;
  return value;
}

// size -- Context: slots in use.  Fails: bad_receiver.  May collect: no.
Outcome context_size(Mutator&, const Args& args) {
  const Oop self = args.from_end(0);
  if (!args.vm.is_context(self)) return Failure::bad_receiver;
  return Oop::small_int(static_cast<std::int64_t>(args.vm.context_stack_size(self)));
}

// stackp: size -- Context: newly visible slots are nil.
// Fails: bad_receiver, bad_argument, callback_error.  May collect: yes.
Outcome set_stackp(Mutator& mutator, const Args& args) {
  Interpreter& vm = args.vm;
  if (!vm.is_context(args.receiver())) return Failure::bad_receiver;
  const auto size = args.argument<std::size_t>(0);
  const std::size_t room = args.receiver().as_object()->slot_count() - fields::kFirstTemp;
  if (!size || *size > room) return Failure::bad_argument;
  Rooted<> self(mutator, args.receiver());
  --vm.sp_;
  const std::size_t before = vm.context_stack_size(self.oop());
  if (!vm.set_context_slot(self.oop(), fields::kStackp,
                           Oop::small_int(static_cast<std::int64_t>(*size)))) {
    vm.push(Oop::small_int(static_cast<std::int64_t>(*size)));
    return Failure::callback_error;
  }
  for (std::size_t i = before; i < *size; ++i)
    if (!vm.is_married(self.oop())) self.store(fields::kFirstTemp + i, vm.nil());
  return Outcome::control();
}

constexpr Entry kContextPrimitives[] = {
    {76, "Context.set_stackp", 1, set_stackp},
    {195, "Context.find_next_unwind_context", 1, find_next_unwind_context},
    {196, "Context.terminate_to", 1, terminate_to},
    {197, "Context.find_handler_context", 0, find_handler_context},
    {210, "Context.at", -1, context_at},
    {211, "Context.at_put", -1, context_at_put},
    {212, "Context.size", -1, context_size},
};

constexpr NamedEntry kNamedContextPrimitives[] = {
    {"Banter", "primitiveContextReturnTo", 1, return_to},
    {"Banter", "primitiveContextRestart", 0, restart},
    {"Banter", "primitiveForeignFrames", 0, foreign_frames},
    {"Banter", "primitiveForeignFramesBelow", 0, foreign_frames_below},
};

}  // namespace

void install_context_primitives(Interpreter& vm) {
  vm.add_primitives(kContextPrimitives);
  vm.add_named_primitives(kNamedContextPrimitives);
}

}  // namespace banter::interpreter
