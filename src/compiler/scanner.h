// scanner.h -- characters to tokens.
//
// A minus sign always begins a token of its own, so that `3-4`, `3 - -4` and `x<-1` mean what they
// say; whether it belongs to a number is the parser's decision.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/source_text.h"
#include "compiler/code.h"

namespace banter::compiler {

enum class TokenKind : std::uint8_t {
  end,
  identifier,        // foo
  keyword,           // foo:
  binary,            // + -> |
  number,            // 12 16rFF 1.5e3, without a sign
  character,         // $a
  string,            // 'it''s'
  symbol,            // #foo #foo:bar: #+ #'a b'
  array_begin,       // #(
  byte_array_begin,  // #[
  open_parenthesis,
  close_parenthesis,
  open_bracket,
  close_bracket,
  open_brace,
  close_brace,
  colon,
  assign,  // :=
  period,
  semicolon,
  caret,
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::uint32_t begin = 0;  // bytes from the beginning of the source
  std::uint32_t end = 0;
  std::string_view text;

  bool is(TokenKind other) const { return kind == other; }
  bool is_binary(std::string_view selector) const {
    return kind == TokenKind::binary && text == selector;
  }
};

// A mistake in the source, thrown and caught inside the compiler only.
struct Failure {
  SourceError error;
};

class Scanner {
 public:
  // Throws Failure if the text is not UTF-8.
  explicit Scanner(const SourceText& source);

  // Each throws Failure at a character that begins no token, or at a token that does not end.
  Token next();

  // The values of tokens.
  Literal number(const Token& token, bool negative) const;
  char32_t character(const Token& token) const;
  std::string string(const Token& token) const;
  std::string symbol(const Token& token) const;

  const SourceText& source() const { return source_; }
  [[noreturn]] void fail(std::size_t begin, std::size_t end, std::string message) const;
  [[noreturn]] void fail(const Token& token, std::string message) const {
    fail(token.begin, token.end, std::move(message));
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return position_ + ahead < text_.size() ? text_[position_ + ahead] : '\0';
  }
  bool at_end() const { return position_ >= text_.size(); }
  void check_utf8() const;
  void skip_blanks();
  void skip_identifier();
  void skip_quoted(std::size_t begin, const char* what);
  void skip_code_point();
  void scan_hash();
  TokenKind scan_token();

  const SourceText& source_;
  std::string_view text_;
  std::size_t position_ = 0;
  std::size_t token_begin_ = 0;
};

// Characters that begin and continue identifiers; every byte of a non-ASCII character does both.
bool is_identifier_start(char c);
bool is_identifier_part(char c);
bool is_binary_character(char c);

// The length of the UTF-8 sequence that begins at `position`, or 0 if it is none.
std::size_t utf8_length(std::string_view text, std::size_t position);

}  // namespace banter::compiler
