// literal_parser.h -- literals, alone and inside literal arrays and pragmas.
//
// Inside `#( )` bare words are symbols, parentheses are arrays and every other word that has no
// meaning as a literal is a symbol too, so that C declarations can stand there:
// `#(int printf(const char *fmt, ...))`. Square brackets make a byte array if they hold only bytes,
// and are the symbols `[` and `]` otherwise.
#pragma once

#include "compiler/scanner.h"

namespace banter::compiler {

// The scanner with two tokens of sight.
class TokenStream {
 public:
  explicit TokenStream(Scanner& scanner);

  const Token& current() const { return current_; }
  const Token& next() const { return next_; }
  // Answers the current token and goes on.
  Token take();
  // Where the token before the current one ends.
  std::uint32_t previous_end() const { return previous_end_; }
  Scanner& scanner() const { return scanner_; }

 private:
  Scanner& scanner_;
  Token current_;
  Token next_;
  std::uint32_t previous_end_ = 0;
};

// Whether a minus sign and a number that touches it come next.
bool at_negative_number(const TokenStream& tokens);

// Reads one literal; `nesting` counts what is open around it. A bare word is what it is in a
// literal array. Throws Failure.
Literal parse_literal(TokenStream& tokens, unsigned nesting);

}  // namespace banter::compiler
