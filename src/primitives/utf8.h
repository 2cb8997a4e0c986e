// utf8.h -- code points and UTF-8, strictly: no surrogates, no overlong forms, nothing above
// 10FFFF. Inside the image strings are sequences of code points; UTF-8 is for the outside world.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace banter::primitives {

struct DecodedCodePoint {
  char32_t code;
  std::uint8_t length;  // bytes
};

// The code point that begins at `text[at]`, or nothing when no valid sequence does.
// Requires at < text.size().
std::optional<DecodedCodePoint> decode_at(std::string_view text, std::size_t at);

// Appends `code`. A code that UTF-8 has no sequence for (a surrogate, more than 10FFFF) is written
// as U+FFFD.
void append_utf8(std::string& text, char32_t code);

struct DecodedText {
  std::u32string codes;                 // up to the bad byte
  std::optional<std::size_t> bad_byte;  // 0-based, when the text is not UTF-8
  char32_t largest = 0;                 // of codes
};

DecodedText decode_utf8(std::string_view text);

// `text` with each byte that is not UTF-8 read as the code point of the same number, so that every
// name of a file can be shown.
std::u32string decode_utf8_lenient(std::string_view text);

}  // namespace banter::primitives
