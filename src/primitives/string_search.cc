// string_search.cc -- finding and cutting in Strings: named primitives of module Banter.
//
// Indices are 1-based, 0 means: not found. All fail with bad_receiver or bad_argument for other
// classes; those that answer Strings may collect.
#include <algorithm>
#include <cstring>
#include <vector>

#include "base/to_size.h"
#include "primitives/table_list.h"
#include "primitives/unicode.h"
#include "primitives/values.h"

namespace banter::primitives {
namespace {

constexpr std::size_t kNotFound = static_cast<std::size_t>(-1);

// A 1-based start as a 0-based one; nothing when it is no SmallInteger above 0.
std::optional<std::size_t> start_of(Oop oop) {
  if (!oop.is_small_int() || oop.as_int() < 1) return std::nullopt;
  return to_size(static_cast<std::uint64_t>(oop.as_int() - 1));
}

Oop index_oop(std::size_t found) {
  return Oop::small_int(found == kNotFound ? 0 : static_cast<std::int64_t>(found) + 1);
}

// String>>indexOf:startingAt: -- of a Character.
Outcome index_of(Mutator& mutator, const Args& args) {
  const auto self = Text::of(mutator.heap(), args.receiver());
  if (!self) return Failure::bad_receiver;
  const auto start = start_of(args.at(1));
  if (!args.at(0).is_character() || !start) return Failure::bad_argument;
  const char32_t wanted = args.at(0).as_code_point();
  if (*start >= self->size()) return Oop::small_int(0);
  if (!self->is_wide()) {
    if (wanted > 255) return Oop::small_int(0);
    const std::uint8_t* first = self->bytes() + *start;
    const void* found = std::memchr(first, static_cast<int>(wanted), self->size() - *start);
    if (found == nullptr) return Oop::small_int(0);
    return index_oop(
        static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - self->bytes()));
  }
  for (std::size_t i = *start; i < self->size(); ++i) {
    if ((*self)[i] == wanted) return index_oop(i);
  }
  return Oop::small_int(0);
}

std::size_t find_bytes(const Text& text, const Text& pattern, std::size_t start) {
  const void* found =
      memmem(text.bytes() + start, text.size() - start, pattern.bytes(), pattern.size());
  if (found == nullptr) return kNotFound;
  return static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - text.bytes());
}

bool matches_at(const Text& text, std::size_t at, const Text& pattern, bool case_sensitive) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char32_t a = text[at + i];
    const char32_t b = pattern[i];
    if (a != b && (case_sensitive || to_lowercase(a) != to_lowercase(b))) return false;
  }
  return true;
}

// String>>findString:startingAt:caseSensitive: -- an empty pattern is never found.
Outcome index_of_string(Mutator& mutator, const Args& args) {
  const Heap& heap = mutator.heap();
  const auto self = Text::of(heap, args.receiver());
  if (!self) return Failure::bad_receiver;
  const auto pattern = Text::of(heap, args.at(0));
  const auto start = start_of(args.at(1));
  const auto case_sensitive = boolean_value(heap, args.at(2));
  if (!pattern || !start || !case_sensitive) return Failure::bad_argument;
  if (pattern->size() == 0 || *start >= self->size() || pattern->size() > self->size() - *start) {
    return Oop::small_int(0);
  }
  if (*case_sensitive && !self->is_wide() && !pattern->is_wide()) {
    return index_oop(find_bytes(*self, *pattern, *start));
  }
  for (std::size_t i = *start; i + pattern->size() <= self->size(); ++i) {
    if (matches_at(*self, i, *pattern, *case_sensitive)) return index_oop(i);
  }
  return Oop::small_int(0);
}

bool is_separator(char32_t code) {
  return is_in(CharacterClass::kSeparator, code);
}

// String>>trimBoth -- a copy without white space at both ends.
Outcome trim(Mutator& mutator, const Args& args) {
  const auto self = Text::of(mutator.heap(), args.receiver());
  if (!self) return Failure::bad_receiver;
  const std::u32string codes = self->codes();
  const auto first = std::find_if_not(codes.begin(), codes.end(), is_separator);
  const auto last = std::find_if_not(codes.rbegin(), codes.rend(), is_separator).base();
  return make_string(mutator, first < last ? std::u32string(first, last) : std::u32string());
}

using Pieces = std::vector<std::u32string_view>;

Oop array_of(Mutator& mutator, const Pieces& pieces) {
  Rooted<> array(mutator, mutator.new_array(pieces.size()));
  for (std::size_t i = 0; i < pieces.size(); ++i) array.store(i, make_string(mutator, pieces[i]));
  return array.oop();
}

// String>>lines -- an Array of the parts between cr, lf or crlf; none after a last line end.
Outcome lines(Mutator& mutator, const Args& args) {
  const auto self = Text::of(mutator.heap(), args.receiver());
  if (!self) return Failure::bad_receiver;
  const std::u32string codes = self->codes();
  const std::u32string_view text(codes);
  Pieces pieces;
  std::size_t start = 0;
  while (start < text.size()) {
    const std::size_t end = std::min(text.find_first_of(U"\r\n", start), text.size());
    pieces.push_back(text.substr(start, end - start));
    const bool pair = end + 1 < text.size() && text[end] == U'\r' && text[end + 1] == U'\n';
    start = end + (pair ? 2 : 1);
  }
  return array_of(mutator, pieces);
}

Pieces split_at(std::u32string_view text, std::u32string_view separator) {
  Pieces pieces;
  std::size_t start = 0;
  for (;;) {
    const std::size_t end = text.find(separator, start);
    pieces.push_back(text.substr(start, end == text.npos ? text.npos : end - start));
    if (end == text.npos) return pieces;
    start = end + separator.size();
  }
}

// String>>copyReplaceAll:with: -- every occurrence of a String that is not empty.
Outcome replace_all(Mutator& mutator, const Args& args) {
  const Heap& heap = mutator.heap();
  const auto self = Text::of(heap, args.receiver());
  const auto old_text = Text::of(heap, args.at(0));
  const auto new_text = Text::of(heap, args.at(1));
  if (!self) return Failure::bad_receiver;
  if (!old_text || old_text->size() == 0 || !new_text) return Failure::bad_argument;
  const std::u32string codes = self->codes();
  const std::u32string old_codes = old_text->codes();
  const std::u32string new_codes = new_text->codes();
  std::u32string result;
  bool first = true;
  for (const std::u32string_view piece : split_at(codes, old_codes)) {
    if (!first) result += new_codes;
    first = false;
    result += piece;
  }
  return make_string(mutator, result);
}

constexpr NamedEntry kNamedTable[] = {
    {"Banter", "primitiveStringIndexOf", 2, index_of},
    {"Banter", "primitiveStringIndexOfString", 3, index_of_string},
    {"Banter", "primitiveStringTrim", 0, trim},
    {"Banter", "primitiveStringLines", 0, lines},
    {"Banter", "primitiveStringReplaceAll", 2, replace_all},
};

}  // namespace

NamedTable string_search_named_table() {
  return kNamedTable;
}

}  // namespace banter::primitives
