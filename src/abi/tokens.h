// tokens.h -- the words and signs of C declarations, with their places.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace banter::abi {

enum class TokenKind : std::uint8_t {
  word,
  number,
  sign,
  ellipsis,
  string,     // "C", quotes included
  directive,  // a line of the preprocessor, from its #; the lines it goes on in included
  end,
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text;  // of the declaration; empty at the end
  std::size_t at = 0;     // of the first byte, from 0

  bool is(std::string_view what) const { return kind != TokenKind::end && text == what; }
};

// Never fails: what C does not know is a sign of one character, which the parser refuses. The
// last token is always of kind `end`. Comments are white space, and so are quotes and # around
// Smalltalk literals; a # that begins a line and a word of the preprocessor is a directive.
std::vector<Token> tokens_of(std::string_view declaration);

// The words and signs of a directive, its # left out.
std::vector<Token> tokens_of_directive(const Token& directive);

}  // namespace banter::abi
