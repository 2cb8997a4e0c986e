#include "primitives/utf8.h"

#include <algorithm>

namespace banter::primitives {
namespace {

constexpr char32_t kLargestCode = 0x10FFFF;
constexpr char32_t kReplacement = 0xFFFD;

constexpr bool is_surrogate(char32_t code) {
  return code >= 0xD800 && code <= 0xDFFF;
}

// The length of the sequence that `first` begins, and the least code that needs that length.
struct Lead {
  std::uint8_t length;
  char32_t bits;
  char32_t least;
};

std::optional<Lead> lead_of(unsigned char first) {
  if (first < 0x80) return Lead{1, first, 0};
  if (first >= 0xC2 && first < 0xE0) return Lead{2, char32_t(first & 0x1F), 0x80};
  if (first >= 0xE0 && first < 0xF0) return Lead{3, char32_t(first & 0x0F), 0x800};
  if (first >= 0xF0 && first < 0xF5) return Lead{4, char32_t(first & 0x07), 0x10000};
  return std::nullopt;
}

}  // namespace

std::optional<DecodedCodePoint> decode_at(std::string_view text, std::size_t at) {
  const auto lead = lead_of(static_cast<unsigned char>(text[at]));
  if (!lead || at + lead->length > text.size()) return std::nullopt;
  char32_t code = lead->bits;
  for (std::size_t i = 1; i < lead->length; ++i) {
    const auto byte = static_cast<unsigned char>(text[at + i]);
    if ((byte & 0xC0) != 0x80) return std::nullopt;
    code = code << 6 | (byte & 0x3F);
  }
  if (code < lead->least || code > kLargestCode || is_surrogate(code)) return std::nullopt;
  return DecodedCodePoint{code, lead->length};
}

void append_utf8(std::string& text, char32_t code) {
  if (is_surrogate(code) || code > kLargestCode) code = kReplacement;
  const auto tail = [&](int shift) { text += static_cast<char>(0x80 | (code >> shift & 0x3F)); };
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0 | code >> 6);
    tail(0);
  } else if (code < 0x10000) {
    text += static_cast<char>(0xE0 | code >> 12);
    tail(6);
    tail(0);
  } else {
    text += static_cast<char>(0xF0 | code >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

DecodedText decode_utf8(std::string_view text) {
  DecodedText result;
  result.codes.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto decoded = decode_at(text, at);
    if (!decoded) {
      result.bad_byte = at;
      return result;
    }
    result.codes += decoded->code;
    result.largest = std::max(result.largest, decoded->code);
    at += decoded->length;
  }
  return result;
}

std::u32string decode_utf8_lenient(std::string_view text) {
  std::u32string codes;
  for (std::size_t at = 0; at < text.size();) {
    const auto decoded = decode_at(text, at);
    codes += decoded ? decoded->code : static_cast<unsigned char>(text[at]);
    at += decoded ? decoded->length : 1;
  }
  return codes;
}

}  // namespace banter::primitives
