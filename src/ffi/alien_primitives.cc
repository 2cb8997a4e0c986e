// alien_primitives.cc -- module IA32ABI: how an Alien reads and writes memory.
//
// Indices are bytes from 1. Where the size is known (direct and indirect Aliens) it bounds every
// access; a pointer Alien is bounded by what is mapped. Memory of C goes through native/'s safe
// accessors, so that the worst is a failure of the kind kMemory that names the address.
#include <fmt/core.h>

#include <bit>
#include <cstring>
#include <type_traits>

#include "ffi/failure.h"
#include "ffi/objects.h"
#include "ffi/tables.h"
#include "native/safe_memory.h"
#include "primitives/values.h"

namespace banter::ffi {

using interpreter::Args;
using interpreter::Failure;
using interpreter::NamedEntry;
using interpreter::Outcome;

namespace {

Outcome unmapped(Mutator& mutator, std::uint64_t address) {
  return fail(mutator, kMemory,
              address == 0 ? std::string("the address is NULL")
                           : fmt::format("nothing is mapped at address {:#x}", address));
}

// Where `bytes` bytes at a 1-based index of the receiver lie.
struct Target {
  Failure failure = Failure::generic;
  bool ok = false;
  bool direct = false;
  std::uint64_t address = 0;
  // Requires `direct`.
  void* pointer() const { return reinterpret_cast<void*>(static_cast<std::uintptr_t>(address)); }
};

Target target_of(const Heap& heap, Oop receiver, Oop index, std::uint64_t bytes) {
  Target target;
  auto alien = alien_view(heap, receiver);
  if (!alien) {
    target.failure = Failure::bad_receiver;
    return target;
  }
  if (!index.is_small_int()) {
    target.failure = Failure::bad_argument;
    return target;
  }
  const std::int64_t offset = index.as_int() - 1;
  const bool inside =
      !alien->bounded || (offset >= 0 && bytes <= alien->bytes &&
                          static_cast<std::uint64_t>(offset) <= alien->bytes - bytes);
  if (!inside) {
    target.failure = Failure::bad_index;
    return target;
  }
  target.ok = true;
  target.direct = alien->direct;
  target.address = alien->data + static_cast<std::uint64_t>(offset);
  return target;
}

// T from memory; nothing when it is not mapped.
template <class T>
bool read(const Target& target, T* value, native::Unmapped* fault) {
  if (target.direct) {
    std::memcpy(value, target.pointer(), sizeof(T));
    return true;
  }
  std::uint64_t word = 0;
  if (!native::load(target.address, sizeof(T), &word, fault)) return false;
  std::memcpy(value, &word, sizeof(T));  // little-endian hosts only
  return true;
}

template <class T>
bool write(const Target& target, T value, native::Unmapped* fault) {
  if (target.direct) {
    std::memcpy(target.pointer(), &value, sizeof(T));
    return true;
  }
  std::uint64_t word = 0;
  std::memcpy(&word, &value, sizeof(T));
  return native::store(target.address, sizeof(T), word, fault);
}

template <class T>
Oop object_of(Mutator& mutator, T value) {
  if constexpr (std::is_floating_point_v<T>) {
    return mutator.new_float(value);
  } else if constexpr (sizeof(T) < 8) {
    return Oop::small_int(value);
  } else {
    return mutator.new_integer(value);
  }
}

// The C value for an element, or nothing when the object is of no such kind or does not fit.
template <class T>
std::optional<T> element_of(Oop value) {
  if constexpr (std::is_floating_point_v<T>) {
    if (auto number = primitives::float_value(value)) return static_cast<T>(*number);
    if (value.is_small_int()) return static_cast<T>(value.as_int());
    return std::nullopt;
  } else if constexpr (std::is_signed_v<T>) {
    auto n = primitives::int64_value(value);
    if (!n || *n != static_cast<T>(*n)) return std::nullopt;
    return static_cast<T>(*n);
  } else {
    auto n = primitives::uint64_value(value);
    if (!n || *n != static_cast<T>(*n)) return std::nullopt;
    return static_cast<T>(*n);
  }
}

// A pointer Alien of class Alien itself: what callbacks get.
bool is_plain_pointer(Oop receiver) {
  if (!receiver.is_object()) return false;
  const Object* object = receiver.as_object();
  return object->class_index() == heap::ClassIndex::kAlien &&
         object->byte_count() == kAlienPointerBytes && load_word(object->bytes()) == 0;
}

template <class T>
Outcome element_in_memory(Mutator& mutator, std::uint64_t address) {
  std::uint64_t word = 0;
  native::Unmapped fault{};
  if (!native::load(address, sizeof(T), &word, &fault)) return unmapped(mutator, fault.address);
  T value;
  std::memcpy(&value, &word, sizeof(T));  // little-endian hosts only
  return object_of(mutator, value);
}

// Alien>>signedLongAt: and its kin -- the element of C type T at a byte index.
// Fails: bad_receiver, bad_argument, bad_index, kMemory.  May collect: yes.
template <class T>
Outcome element_at(Mutator& mutator, const Args& args) {
  if (is_plain_pointer(args.receiver()) && args.at(0).is_small_int()) [[likely]] {
    const std::uint64_t base = load_word(args.receiver().as_object()->bytes() + kAlienHeader);
    return element_in_memory<T>(mutator,
                                base + static_cast<std::uint64_t>(args.at(0).as_int()) - 1);
  }
  const Target target = target_of(mutator.heap(), args.receiver(), args.at(0), sizeof(T));
  if (!target.ok) return target.failure;
  T value;
  native::Unmapped fault{};
  if (!read(target, &value, &fault)) return unmapped(mutator, fault.address);
  return object_of(mutator, value);
}

// Alien>>signedLongAt:put: and its kin -- stores, answers the value stored.
// Fails: bad_receiver, no_modification, bad_argument (also a value that does not fit), bad_index,
// kMemory.  May collect: only when failing.
template <class T>
Outcome element_at_put(Mutator& mutator, const Args& args) {
  const Target target = target_of(mutator.heap(), args.receiver(), args.at(0), sizeof(T));
  if (!target.ok) return target.failure;
  if (target.direct && args.receiver().as_object()->is_immutable()) {
    return Failure::no_modification;
  }
  auto value = element_of<T>(args.at(1));
  if (!value) return Failure::bad_argument;
  native::Unmapped fault{};
  if (!write(target, *value, &fault)) return unmapped(mutator, fault.address);
  return args.at(1);
}

// --- the two words at the front ---

Object* alien_object(const Heap& heap, Oop receiver, std::size_t bytes) {
  if (!receiver.is_object() || !receiver.as_object()->has_bytes()) return nullptr;
  if (!is_kind_of(heap, receiver, heap::Special::kClassAlien)) return nullptr;
  return receiver.as_object()->byte_count() < bytes ? nullptr : receiver.as_object();
}

// Alien>>sizeField -- the signed size word.  Fails: bad_receiver.  May collect: yes.
Outcome size_field(Mutator& mutator, const Args& args) {
  const Object* alien = alien_object(mutator.heap(), args.receiver(), kAlienHeader);
  if (alien == nullptr) return Failure::bad_receiver;
  return mutator.new_integer(static_cast<std::int64_t>(load_word(alien->bytes())));
}

// Alien>>sizeField: -- the receiver's own bytes bound what may be said.
// Fails: bad_receiver, bad_argument, no_modification.  May collect: no.
Outcome size_field_put(Mutator& mutator, const Args& args) {
  Object* alien = alien_object(mutator.heap(), args.receiver(), kAlienHeader);
  if (alien == nullptr) return Failure::bad_receiver;
  if (alien->is_immutable()) return Failure::no_modification;
  auto size = primitives::int64_value(args.at(0));
  if (!size) return Failure::bad_argument;
  const std::size_t body = alien->byte_count();
  const bool fits = *size > 0 ? static_cast<std::uint64_t>(*size) <= body - kAlienHeader
                              : body >= kAlienPointerBytes && *size != INT64_MIN;
  if (!fits) return Failure::bad_argument;
  std::memcpy(alien->bytes(), &*size, sizeof *size);
  return args.at(0);
}

// Alien>>addressField -- the address word of an indirect or pointer Alien.
// Fails: bad_receiver.  May collect: yes.
Outcome address_field(Mutator& mutator, const Args& args) {
  const Object* alien = alien_object(mutator.heap(), args.receiver(), kAlienPointerBytes);
  if (alien == nullptr || static_cast<std::int64_t>(load_word(alien->bytes())) > 0) {
    return Failure::bad_receiver;
  }
  return mutator.new_integer(load_word(alien->bytes() + kAlienHeader));
}

// Alien>>addressField: -- a negative Integer is taken as two's complement.
// Fails: bad_receiver, bad_argument, no_modification.  May collect: no.
Outcome address_field_put(Mutator& mutator, const Args& args) {
  Object* alien = alien_object(mutator.heap(), args.receiver(), kAlienPointerBytes);
  if (alien == nullptr || static_cast<std::int64_t>(load_word(alien->bytes())) > 0) {
    return Failure::bad_receiver;
  }
  if (alien->is_immutable()) return Failure::no_modification;
  auto address = primitives::uint64_value(args.at(0));
  if (!address) {
    auto negative = primitives::int64_value(args.at(0));
    if (!negative) return Failure::bad_argument;
    address = static_cast<std::uint64_t>(*negative);
  }
  std::memcpy(alien->bytes() + kAlienHeader, &*address, sizeof *address);
  return args.at(0);
}

// --- blocks and strings ---

// A span of bytes inside a bits object or an Alien, at a 1-based index.
Target bytes_of(const Heap& heap, Oop object, Oop index, std::uint64_t bytes) {
  if (alien_view(heap, object)) return target_of(heap, object, index, bytes);
  Target target;
  if (!primitives::is_byte_object(object)) {
    target.failure = Failure::bad_argument;
    return target;
  }
  const std::size_t size = object.as_object()->byte_count();
  const std::int64_t offset = index.is_small_int() ? index.as_int() - 1 : -1;
  if (offset < 0 || bytes > size || static_cast<std::uint64_t>(offset) > size - bytes) {
    target.failure = Failure::bad_index;
    return target;
  }
  target.ok = target.direct = true;
  target.address = reinterpret_cast<std::uintptr_t>(object.as_object()->bytes() + offset);
  return target;
}

// Alien>>replaceFrom:to:with:startingAt: -- copies bytes from an Alien or a byte object.
// Fails: bad_receiver, bad_argument, bad_index, no_modification, kMemory.  May collect: only when
// failing.
Outcome replace(Mutator& mutator, const Args& args) {
  const Heap& heap = mutator.heap();
  if (!args.at(0).is_small_int() || !args.at(1).is_small_int()) return Failure::bad_argument;
  const std::int64_t count = args.at(1).as_int() - args.at(0).as_int() + 1;
  if (count < 0) return Failure::bad_index;
  if (count == 0) return args.receiver();
  const auto bytes = static_cast<std::uint64_t>(count);
  const Target to = target_of(heap, args.receiver(), args.at(0), bytes);
  if (!to.ok) return to.failure;
  if (to.direct && args.receiver().as_object()->is_immutable()) return Failure::no_modification;
  const Target from = bytes_of(heap, args.at(2), args.at(3), bytes);
  if (!from.ok) return from.failure;
  native::Unmapped fault{};
  if (!native::copy(to.address, from.address, bytes, &fault)) {
    return unmapped(mutator, fault.address);
  }
  return args.receiver();
}

// Alien>>copyInto:startingAt:from:to: -- copies bytes of the receiver into a byte object:
// (byte object, its first index, first index here, last index here).
// Fails: as replace.  May collect: only when failing.
Outcome copy_into(Mutator& mutator, const Args& args) {
  const Heap& heap = mutator.heap();
  if (!args.at(2).is_small_int() || !args.at(3).is_small_int()) return Failure::bad_argument;
  const std::int64_t count = args.at(3).as_int() - args.at(2).as_int() + 1;
  if (count < 0) return Failure::bad_index;
  if (count == 0) return args.at(0);
  const auto bytes = static_cast<std::uint64_t>(count);
  const Target from = target_of(heap, args.receiver(), args.at(2), bytes);
  if (!from.ok) return from.failure;
  const Target to = bytes_of(heap, args.at(0), args.at(1), bytes);
  if (!to.ok) return to.failure;
  if (args.at(0).is_object() && args.at(0).as_object()->is_immutable()) {
    return Failure::no_modification;
  }
  native::Unmapped fault{};
  if (!native::copy(to.address, from.address, bytes, &fault)) {
    return unmapped(mutator, fault.address);
  }
  return args.at(0);
}

// The bytes of a bounded Alien from a 1-based index up to its first NUL, or all of them.
Outcome bounded_length(Mutator& mutator, const Target& target, std::uint64_t most) {
  for (std::uint64_t i = 0; i < most; i++) {
    Target at = target;
    at.address += i;
    std::uint8_t byte = 0;
    native::Unmapped fault{};
    if (!read(at, &byte, &fault)) return unmapped(mutator, fault.address);
    if (byte == 0) return Oop::small_int(static_cast<std::int64_t>(i));
  }
  return Oop::small_int(static_cast<std::int64_t>(most));
}

// Alien>>strlenAt: -- bytes before the first NUL at or after an index; bounded by the size.
// Fails: bad_receiver, bad_argument, bad_index, kMemory.  May collect: only when failing.
Outcome strlen_from_start_index(Mutator& mutator, const Args& args) {
  const Target target = target_of(mutator.heap(), args.receiver(), args.at(0), 1);
  if (!target.ok) return target.failure;
  auto alien = alien_view(mutator.heap(), args.receiver());
  if (alien->bounded) {
    return bounded_length(mutator, target, alien->bytes - (target.address - alien->data));
  }
  std::size_t length = 0;
  native::Unmapped fault{};
  if (!native::string_length(target.address, &length, &fault)) {
    return unmapped(mutator, fault.address);
  }
  return Oop::small_int(static_cast<std::int64_t>(length));
}

// Alien>>strlenThroughPointerAt: -- the same for the text that a pointer at an index points to.
// Fails: bad_receiver, bad_argument, bad_index, kMemory.  May collect: only when failing.
Outcome strlen_through_pointer(Mutator& mutator, const Args& args) {
  const Target target =
      target_of(mutator.heap(), args.receiver(), args.at(0), sizeof(std::uintptr_t));
  if (!target.ok) return target.failure;
  std::uintptr_t address = 0;
  native::Unmapped fault{};
  if (!read(target, &address, &fault)) return unmapped(mutator, fault.address);
  std::size_t length = 0;
  if (!native::string_length(address, &length, &fault)) return unmapped(mutator, fault.address);
  return Oop::small_int(static_cast<std::int64_t>(length));
}

constexpr const char* kModule = "IA32ABI";

constexpr NamedEntry kPrimitives[] = {
    {kModule, "primSignedByteAt", 1, element_at<std::int8_t>},
    {kModule, "primUnsignedByteAt", 1, element_at<std::uint8_t>},
    {kModule, "primSignedShortAt", 1, element_at<std::int16_t>},
    {kModule, "primUnsignedShortAt", 1, element_at<std::uint16_t>},
    {kModule, "primSignedLongAt", 1, element_at<std::int32_t>},
    {kModule, "primUnsignedLongAt", 1, element_at<std::uint32_t>},
    {kModule, "primSignedLongLongAt", 1, element_at<std::int64_t>},
    {kModule, "primUnsignedLongLongAt", 1, element_at<std::uint64_t>},
    {kModule, "primUnsignedWordAt", 1, element_at<std::uintptr_t>},
    {kModule, "primFloatAt", 1, element_at<float>},
    {kModule, "primDoubleAt", 1, element_at<double>},
    {kModule, "primSignedByteAtPut", 2, element_at_put<std::int8_t>},
    {kModule, "primUnsignedByteAtPut", 2, element_at_put<std::uint8_t>},
    {kModule, "primSignedShortAtPut", 2, element_at_put<std::int16_t>},
    {kModule, "primUnsignedShortAtPut", 2, element_at_put<std::uint16_t>},
    {kModule, "primSignedLongAtPut", 2, element_at_put<std::int32_t>},
    {kModule, "primUnsignedLongAtPut", 2, element_at_put<std::uint32_t>},
    {kModule, "primSignedLongLongAtPut", 2, element_at_put<std::int64_t>},
    {kModule, "primUnsignedLongLongAtPut", 2, element_at_put<std::uint64_t>},
    {kModule, "primUnsignedWordAtPut", 2, element_at_put<std::uintptr_t>},
    {kModule, "primFloatAtPut", 2, element_at_put<float>},
    {kModule, "primDoubleAtPut", 2, element_at_put<double>},
    {kModule, "primSizeField", 0, size_field},
    {kModule, "primSizeFieldPut", 1, size_field_put},
    {kModule, "primAddressField", 0, address_field},
    {kModule, "primAddressFieldPut", 1, address_field_put},
    {kModule, "primAlienReplace", 4, replace},
    {kModule, "primAlienCopyInto", 4, copy_into},
    {kModule, "primStrlenFromStartIndex", 1, strlen_from_start_index},
    {kModule, "primStrlenThroughPointerAtIndex", 1, strlen_through_pointer},
};

}  // namespace

std::span<const NamedEntry> alien_primitives() {
  return kPrimitives;
}

}  // namespace banter::ffi
