// utf8.h -- reading UTF-8, the only encoding at the boundary of the virtual machine.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace banter::heap {

constexpr std::uint32_t kReplacementCharacter = 0xFFFD;

// The code point that starts at text[at], moving `at` behind it. Overlong forms, surrogates and
// whatever else is no UTF-8 give kReplacementCharacter, one byte at a time.
inline std::uint32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(at++);
  if (first < 0x80) return first;
  const int extra = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
  if (first < 0xC2 || first > 0xF4 || text.size() - at < static_cast<std::size_t>(extra))
    return kReplacementCharacter;
  std::uint32_t code = first & (0x3Fu >> extra);
  for (int i = 0; i < extra; ++i) {
    const std::uint8_t next = byte(at + static_cast<std::size_t>(i));
    if ((next & 0xC0) != 0x80) return kReplacementCharacter;
    code = code << 6 | (next & 0x3Fu);
  }
  constexpr std::uint32_t kSmallest[] = {0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800 && code < 0xE000;
  if (code < kSmallest[extra] || code > 0x10FFFF || surrogate) return kReplacementCharacter;
  at += static_cast<std::size_t>(extra);
  return code;
}

template <class Function>
void for_each_code_point(std::string_view text, Function&& function) {
  for (std::size_t at = 0; at < text.size();) function(next_code_point(text, at));
}

// Code points above 10FFFF, which a Character can hold, become kReplacementCharacter.
inline void append_utf8(std::string& text, std::uint32_t code) {
  const auto put = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (code > 0x10FFFF) code = kReplacementCharacter;
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

}  // namespace banter::heap
