// values.h -- oops as C++ values and back, as primitives need them.
//
// Nothing here believes its argument: each function answers nothing for an oop of another class.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "heap/heap.h"
#include "heap/mutator.h"
#include "heap/object.h"
#include "heap/oop.h"
#include "heap/rooted.h"
#include "interpreter/primitive.h"
#include "primitives/signed_magnitude.h"

namespace banter::primitives {

using heap::ClassIndex;
using heap::Format;
using heap::Heap;
using heap::Mutator;
using heap::Object;
using heap::Oop;
using heap::Rooted;
using interpreter::Args;
using interpreter::Entry;
using interpreter::Failure;
using interpreter::NamedEntry;
using interpreter::Outcome;

// Nothing unless `oop` is true or false.
inline std::optional<bool> boolean_value(const Heap& heap, Oop oop) {
  if (oop == heap.true_object()) return true;
  if (oop == heap.false_object()) return false;
  return std::nullopt;
}

inline bool is_of(Oop oop, ClassIndex index) {
  return oop.is_object() && oop.as_object()->class_index() == index;
}
inline bool is_large_integer(Oop oop) {
  return is_of(oop, ClassIndex::kLargePositiveInteger) ||
         is_of(oop, ClassIndex::kLargeNegativeInteger);
}
inline bool is_integer(Oop oop) {
  return oop.is_small_int() || is_large_integer(oop);
}

// An object whose body is bits that belong to the program: not pointers, not a compiled method.
inline bool is_bits(Oop oop) {
  if (!oop.is_object()) return false;
  const std::uint8_t format = oop.as_object()->format_bits();
  return format >= heap::to_bits(Format::kLongs) && format < heap::to_bits(Format::kCompiledMethod);
}
inline bool is_byte_object(Oop oop) {
  return oop.is_object() && oop.as_object()->has_bytes();
}
inline bool is_compiled_code(Oop oop) {
  return oop.is_object() && oop.as_object()->is_compiled_code();
}
inline bool is_array(Oop oop) {
  return is_of(oop, ClassIndex::kArray);
}

// --- integers ---

// A SmallInteger, or a LargeInteger of 64 bits at most.
std::optional<SignedMagnitude> signed_magnitude(Oop oop);
// The same, if it fits; unsigned: and is not negative.
std::optional<std::int64_t> int64_value(Oop oop);
std::optional<std::uint64_t> uint64_value(Oop oop);
// May collect.
Oop make_integer(Mutator& mutator, SignedMagnitude value);

// --- floats ---

inline bool is_float(Oop oop) {
  return oop.is_small_float() || is_of(oop, ClassIndex::kBoxedFloat64);
}
inline std::optional<double> float_value(Oop oop) {
  if (oop.is_small_float()) return oop.as_small_float();
  if (is_of(oop, ClassIndex::kBoxedFloat64)) return oop.as_object()->float_value();
  return std::nullopt;
}
// A Float, or a SmallInteger of 52 bits at most (larger ones could lose bits).
std::optional<double> float_or_small_value(Oop oop);

// --- strings ---

// The code points of a ByteString, WideString, ByteSymbol, WideSymbol or an instance of a
// subclass. It points into the object: valid until the next collection.
class Text {
 public:
  // Nothing when `oop` is no string.
  static std::optional<Text> of(const Heap& heap, Oop oop);
  // The bytes of any byte object, read as code points.
  static Text of_bytes(const Object& object) {
    return Text(object.bytes(), object.byte_count(), false);
  }

  // Requires 32-bit units.
  static Text of_words(const Object& object) {
    return Text(object.bytes(), object.word_count(), true);
  }

  std::size_t size() const { return size_; }
  bool is_wide() const { return wide_; }
  char32_t operator[](std::size_t i) const {
    if (!wide_) return body_[i];
    std::uint32_t code;
    std::memcpy(&code, body_ + i * 4, 4);
    return code;
  }
  // Requires !is_wide().
  const std::uint8_t* bytes() const { return body_; }
  std::string utf8() const;
  std::u32string codes() const;

 private:
  Text(const std::uint8_t* body, std::size_t size, bool wide)
      : body_(body), size_(size), wide_(wide) {}
  const std::uint8_t* body_;
  std::size_t size_;
  bool wide_;
};

bool is_string(const Heap& heap, Oop oop);
bool is_symbol(Oop oop);
// The text of a string, or the bytes of a ByteArray taken as UTF-8 already.
std::optional<std::string> utf8_of(const Heap& heap, Oop oop);
// A ByteString, or a WideString if a code is above 255. May collect.
Oop make_string(Mutator& mutator, std::u32string_view codes);
// The same from UTF-8; bytes that are none stand for the code points of the same number.
Oop make_string(Mutator& mutator, std::string_view utf8);
// A ByteArray. May collect.
Oop make_byte_array(Mutator& mutator, std::string_view bytes);

// The hash of a string's code points, equal for narrow and wide strings and for symbols; the image
// computes the same.
std::uint32_t string_hash(const Text& text, std::uint32_t seed = 0);
constexpr std::uint32_t string_hash_step(std::uint32_t hash, std::uint32_t code) {
  return (hash + code) * 0x19660Du;
}
constexpr std::uint32_t kStringHashMask = 0x0FFFFFFF;

// --- classes ---

// Whether `oop` can be asked for instances: it has a superclass, a method dictionary and a format.
bool is_behavior(const Heap& heap, Oop oop);

}  // namespace banter::primitives
