// elements.h -- the indexable part of any object, whatever its format: Smalltalk's at: and at:put:.
//
// Indices are 0-based here. Elements of pointer objects are oops; those of bits objects are
// unsigned integers of the format's width; those of compiled code are its bytes from the first
// bytecode on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "primitives/values.h"

namespace banter::primitives {

// Bytes of one element of a bits object: 1, 2, 4 or 8. Requires bits or compiled code.
std::size_t element_width(const Object& object);

// How many indexable elements there are; nothing when the class has none. Contexts are not asked
// here: their size is a matter of the interpreter.
std::optional<std::size_t> element_count(const Heap& heap, const Object& object);
// The first index that at: may use: compiled code begins with literals, which are no bytes.
std::size_t first_element(const Object& object);

// Element i of a bits object or compiled code. Requires i < element_count().
std::uint64_t bits_element(const Object& object, std::size_t i);
// Requires that `value` fits the element.
void set_bits_element(Object& object, std::size_t i, std::uint64_t value);
bool fits_element(const Object& object, std::uint64_t value);

// The 0-based index that a Smalltalk index stands for, or what is wrong with it.
struct CheckedIndex {
  std::size_t value = 0;
  std::optional<Failure> failure;
};
// `first` and `count` bound the 0-based result: first <= value < count.
CheckedIndex check_index(Oop index, std::size_t count, std::size_t first = 0);

}  // namespace banter::primitives
