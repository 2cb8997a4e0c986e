// control_primitives.cc -- perform:, execute, value and calls of other primitives.
//
// They rearrange receiver and arguments on the stack and go on as a send would, so most answer
// Outcome::control(). When they fail the stack is as it was.
#include "interpreter/control_primitives.h"

#include <cstring>

#include "heap/rooted.h"
#include "interpreter/interpreter.h"
#include "interpreter/method.h"

namespace banter::interpreter {

using heap::ClassIndex;
using heap::Mutator;
using heap::Object;
using heap::Rooted;

namespace {

bool is_array(const Interpreter& vm, Oop oop) {
  return oop.is_object() && oop != vm.nil() && oop.as_object()->class_index() == ClassIndex::kArray;
}

bool is_code(Oop oop) {
  return oop.is_object() && oop.as_object()->is_compiled_code();
}

// Always fails: the markers of ensure:, on:do: and newProcess, whose bodies do the work.
// Fails: generic.  May collect: no.
Outcome marker(Mutator&, const Args&) {
  return Failure::generic;
}

// The first `count` values from `from` on become the receiver and arguments below sp.
void replace_arguments(Interpreter& vm, std::uint32_t old_count, Oop receiver) {
  vm.sp_ -= old_count;
  vm.top() = receiver;
}

void push_elements(Interpreter& vm, Oop array) {
  const Object* elements = array.as_object();
  const std::size_t size = elements->slot_count();
  for (std::size_t i = 0; i < size; ++i) vm.push(elements->slots()[i]);
}

// perform: selector with: ... -- Object.
// Fails: bad_argument (no selector), bad_argument_count (the method takes another number).
// May collect: yes.
Outcome perform(Mutator&, const Args& args) {
  if (args.count < 1 || !args.at(0).is_object()) return Failure::bad_argument;
  Interpreter& vm = args.vm;
  const Oop selector = args.at(0);
  const unsigned count = args.count - 1;
  const auto index = heap::to_index(vm.heap().class_index_of(args.receiver()));
  const CacheEntry* entry = vm.find(selector, index);
  if (entry != nullptr && is_code(entry->method) && entry->argument_count != count)
    return Failure::bad_argument_count;
  std::memmove(static_cast<void*>(args.base + 1), args.base + 2, count * sizeof(Oop));
  --vm.sp_;
  if (entry == nullptr) {
    vm.do_not_understand(vm.heap().class_of(args.receiver()), selector, count);
  } else {
    vm.execute(*entry, count);
  }
  return Outcome::control();
}

// Sends `selector` to `receiver` with the array's elements; lookup starts in `cls`.
Outcome perform_with_array(Interpreter& vm, const Args& args, Oop receiver, Oop selector, Oop array,
                           Oop cls) {
  if (!is_array(vm, array) || !selector.is_object()) return Failure::bad_argument;
  const auto count = static_cast<unsigned>(array.as_object()->slot_count());
  Rooted<> arguments(vm.mutator(), array);
  Rooted<> name(vm.mutator(), selector);
  Rooted<> self(vm.mutator(), receiver);
  Rooted<> start(vm.mutator(), cls);
  const auto index = heap::to_index(vm.mutator().enter_class(cls));
  const CacheEntry* entry = vm.find_from(start.oop(), name.oop(), index);
  if (entry != nullptr && is_code(entry->method) && entry->argument_count != count)
    return Failure::bad_argument_count;
  vm.ensure_room(count + 1);
  replace_arguments(vm, args.count, self.oop());
  push_elements(vm, arguments.oop());
  if (entry == nullptr) {
    vm.do_not_understand(start.oop(), name.oop(), count);
  } else {
    vm.execute(*entry, count);
  }
  return Outcome::control();
}

// perform: selector withArguments: array -- Object; as a mirror with the receiver first.
// Fails: bad_argument, bad_argument_count.  May collect: yes.
Outcome perform_with_arguments(Mutator&, const Args& args) {
  if (args.count < 2 || args.count > 3) return Failure::bad_argument_count;
  const Oop receiver = args.from_end(2);
  return perform_with_array(args.vm, args, receiver, args.from_end(1), args.from_end(0),
                            args.vm.heap().class_of(receiver));
}

// perform: selector withArguments: array inSuperclass: class -- Object.
// Fails: bad_argument (no ancestor), bad_argument_count.  May collect: yes.
Outcome perform_in_superclass(Mutator&, const Args& args) {
  if (args.count < 3 || args.count > 4) return Failure::bad_argument_count;
  Interpreter& vm = args.vm;
  const Oop receiver = args.from_end(3);
  const Oop wanted = args.from_end(0);
  Oop cls = vm.heap().class_of(receiver);
  while (cls != vm.nil() && cls != wanted) cls = cls.as_object()->slot(0);
  if (cls == vm.nil()) return Failure::bad_argument;
  return perform_with_array(vm, args, receiver, args.from_end(2), args.from_end(1), cls);
}

// receiver withArgs: array executeMethod: method -- ProtoObject; as a mirror, receiver first.
// Fails: bad_argument (no Array, no method), bad_argument_count.  May collect: yes.
Outcome execute_method_with_array(Mutator& mutator, const Args& args) {
  if (args.count < 2 || args.count > 3) return Failure::bad_argument_count;
  Interpreter& vm = args.vm;
  const Oop method = args.from_end(0);
  const Oop array = args.from_end(1);
  if (!is_array(vm, array) || !is_code(method)) return Failure::bad_argument;
  const auto count = static_cast<unsigned>(array.as_object()->slot_count());
  if (MethodHeader(method.as_object()).argument_count() != count)
    return Failure::bad_argument_count;
  Rooted<> code(mutator, method);
  Rooted<> arguments(mutator, array);
  Rooted<> self(mutator, args.from_end(2));
  vm.ensure_room(count + 1);
  replace_arguments(vm, args.count, self.oop());
  push_elements(vm, arguments.oop());
  vm.execute_method(code.oop(), count);
  return Outcome::control();
}

// receiver with: ... executeMethod: method -- ProtoObject, arguments on the stack.
// Fails: bad_argument, bad_argument_count.  May collect: yes.
Outcome execute_method_on_stack(Mutator&, const Args& args) {
  if (args.count < 1 || !is_code(args.from_end(0))) return Failure::bad_argument;
  const Oop method = args.from_end(0);
  const unsigned count = args.count - 1;
  if (MethodHeader(method.as_object()).argument_count() != count)
    return Failure::bad_argument_count;
  --args.vm.sp_;
  args.vm.execute_method(method, count);
  return Outcome::control();
}

// --- blocks ---

// value, value: ... -- FullBlockClosure.  Fails: generic.  May collect: yes.
Outcome block_value(Mutator&, const Args& args) {
  if (!args.vm.activate_closure(args.count)) return Failure::generic;
  return Outcome::control();
}

// valueWithArguments: array -- FullBlockClosure.  Fails: generic.  May collect: yes.
Outcome block_value_with_arguments(Mutator& mutator, const Args& args) {
  Interpreter& vm = args.vm;
  if (args.count != 1 || !is_array(vm, args.at(0))) return Failure::generic;
  Rooted<> array(mutator, args.at(0));
  const std::size_t count = array->slot_count();
  if (count > 15) return Failure::generic;
  vm.ensure_room(count);
  --vm.sp_;
  push_elements(vm, array.oop());
  if (vm.activate_closure(static_cast<unsigned>(count))) return Outcome::control();
  vm.sp_ -= count;
  vm.push(array.oop());
  return Failure::generic;
}

// valueNoContextSwitch -- FullBlockClosure.  Fails: generic.  May collect: yes.
Outcome block_value_without_switch(Mutator&, const Args& args) {
  if (!args.vm.activate_closure(args.count, false)) return Failure::generic;
  return Outcome::control();
}

// --- other primitives ---

// <primitive: 'name' module: 'module'>: literal 0 of the method is {module. name. 0. index}.
// Fails: bad_method, not_found, bad_argument_count, and as the primitive does.
Outcome external_call(Mutator& mutator, const Args& args) {
  const NamedCall call = args.vm.named_call(args.vm.primitive_method());
  return call.function != nullptr ? call.function(mutator, args) : Outcome(call.failure);
}

// Runs a primitive function on the receiver with the array's elements; restores the stack when it
// fails.
Outcome try_primitive(Mutator& mutator, const Args& args, Primitive function, Oop receiver,
                      Oop array, Oop method) {
  Interpreter& vm = args.vm;
  Rooted<> arguments(mutator, array);
  Rooted<> self(mutator, receiver);
  Rooted<> code(mutator, method);
  const auto count = static_cast<std::uint32_t>(arguments->slot_count());
  vm.ensure_room(count + 1);
  vm.push(self.oop());
  push_elements(vm, arguments.oop());
  const Oop own_method = vm.new_method_;
  Rooted<> own(mutator, own_method);
  vm.new_method_ = code.oop();
  const ProcessStack* const stack = vm.stack_;
  const std::size_t next_frame = stack->index_of(vm.frame() + 1);
  const Outcome outcome = function(mutator, Args{vm.sp_ - count, count, vm});
  vm.new_method_ = own.oop();
  if (!outcome.is_control()) {
    vm.sp_ -= count + 1;
    return outcome;
  }
  // The frames above take the place of this primitive's receiver and arguments.
  if (vm.stack_ == stack) vm.drop_values_below_call(next_frame, args.count + 1);
  return outcome;
}

// tryPrimitive: number withArgs: array -- ProtoObject; as a mirror, receiver first.
// Fails: with detail -2 or -3 for its own arguments, else as the primitive does.
Outcome try_numbered_primitive(Mutator& mutator, const Args& args) {
  if (args.count < 2 || args.count > 3)
    return Outcome::failure(Failure::bad_argument_count, Oop::small_int(-2));
  const auto number = Args::convert<std::uint16_t>(args.from_end(1));
  if (!number || !is_array(args.vm, args.from_end(0)))
    return Outcome::failure(Failure::bad_argument, Oop::small_int(-3));
  const Entry* entry = args.vm.find_primitive(*number);
  const std::size_t count = args.from_end(0).as_object()->slot_count();
  if (entry == nullptr) return Failure::generic;
  if (entry->arguments >= 0 && static_cast<std::size_t>(entry->arguments) != count)
    return Outcome::failure(Failure::bad_argument_count, Oop::small_int(-2));
  return try_primitive(mutator, args, entry->function, args.from_end(2), args.from_end(0),
                       args.vm.new_method_);
}

// tryNamedPrimitiveIn: method for: receiver withArgs: array -- Context.
// Fails: with detail -1 (not found), -2 (arguments), -3 (no method), else as the primitive does.
Outcome try_named_primitive(Mutator& mutator, const Args& args) {
  if (args.count != 3 || !is_array(args.vm, args.at(2)))
    return Outcome::failure(Failure::bad_argument_count, Oop::small_int(-2));
  const Oop method = args.at(0);
  if (!is_code(method)) return Outcome::failure(Failure::bad_argument, Oop::small_int(-3));
  const NamedCall call = args.vm.named_call(method);
  if (call.function == nullptr) return Outcome::failure(call.failure, Oop::small_int(-1));
  if (args.at(2).as_object()->slot_count() != MethodHeader(method.as_object()).argument_count())
    return Outcome::failure(Failure::bad_argument_count, Oop::small_int(-2));
  return try_primitive(mutator, args, call.function, args.at(1), args.at(2), method);
}

constexpr Entry kControlPrimitives[] = {
    {19, "BlockClosure.new_process_marker", -1, marker},
    {83, "Object.perform", -1, perform},
    {84, "Object.perform_with_arguments", -1, perform_with_arguments},
    {100, "Object.perform_in_superclass", -1, perform_in_superclass},
    {117, "CompiledMethod.external_call", -1, external_call},
    {118, "ProtoObject.try_primitive", -1, try_numbered_primitive},
    {188, "ProtoObject.execute_method_with_array", -1, execute_method_with_array},
    {189, "ProtoObject.execute_method", -1, execute_method_on_stack},
    {198, "BlockClosure.unwind_marker", -1, marker},
    {199, "BlockClosure.handler_marker", -1, marker},
    {207, "FullBlockClosure.value", -1, block_value},
    {208, "FullBlockClosure.value_with_arguments", 1, block_value_with_arguments},
    {209, "FullBlockClosure.value_without_switch", -1, block_value_without_switch},
    {218, "Context.try_named_primitive", 3, try_named_primitive},
};

}  // namespace

// A primitive called by another one has pushed a frame: the values of the calling primitive, right
// below the frame's receiver, go away. There may be frames above, of a message that the VM sent on
// its own account, and none at all when the process has lost it to lack of room.
void Interpreter::drop_values_below_call(std::size_t index, std::size_t count) {
  if (index > stack_->index_of(frame_)) return;
  Frame* first = stack_->frames() + index;
  Oop* receiver = first->base - 1;
  std::memmove(static_cast<void*>(receiver - count), receiver,
               static_cast<std::size_t>(sp_ - receiver + 1) * sizeof(Oop));
  for (Frame* frame = first; frame <= frame_; ++frame) frame->base -= count;
  sp_ -= count;
}

void install_control_primitives(Interpreter& vm) {
  vm.add_primitives(kControlPrimitives);
  install_context_primitives(vm);
  install_process_primitives(vm);
  install_callback_primitives(vm);
}

}  // namespace banter::interpreter
