// tokens.h -- the words and signs of a C declaration, with their columns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace banter::abi {

enum class TokenKind : std::uint8_t { word, number, sign, ellipsis, end };

struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text;   // of the declaration; empty at the end
  std::size_t column = 1;  // from 1

  bool is(std::string_view what) const { return kind != TokenKind::end && text == what; }
};

// Never fails: what C does not know is a sign of one character, which the parser refuses. The
// last token is always of kind `end`. Quotes and # around Smalltalk literals are white space.
std::vector<Token> tokens_of(std::string_view declaration);

}  // namespace banter::abi
