// string.cc -- String's named primitives in module Banter: conversion, comparison, copies.
//
// A String is a ByteString, WideString or Symbol; results are ByteStrings where every character
// fits and WideStrings otherwise. All fail with bad_receiver or bad_argument for other classes and
// may collect.
#include <algorithm>
#include <cstring>

#include "primitives/elements.h"
#include "primitives/table_list.h"
#include "primitives/unicode.h"
#include "primitives/utf8.h"

namespace banter::primitives {
namespace {

// String>>utf8Encoded -- a ByteArray.
Outcome encode(Mutator& mutator, const Args& args) {
  const auto text = Text::of(mutator.heap(), args.receiver());
  if (!text) return Failure::bad_receiver;
  return make_byte_array(mutator, text->utf8());
}

// ByteArray>>utf8Decoded -- a String.  Fails: bad_argument with the 1-based position of the first
// byte that is not UTF-8.
Outcome decode(Mutator& mutator, const Args& args) {
  if (!is_byte_object(args.receiver())) return Failure::bad_receiver;
  const Object& self = *args.receiver().as_object();
  const std::string bytes(reinterpret_cast<const char*>(self.bytes()), self.byte_count());
  const DecodedText decoded = decode_utf8(bytes);
  if (decoded.bad_byte) {
    const auto position = static_cast<std::int64_t>(*decoded.bad_byte) + 1;
    return Outcome::failure(Failure::bad_argument, Oop::small_int(position));
  }
  return make_string(mutator, decoded.codes);
}

char32_t same(char32_t code) {
  return code;
}

int order_of(const Text& left, const Text& right, char32_t (*fold)(char32_t)) {
  const std::size_t shared = std::min(left.size(), right.size());
  for (std::size_t i = 0; i < shared; ++i) {
    const char32_t a = fold(left[i]);
    const char32_t b = fold(right[i]);
    if (a != b) return a < b ? -1 : 1;
  }
  if (left.size() == right.size()) return 0;
  return left.size() < right.size() ? -1 : 1;
}

// String>>compareWith: -- -1, 0 or 1 by code points, as they are or in lower case.
template <char32_t (*Fold)(char32_t)>
Outcome compare(Mutator& mutator, const Args& args) {
  const auto self = Text::of(mutator.heap(), args.receiver());
  const auto other = Text::of(mutator.heap(), args.at(0));
  if (!self) return Failure::bad_receiver;
  if (!other) return Failure::bad_argument;
  return Oop::small_int(order_of(*self, *other, Fold));
}

// String>>= -- a Boolean; false if the argument is no String.
Outcome equal(Mutator& mutator, const Args& args) {
  const Heap& heap = mutator.heap();
  if (args.receiver() == args.at(0)) return heap.true_object();
  const auto self = Text::of(heap, args.receiver());
  if (!self) return Failure::bad_receiver;
  const auto other = Text::of(heap, args.at(0));
  if (!other || self->size() != other->size()) return heap.false_object();
  if (!self->is_wide() && !other->is_wide()) {
    return heap.boolean(std::memcmp(self->bytes(), other->bytes(), self->size()) == 0);
  }
  return heap.boolean(order_of(*self, *other, same) == 0);
}

// String>>hash
Outcome hash(Mutator& mutator, const Args& args) {
  const auto self = Text::of(mutator.heap(), args.receiver());
  if (!self) return Failure::bad_receiver;
  return Oop::small_int(string_hash(*self));
}

// String>>asUppercase asLowercase -- a new String.
template <char32_t (*Function)(char32_t)>
Outcome convert(Mutator& mutator, const Args& args) {
  const auto self = Text::of(mutator.heap(), args.receiver());
  if (!self) return Failure::bad_receiver;
  std::u32string codes = self->codes();
  std::transform(codes.begin(), codes.end(), codes.begin(), Function);
  return make_string(mutator, codes);
}

// A String of `size` characters, narrow or wide; nullptr when there is no memory.
Object* new_string_of(Mutator& mutator, bool wide, std::size_t size) {
  if (wide) return mutator.new_words(ClassIndex::kWideString, size);
  return mutator.try_new_bytes(ClassIndex::kByteString, size);
}

// Copies characters of `from` to those of `to` from index `at` on. Requires room, and a wide `to`
// for wide characters.
void copy_characters(Object& to, std::size_t at, const Text& from, std::size_t first,
                     std::size_t count) {
  if (to.has_bytes() && !from.is_wide()) {
    std::memmove(to.bytes() + at, from.bytes() + first, count);
    return;
  }
  for (std::size_t i = 0; i < count; ++i) set_bits_element(to, at + i, from[first + i]);
}

// String>>, -- a new String of both.  Fails: no_memory too.
Outcome concatenate(Mutator& mutator, const Args& args) {
  const Heap& heap = mutator.heap();
  const auto left = Text::of(heap, args.receiver());
  const auto right = Text::of(heap, args.at(0));
  if (!left) return Failure::bad_receiver;
  if (!right) return Failure::bad_argument;
  const std::size_t left_size = left->size();
  const bool wide = left->is_wide() || right->is_wide();
  Object* result = new_string_of(mutator, wide, left_size + right->size());
  if (result == nullptr) return Failure::no_memory;
  const Text first = *Text::of(heap, args.receiver());
  const Text second = *Text::of(heap, args.at(0));
  copy_characters(*result, 0, first, 0, left_size);
  copy_characters(*result, left_size, second, 0, second.size());
  return result->oop();
}

// String>>copyFrom:to: -- a new String, empty when stop is before start.  Fails: bad_index,
// no_memory too.
Outcome copy_from_to(Mutator& mutator, const Args& args) {
  const Heap& heap = mutator.heap();
  const auto self = Text::of(heap, args.receiver());
  if (!self) return Failure::bad_receiver;
  if (!args.at(0).is_small_int() || !args.at(1).is_small_int()) return Failure::bad_argument;
  const std::int64_t start = args.at(0).as_int();
  const std::int64_t stop = args.at(1).as_int();
  if (start < 1 || stop > static_cast<std::int64_t>(self->size())) return Failure::bad_index;
  const std::size_t count = stop < start ? 0 : static_cast<std::size_t>(stop - start + 1);
  Object* result = new_string_of(mutator, self->is_wide(), count);
  if (result == nullptr) return Failure::no_memory;
  const Text text = *Text::of(heap, args.receiver());
  copy_characters(*result, 0, text, count == 0 ? 0 : static_cast<std::size_t>(start - 1), count);
  return result->oop();
}

// String>>replaceFrom:to:with:startingAt: for any two kinds of String, overlap included; the
// receiver.  Fails: bad_index, no_modification too; bad_argument also for a wide character that
// does not fit.
Outcome replace(Mutator& mutator, const Args& args) {
  const Heap& heap = mutator.heap();
  const auto self = Text::of(heap, args.receiver());
  const auto source = Text::of(heap, args.at(2));
  if (!self) return Failure::bad_receiver;
  if (!source || !args.at(0).is_small_int() || !args.at(1).is_small_int() ||
      !args.at(3).is_small_int()) {
    return Failure::bad_argument;
  }
  const std::int64_t start = args.at(0).as_int();
  const std::int64_t stop = args.at(1).as_int();
  const std::int64_t first = args.at(3).as_int();
  const std::int64_t count = stop - start + 1;
  if (start < 1 || count < 0 || stop > static_cast<std::int64_t>(self->size()) || first < 1 ||
      first + count - 1 > static_cast<std::int64_t>(source->size())) {
    return Failure::bad_index;
  }
  if (count == 0) return args.receiver();
  Object& to = *args.receiver().as_object();
  if (to.is_immutable()) return Failure::no_modification;
  const auto at = static_cast<std::size_t>(start - 1);
  const auto from = static_cast<std::size_t>(first - 1);
  const auto size = static_cast<std::size_t>(count);
  if (source->is_wide() == self->is_wide()) {
    const std::size_t width = element_width(to);
    std::memmove(to.bytes() + at * width, args.at(2).as_object()->bytes() + from * width,
                 size * width);
    return args.receiver();
  }
  for (std::size_t i = 0; i < size; ++i) {
    if (!fits_element(to, (*source)[from + i])) return Failure::bad_argument;
  }
  copy_characters(to, at, *source, from, size);
  return args.receiver();
}

// String>>asWideString -- a copy.
Outcome as_wide(Mutator& mutator, const Args& args) {
  const Heap& heap = mutator.heap();
  const auto self = Text::of(heap, args.receiver());
  if (!self) return Failure::bad_receiver;
  Object* result = mutator.new_words(ClassIndex::kWideString, self->size());
  const Text text = *Text::of(heap, args.receiver());
  copy_characters(*result, 0, text, 0, text.size());
  return result->oop();
}

// String>>asByteString -- a copy.  Fails: bad_receiver if a character does not fit a byte.
Outcome as_narrow(Mutator& mutator, const Args& args) {
  const auto self = Text::of(mutator.heap(), args.receiver());
  if (!self) return Failure::bad_receiver;
  const std::u32string codes = self->codes();
  if (std::any_of(codes.begin(), codes.end(), [](char32_t code) { return code > 255; })) {
    return Failure::bad_receiver;
  }
  return make_string(mutator, codes);
}

constexpr NamedEntry kNamedTable[] = {
    {"Banter", "primitiveUtf8Encode", 0, encode},
    {"Banter", "primitiveUtf8Decode", 0, decode},
    {"Banter", "primitiveStringCompare", 1, compare<same>},
    {"Banter", "primitiveStringCompareCaseless", 1, compare<to_lowercase>},
    {"Banter", "primitiveStringEqual", 1, equal},
    {"Banter", "primitiveStringHash", 0, hash},
    {"Banter", "primitiveStringAsUppercase", 0, convert<to_uppercase>},
    {"Banter", "primitiveStringAsLowercase", 0, convert<to_lowercase>},
    {"Banter", "primitiveStringConcatenate", 1, concatenate},
    {"Banter", "primitiveStringCopyFromTo", 2, copy_from_to},
    {"Banter", "primitiveStringReplace", 4, replace},
    {"Banter", "primitiveStringAsWide", 0, as_wide},
    {"Banter", "primitiveStringAsNarrow", 0, as_narrow},
};

}  // namespace

NamedTable string_named_table() {
  return kNamedTable;
}

}  // namespace banter::primitives
