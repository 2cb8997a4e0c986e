// element_access.cc -- at:, at:put:, size and their like: primitives 60 to 64, 68, 69, 143 to 145,
// 165 and 166.
//
// 60 to 62 are mirror primitives too: an extra first argument is then the object asked.
#include <limits>

#include "heap/layouts.h"
#include "primitives/contexts.h"
#include "primitives/elements.h"
#include "primitives/mirror.h"
#include "primitives/table_list.h"

namespace banter::primitives {

namespace {

constexpr std::size_t kFirstTemp = heap::slots::context::kFirstTemp;

// Context>>at: -- reached through the mirror forms; the temporaries and operands in use.
Outcome context_at(const Args& args, Oop context, Oop index) {
  const CheckedIndex checked = check_index(index, args.vm.context_stack_size(context));
  if (checked.failure) return *checked.failure;
  return args.vm.context_slot(context, kFirstTemp + checked.value);
}

Outcome context_at_put(const Args& args, Oop context, Oop index, Oop value) {
  const CheckedIndex checked = check_index(index, args.vm.context_stack_size(context));
  if (checked.failure) return *checked.failure;
  if (!args.vm.set_context_slot(context, kFirstTemp + checked.value, value)) {
    return Failure::callback_error;
  }
  return args.from_end(0);
}

// Object>>at: basicAt: -- the element at a 1-based index; unsigned integers for bits.
// Fails: inappropriate (immediate), bad_receiver (not indexable), bad_argument, bad_index.
// May collect: yes.
Outcome object_at(Mutator& mutator, const Args& args) {
  const Oop self = args.from_end(1);
  if (self.is_immediate()) return Failure::inappropriate;
  if (is_context(self)) return context_at(args, self, args.from_end(0));
  const Heap& heap = mutator.heap();
  const Object& object = *self.as_object();
  const auto count = element_count(heap, object);
  if (!count) return Failure::bad_receiver;
  const CheckedIndex index = check_index(args.from_end(0), *count, first_element(object));
  if (index.failure) return *index.failure;
  if (object.has_pointers_only()) return object.slot(heap.fixed_slot_count(&object) + index.value);
  return mutator.new_integer(bits_element(object, index.value));
}

// Object>>at:put: basicAt:put: -- stores and answers the value.
// Fails: inappropriate, bad_receiver, bad_argument (index or value), bad_index, no_modification,
// callback_error (a Context that foreign frames depend on).  May collect: only for a Context.
Outcome object_at_put(Mutator& mutator, const Args& args) {
  const Oop self = args.from_end(2);
  const Oop value = args.from_end(0);
  if (self.is_immediate()) return Failure::inappropriate;
  if (is_context(self)) return context_at_put(args, self, args.from_end(1), value);
  Heap& heap = mutator.heap();
  Object& object = *self.as_object();
  const auto count = element_count(heap, object);
  if (!count) return Failure::bad_receiver;
  const CheckedIndex index = check_index(args.from_end(1), *count, first_element(object));
  if (index.failure) return *index.failure;
  if (object.is_immutable()) return Failure::no_modification;
  if (object.has_pointers_only()) {
    heap.store(&object, heap.fixed_slot_count(&object) + index.value, value);
    return value;
  }
  const auto bits = uint64_value(value);
  if (!bits || !fits_element(object, *bits)) return Failure::bad_argument;
  set_bits_element(object, index.value, *bits);
  return value;
}

// Object>>size basicSize -- the number of indexable elements; for compiled code all its bytes.
// Fails: bad_receiver (immediate, not indexable).  May collect: only for a Context.
Outcome object_size(Mutator& mutator, const Args& args) {
  const Oop self = args.from_end(0);
  if (self.is_immediate()) return Failure::bad_receiver;
  const auto count = is_context(self) ? std::optional<std::size_t>(args.vm.context_stack_size(self))
                                      : element_count(mutator.heap(), *self.as_object());
  if (!count) return Failure::bad_receiver;
  return Oop::small_int(static_cast<std::int64_t>(*count));
}

// The code point of a character, or nothing.
std::optional<std::uint64_t> code_of(Oop oop) {
  if (!oop.is_character()) return std::nullopt;
  return oop.as_code_point();
}

// String>>at: -- the Character at a 1-based index.
// Fails: bad_receiver, bad_argument, bad_index.  May collect: no.
Outcome string_at(Mutator&, const Args& args) {
  constexpr std::uint64_t kLargestCode = (1u << 30) - 1;
  if (!is_bits(args.receiver())) return Failure::bad_receiver;
  const Object& self = *args.receiver().as_object();
  const CheckedIndex index = check_index(args.at(0), self.byte_count() / element_width(self));
  if (index.failure) return *index.failure;
  const std::uint64_t code = bits_element(self, index.value);
  if (code > kLargestCode) return Failure::bad_receiver;
  return Oop::character(static_cast<std::uint32_t>(code));
}

// String>>at:put: -- stores a Character and answers it.
// Fails: bad_receiver, bad_argument (also a Character too wide), bad_index, no_modification.
// May collect: no.
Outcome string_at_put(Mutator&, const Args& args) {
  if (!is_bits(args.receiver())) return Failure::bad_receiver;
  Object& self = *args.receiver().as_object();
  const CheckedIndex index = check_index(args.at(0), self.byte_count() / element_width(self));
  if (index.failure) return *index.failure;
  if (self.is_immutable()) return Failure::no_modification;
  const auto code = code_of(args.at(1));
  if (!code || !fits_element(self, *code)) return Failure::bad_argument;
  set_bits_element(self, index.value, *code);
  return args.at(1);
}

// CompiledCode>>objectAt: -- 1: the header, n + 1: literal n.
// Fails: bad_receiver, bad_argument, bad_index.  May collect: no.
Outcome code_object_at(Mutator&, const Args& args) {
  if (!is_compiled_code(args.receiver())) return Failure::bad_receiver;
  const Object& self = *args.receiver().as_object();
  const CheckedIndex index = check_index(args.at(0), self.literal_count() + 1);
  if (index.failure) return *index.failure;
  return self.slots()[index.value];
}

// CompiledCode>>objectAt:put: -- stores a literal, or a header with as many literals as before.
// Fails: bad_receiver, bad_argument, bad_index, no_modification.  May collect: no.
Outcome code_object_at_put(Mutator& mutator, const Args& args) {
  constexpr std::int64_t kLiteralCountMask = 0x7FFF;
  if (!is_compiled_code(args.receiver())) return Failure::bad_receiver;
  Object& self = *args.receiver().as_object();
  const CheckedIndex index = check_index(args.at(0), self.literal_count() + 1);
  if (index.failure) return *index.failure;
  if (self.is_immutable()) return Failure::no_modification;
  const Oop value = args.at(1);
  if (index.value == 0) {
    if (!value.is_small_int()) return Failure::bad_argument;
    const auto literals = static_cast<std::size_t>(value.as_int() & kLiteralCountMask);
    if (literals != self.literal_count()) return Failure::bad_argument;
  }
  mutator.heap().store(&self, index.value, value);
  args.vm.flush_caches_of_method(args.receiver());
  return value;
}

// Bits>>shortAt: -- the signed 16-bit unit at a 1-based index.
// Fails: bad_receiver, bad_argument, bad_index.  May collect: no.
Outcome short_at(Mutator&, const Args& args) {
  if (!is_bits(args.receiver())) return Failure::bad_receiver;
  const Object& self = *args.receiver().as_object();
  const CheckedIndex index = check_index(args.at(0), self.byte_count() / 2);
  if (index.failure) return *index.failure;
  std::int16_t value = 0;
  std::memcpy(&value, self.bytes() + index.value * 2, 2);
  return Oop::small_int(value);
}

// Bits>>shortAt:put: -- stores a signed 16-bit unit and answers it.
// Fails: bad_receiver, bad_argument, bad_index, no_modification.  May collect: no.
Outcome short_at_put(Mutator&, const Args& args) {
  if (!is_bits(args.receiver())) return Failure::bad_receiver;
  Object& self = *args.receiver().as_object();
  const CheckedIndex index = check_index(args.at(0), self.byte_count() / 2);
  if (index.failure) return *index.failure;
  const auto value = args.argument<std::int16_t>(1);
  if (!value) return Failure::bad_argument;
  if (self.is_immutable()) return Failure::no_modification;
  std::memcpy(self.bytes() + index.value * 2, &*value, 2);
  return args.at(1);
}

// Bits>>atAllPut: -- fills every element with an unsigned integer; the receiver.
// Fails: bad_receiver, bad_argument, no_modification.  May collect: no.
Outcome fill(Mutator&, const Args& args) {
  if (!is_bits(args.receiver())) return Failure::bad_receiver;
  Object& self = *args.receiver().as_object();
  const auto value = uint64_value(args.at(0));
  if (!value || !fits_element(self, *value)) return Failure::bad_argument;
  if (self.is_immutable()) return Failure::no_modification;
  const std::size_t count = self.byte_count() / element_width(self);
  for (std::size_t i = 0; i < count; ++i) set_bits_element(self, i, *value);
  return args.receiver();
}

// Bits>>integerAt: -- the element as a signed integer.
// Fails: bad_receiver, bad_argument, bad_index.  May collect: yes.
Outcome signed_at(Mutator& mutator, const Args& args) {
  if (!is_bits(args.receiver())) return Failure::bad_receiver;
  const Object& self = *args.receiver().as_object();
  const std::size_t width = element_width(self);
  const CheckedIndex index = check_index(args.at(0), self.byte_count() / width);
  if (index.failure) return *index.failure;
  const int unused = 64 - 8 * static_cast<int>(width);
  const std::uint64_t bits = bits_element(self, index.value) << unused;
  return mutator.new_integer(static_cast<std::int64_t>(bits) >> unused);
}

// Bits>>integerAt:put: -- stores a signed integer and answers it.
// Fails: bad_receiver, bad_argument, bad_index, no_modification.  May collect: no.
Outcome signed_at_put(Mutator&, const Args& args) {
  if (!is_bits(args.receiver())) return Failure::bad_receiver;
  Object& self = *args.receiver().as_object();
  const std::size_t width = element_width(self);
  const CheckedIndex index = check_index(args.at(0), self.byte_count() / width);
  if (index.failure) return *index.failure;
  const auto value = int64_value(args.at(1));
  const int unused = 64 - 8 * static_cast<int>(width);
  if (!value || *value > std::numeric_limits<std::int64_t>::max() >> unused ||
      *value < std::numeric_limits<std::int64_t>::min() >> unused) {
    return Failure::bad_argument;
  }
  if (self.is_immutable()) return Failure::no_modification;
  set_bits_element(self, index.value, static_cast<std::uint64_t>(*value));
  return args.at(1);
}

constexpr Entry kTable[] = {
    {60, "Object.at", -1, mirror<1, object_at>},
    {61, "Object.at_put", -1, mirror<2, object_at_put>},
    {62, "Object.size", -1, mirror<0, object_size>},
    {63, "String.at", 1, string_at},
    {64, "String.at_put", 2, string_at_put},
    {68, "CompiledCode.object_at", 1, code_object_at},
    {69, "CompiledCode.object_at_put", 2, code_object_at_put},
    {143, "Bits.short_at", 1, short_at},
    {144, "Bits.short_at_put", 2, short_at_put},
    {145, "Bits.fill", 1, fill},
    {165, "Bits.signed_at", 1, signed_at},
    {166, "Bits.signed_at_put", 2, signed_at_put},
};

}  // namespace

NumberedTable element_table() {
  return kTable;
}

}  // namespace banter::primitives
