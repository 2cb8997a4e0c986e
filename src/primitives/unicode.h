// unicode.h -- properties of single code points, and their simple case mapping.
//
// The tables are the C library's (its C.UTF-8 locale); without them only ASCII has properties.
#pragma once

#include <cstdint>

namespace banter::primitives {

enum class CharacterClass : std::uint8_t {
  kLetter,
  kUppercase,
  kLowercase,
  kDigit,
  kAlphanumeric,
  kSeparator,  // white space, line ends included
  kPunctuation,
  kPrintable,
};

bool is_in(CharacterClass kind, char32_t code);

// One code point for one code point: sharp s, for example, has no upper case here.
char32_t to_uppercase(char32_t code);
char32_t to_lowercase(char32_t code);

}  // namespace banter::primitives
