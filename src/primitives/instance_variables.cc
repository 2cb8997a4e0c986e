// instance_variables.cc -- slots by number, whatever they hold: primitives 73, 74, 132, 148, 168,
// 173 and 174. All but 132 and 168 are mirror primitives.
#include <cstring>

#include "primitives/contexts.h"
#include "primitives/elements.h"
#include "primitives/mirror.h"
#include "primitives/table_list.h"

namespace banter::primitives {
namespace {

// The oop in slot i of a pointer object, wherever a Context keeps it.
Oop slot_of(const Args& args, Oop self, std::size_t i) {
  return is_context(self) ? args.vm.context_slot(self, i) : self.as_object()->slot(i);
}

Outcome store_slot(Mutator& mutator, const Args& args, Oop self, std::size_t i, Oop value) {
  if (is_context(self)) {
    if (!args.vm.set_context_slot(self, i, value)) return Failure::callback_error;
    return args.from_end(0);
  }
  mutator.heap().store(self.as_object(), i, value);
  return value;
}

// Slots that may be read or written by number: the live ones of a Context, the literals of code.
std::size_t visible_slots(const Args& args, const Heap& heap, Oop self) {
  if (is_context(self)) {
    return heap.fixed_slot_count(self.as_object()) + args.vm.context_stack_size(self);
  }
  return self.as_object()->pointer_slot_count();
}

// Object>>instVarAt: -- an instance variable, indexed ones left out.
// Fails: bad_receiver, bad_argument, bad_index.  May collect: only for a Context.
Outcome named_slot_at(Mutator& mutator, const Args& args) {
  const Oop self = args.from_end(1);
  if (!self.is_object() || !self.as_object()->has_pointers_only()) return Failure::bad_receiver;
  const std::size_t count = mutator.heap().fixed_slot_count(self.as_object());
  const CheckedIndex index = check_index(args.from_end(0), count);
  if (index.failure) return *index.failure;
  return slot_of(args, self, index.value);
}

// Object>>instVarAt:put: -- stores and answers the value.
// Fails: bad_receiver, bad_argument, bad_index, no_modification, callback_error.
// May collect: only for a Context.
Outcome named_slot_at_put(Mutator& mutator, const Args& args) {
  const Oop self = args.from_end(2);
  if (!self.is_object() || !self.as_object()->has_pointers_only()) return Failure::bad_receiver;
  const std::size_t count = mutator.heap().fixed_slot_count(self.as_object());
  const CheckedIndex index = check_index(args.from_end(1), count);
  if (index.failure) return *index.failure;
  if (self.as_object()->is_immutable()) return Failure::no_modification;
  return store_slot(mutator, args, self, index.value, args.from_end(0));
}

// Object>>instVarAt: over all slots, indexed ones after the others; bits as unsigned integers.
// Fails: bad_receiver (immediate), bad_argument, bad_index.  May collect: yes.
Outcome slot_at(Mutator& mutator, const Args& args) {
  const Oop self = args.from_end(1);
  if (!self.is_object()) return Failure::bad_receiver;
  const Object& object = *self.as_object();
  if (is_bits(self)) {
    const CheckedIndex index =
        check_index(args.from_end(0), object.byte_count() / element_width(object));
    if (index.failure) return *index.failure;
    return mutator.new_integer(bits_element(object, index.value));
  }
  const std::size_t count = visible_slots(args, mutator.heap(), self);
  const CheckedIndex index = check_index(args.from_end(0), count);
  if (index.failure) return *index.failure;
  if (object.is_compiled_code()) return object.slots()[index.value];
  return slot_of(args, self, index.value);
}

// Object>>instVarAt:put: over all slots, as above. The header of compiled code stays as it is.
// Fails: bad_receiver, bad_argument (index or value), bad_index, no_modification, callback_error.
// May collect: only for a Context.
Outcome slot_at_put(Mutator& mutator, const Args& args) {
  const Oop self = args.from_end(2);
  const Oop value = args.from_end(0);
  if (!self.is_object()) return Failure::bad_receiver;
  Object& object = *self.as_object();
  if (is_bits(self)) {
    const CheckedIndex index =
        check_index(args.from_end(1), object.byte_count() / element_width(object));
    if (index.failure) return *index.failure;
    const auto bits = uint64_value(value);
    if (!bits || !fits_element(object, *bits)) return Failure::bad_argument;
    if (object.is_immutable()) return Failure::no_modification;
    set_bits_element(object, index.value, *bits);
    return value;
  }
  const std::size_t count = visible_slots(args, mutator.heap(), self);
  const CheckedIndex index = check_index(args.from_end(1), count, object.is_compiled_code());
  if (index.failure) return *index.failure;
  if (object.is_immutable()) return Failure::no_modification;
  return store_slot(mutator, args, self, index.value, value);
}

// ProtoObject>>instVarsInclude: -- whether one of the receiver's slots is the argument.
// Fails: no.  May collect: only for a Context.
Outcome points_to(Mutator& mutator, const Args& args) {
  const Heap& heap = mutator.heap();
  if (!args.receiver().is_object()) return heap.false_object();
  if (is_context(args.receiver())) {
    const std::size_t count = visible_slots(args, heap, args.receiver());
    for (std::size_t i = 0; i < count; ++i) {
      if (args.vm.context_slot(args.receiver(), i) == args.at(0)) return heap.true_object();
    }
    return heap.false_object();
  }
  const Object& self = *args.receiver().as_object();
  for (std::size_t i = 0; i < self.pointer_slot_count(); ++i) {
    if (self.slots()[i] == args.at(0)) return heap.true_object();
  }
  return heap.false_object();
}

// Object>>shallowCopy -- a copy with the same slots; immediates answer themselves.
// Fails: no_memory.  May collect: yes.
Outcome shallow_copy(Mutator& mutator, const Args& args) {
  const Oop self = args.from_end(0);
  if (self.is_immediate()) return self;
  if (is_context(self)) return args.vm.copy_context(self);
  Object* copy = mutator.try_clone(self);
  if (copy == nullptr) return Failure::no_memory;
  return copy->oop();
}

// Object>>copyFrom: -- takes over all slots of an object of the same class and size; the receiver.
// Fails: bad_receiver (immediate, Context, compiled code), bad_argument, no_modification.
// May collect: no.
Outcome copy_from(Mutator& mutator, const Args& args) {
  const Oop self = args.receiver();
  const Oop other = args.at(0);
  if (!self.is_object() || is_context(self) || is_compiled_code(self)) return Failure::bad_receiver;
  if (!other.is_object()) return Failure::bad_argument;
  Object& to = *self.as_object();
  const Object& from = *other.as_object();
  if (to.class_index() != from.class_index() || to.slot_count() != from.slot_count() ||
      to.format() != from.format()) {
    return Failure::bad_argument;
  }
  if (to.is_immutable()) return Failure::no_modification;
  std::memmove(to.bytes(), from.bytes(), to.slot_count() * Object::kSlotBytes);
  if (to.has_pointers_only()) mutator.heap().note_stores(&to);
  return self;
}

constexpr Entry kTable[] = {
    {73, "Object.named_slot_at", -1, mirror<1, named_slot_at>},
    {74, "Object.named_slot_at_put", -1, mirror<2, named_slot_at_put>},
    {132, "Object.points_to", 1, points_to},
    {148, "Object.shallow_copy", -1, mirror<0, shallow_copy>},
    {168, "Object.copy_from", 1, copy_from},
    {173, "Object.slot_at", -1, mirror<1, slot_at>},
    {174, "Object.slot_at_put", -1, mirror<2, slot_at_put>},
};

}  // namespace

NumberedTable instance_variable_table() {
  return kTable;
}

}  // namespace banter::primitives
