// identity.cc -- identity, class, immutability and pinning of any object: primitives 75, 110, 111,
// 115, 160, 161, 163, 164, 169 to 171, 175, 183 and 184. Mirror primitives except 161, 170 and 171.
#include "primitives/identity.h"

#include "heap/layouts.h"
#include "interpreter/interpreter.h"
#include "primitives/mirror.h"
#include "primitives/table_list.h"

namespace banter::primitives {
namespace {

constexpr std::int64_t kLargestCode = (1 << 30) - 1;

// The bits of a SmallFloat64 without its tag, sign last, as a signed number.
std::int64_t rotated_float_bits(Oop oop) {
  const auto bits = static_cast<std::int64_t>(oop.bits() >> 4);
  const bool negative = (oop.bits() & 8) != 0;
  return negative ? bits | -(std::int64_t{1} << 60) : bits;
}

}  // namespace

std::int64_t identity_hash(Mutator& mutator, Oop oop) {
  if (oop.is_small_int()) return oop.as_int();
  if (oop.is_character()) return oop.as_code_point();
  if (oop.is_small_float()) return rotated_float_bits(oop);
  Object* object = oop.as_object();
  if (object->hash() == 0 && is_behavior(mutator.heap(), oop)) {
    return heap::to_index(mutator.enter_class(oop));
  }
  return mutator.heap().identity_hash(object);
}

namespace {

// ProtoObject>>basicIdentityHash -- 22 bits.  Fails: generic (immediate).
// May collect: only for a class.
Outcome basic_identity_hash(Mutator& mutator, const Args& args) {
  if (args.from_end(0).is_immediate()) return Failure::generic;
  return Oop::small_int(identity_hash(mutator, args.from_end(0)));
}

// Behavior>>basicIdentityHash -- the class's index in the class table.  Fails: bad_receiver.
// May collect: yes.
Outcome behavior_hash(Mutator& mutator, const Args& args) {
  if (!is_behavior(mutator.heap(), args.from_end(0))) return Failure::bad_receiver;
  return Oop::small_int(heap::to_index(mutator.enter_class(args.from_end(0))));
}

// Character>>asInteger, SmallFloat64>>basicIdentityHash.  Fails: bad_receiver.  May collect: no.
Outcome immediate_as_integer(Mutator& mutator, const Args& args) {
  const Oop self = args.receiver();
  if (!self.is_character() && !self.is_small_float()) return Failure::bad_receiver;
  const std::int64_t value = identity_hash(mutator, self);
  if (!Oop::fits_small_int(value)) return Failure::bad_receiver;
  return Oop::small_int(value);
}

// Integer>>asCharacter, Character class>>value: -- the Character of a code point.
// Fails: bad_receiver, bad_argument.  May collect: no.
Outcome as_character(Mutator&, const Args& args) {
  if (args.count > 1) return Failure::bad_argument_count;
  const Oop code = args.from_end(0);
  if (!code.is_small_int() || code.as_int() < 0 || code.as_int() > kLargestCode) {
    return args.count == 0 ? Failure::bad_receiver : Failure::bad_argument;
  }
  return Oop::character(static_cast<std::uint32_t>(code.as_int()));
}

// ProtoObject>>== ~~ -- a Boolean.  Fails: no.  May collect: no.
template <bool Wanted>
Outcome identical(Mutator& mutator, const Args& args) {
  return mutator.heap().boolean((args.from_end(1) == args.from_end(0)) == Wanted);
}

// Object>>class -- the class.  Fails: no.  May collect: no.
Outcome class_of(Mutator& mutator, const Args& args) {
  return mutator.heap().class_of(args.from_end(0));
}

// Makes `object` an instance of `cls`; `result` is the answer.
Outcome change_class(Mutator& mutator, const Args& args, std::uint32_t object_from_end, Oop cls,
                     Oop result) {
  if (args.from_end(object_from_end).is_immediate()) return Failure::bad_receiver;
  if (!cls.is_object() || !is_behavior(mutator.heap(), cls)) return Failure::bad_argument;
  Rooted<> rooted_class(mutator, cls);
  Rooted<> rooted_result(mutator, result);
  mutator.enter_class(cls);
  Object* object = args.from_end(object_from_end).as_object();
  if (object->class_index() == ClassIndex::kContext) return Failure::inappropriate;
  switch (mutator.heap().change_class(object, rooted_class.get())) {
    case heap::ChangeClassError::kNone:
      args.vm.flush_caches();
      return rooted_result.oop();
    case heap::ChangeClassError::kBadReceiver:
      return Failure::bad_receiver;
    case heap::ChangeClassError::kBadArgument:
      return Failure::bad_argument;
    case heap::ChangeClassError::kNoModification:
      return Failure::no_modification;
    case heap::ChangeClassError::kInappropriate:
      break;
  }
  return Failure::inappropriate;
}

// Object>>primitiveChangeClassTo: -- gives the receiver the argument's class; the receiver.
// Fails: bad_receiver, bad_argument, inappropriate.  May collect: yes.
Outcome change_class_to(Mutator& mutator, const Args& args) {
  if (args.from_end(0).is_immediate()) return Failure::bad_argument;
  const Oop cls = mutator.heap().class_of(args.from_end(0));
  return change_class(mutator, args, 1, cls, args.from_end(1));
}

// Behavior>>adoptInstance: -- makes the argument an instance of the receiver; the receiver.
// Fails: bad_receiver, bad_argument, inappropriate.  May collect: yes.
Outcome adopt_instance(Mutator& mutator, const Args& args) {
  return change_class(mutator, args, 0, args.from_end(1), args.from_end(1));
}

// Object>>setIdentityHash: -- whether there is a hash (no arguments), or a new hash; the old one.
// The hashes of classes are their indices and stay.
// Fails: bad_receiver, bad_argument, bad_argument_count, inappropriate.  May collect: no.
Outcome set_identity_hash(Mutator& mutator, const Args& args) {
  if (args.receiver().is_immediate()) return Failure::bad_receiver;
  Object& self = *args.receiver().as_object();
  if (args.count == 0) return mutator.heap().boolean(self.hash() != 0);
  if (args.count > 2) return Failure::bad_argument_count;
  const auto hash = args.argument<std::uint32_t>(0);
  if (!hash || *hash == 0 || *hash > heap::Header::kHashLimit) return Failure::bad_argument;
  if (is_behavior(mutator.heap(), args.receiver())) return Failure::inappropriate;
  const std::uint32_t old = self.hash();
  self.set_hash(*hash);
  return Oop::small_int(old);
}

// Object>>isReadOnlyObject -- a Boolean.  Fails: no.  May collect: no.
Outcome is_immutable(Mutator& mutator, const Args& args) {
  const Oop self = args.from_end(0);
  return mutator.heap().boolean(self.is_immediate() || self.as_object()->is_immutable());
}

// What the virtual machine itself writes to.
bool must_stay_mutable(const Heap& heap, Oop oop) {
  if (is_of(oop, ClassIndex::kContext) || is_of(oop, ClassIndex::kSemaphore) ||
      is_of(oop, ClassIndex::kProcess) || is_behavior(heap, oop) || oop == heap.special_objects() ||
      oop == heap.special(heap::Special::kSymbolTable)) {
    return true;
  }
  const Oop binding = heap.special(heap::Special::kSchedulerAssociation);
  if (oop == binding) return true;
  return binding != heap.nil() &&
         heap.class_of(oop) ==
             heap.class_of(binding.as_object()->slot(heap::slots::association::kValue));
}

// Object>>setIsReadOnlyObject: -- the previous state.
// Fails: bad_receiver (immediate), bad_argument, inappropriate (an object the VM writes to).
// May collect: no.
Outcome set_immutable(Mutator& mutator, const Args& args) {
  const Heap& heap = mutator.heap();
  const Oop self = args.from_end(1);
  const auto wanted = boolean_value(heap, args.from_end(0));
  if (self.is_immediate()) return Failure::bad_receiver;
  if (!wanted) return Failure::bad_argument;
  if (must_stay_mutable(heap, self) || is_symbol(self)) return Failure::inappropriate;
  const bool was = self.as_object()->is_immutable();
  self.as_object()->set_immutable(*wanted);
  return heap.boolean(was);
}

// Object>>isPinned -- a Boolean.  Fails: bad_receiver (immediate).  May collect: no.
Outcome is_pinned(Mutator& mutator, const Args& args) {
  if (args.from_end(0).is_immediate()) return Failure::bad_receiver;
  return mutator.heap().boolean(args.from_end(0).as_object()->is_pinned());
}

// Object>>setPinned: -- the previous state.  Fails: bad_receiver, bad_argument.
// May collect: yes.
Outcome set_pinned(Mutator& mutator, const Args& args) {
  const Oop self = args.from_end(1);
  const auto wanted = boolean_value(mutator.heap(), args.from_end(0));
  if (self.is_immediate()) return Failure::bad_receiver;
  if (!wanted) return Failure::bad_argument;
  const bool was = mutator.set_pinned(self, *wanted);
  return mutator.heap().boolean(was);
}

constexpr Entry kTable[] = {
    {75, "Object.identity_hash", -1, mirror<0, basic_identity_hash>},
    {110, "Object.identical", -1, mirror<1, identical<true>>},
    {111, "Object.class", -1, mirror<0, class_of>},
    {115, "Object.change_class_to", -1, mirror<1, change_class_to>},
    {160, "Behavior.adopt_instance", -1, mirror<1, adopt_instance>},
    {161, "Object.set_identity_hash", -1, set_identity_hash},
    {163, "Object.is_immutable", -1, mirror<0, is_immutable>},
    {164, "Object.set_immutable", -1, mirror<1, set_immutable>},
    {169, "Object.not_identical", -1, mirror<1, identical<false>>},
    {170, "Integer.as_character", -1, as_character},
    {171, "Immediate.as_integer", 0, immediate_as_integer},
    {175, "Behavior.identity_hash", -1, mirror<0, behavior_hash>},
    {183, "Object.is_pinned", -1, mirror<0, is_pinned>},
    {184, "Object.set_pinned", -1, mirror<1, set_pinned>},
};

}  // namespace

NumberedTable identity_table() {
  return kTable;
}

}  // namespace banter::primitives
