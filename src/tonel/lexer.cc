#include "tonel/lexer.h"

#include <fmt/format.h>

namespace banter::tonel {
namespace {

bool is_white(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

void Lexer::fail(std::size_t begin, std::size_t length, std::string message) const {
  throw Failure{error_at(source_, begin, length, std::move(message))};
}

void Lexer::fail_expected(std::string_view what) const {
  std::size_t end = position_;
  while (end < text_.size() && (is_letter(text_[end]) || is_digit(text_[end]))) ++end;
  if (end == position_ && end < text_.size()) ++end;
  if (at_end()) fail(position_, 0, fmt::format("expected {}, but the text ends here", what));
  fail(position_, end - position_,
       fmt::format("expected {}, not '{}'", what, text(position_, end)));
}

void Lexer::skip_white() {
  while (!at_end() && is_white(text_[position_])) ++position_;
}

void Lexer::skip_blanks() {
  for (skip_white(); peek() == '"'; skip_white()) read_comment();
}

std::string Lexer::read_quoted(char quote, std::string_view what) {
  const std::size_t begin = position_++;
  std::string result;
  for (;;) {
    const std::size_t next = text_.find(quote, position_);
    if (next == std::string_view::npos) {
      fail(begin, 1, fmt::format("the {} that begins here is not closed", what));
    }
    result += text(position_, next);
    position_ = next + 1;
    if (peek() != quote) return result;
    result += quote;
    ++position_;
  }
}

std::string Lexer::read_comment() {
  return read_quoted('"', "comment");
}

std::string Lexer::read_string() {
  return read_quoted('\'', "string");
}

bool Lexer::take(char c) {
  if (at_end() || text_[position_] != c) return false;
  ++position_;
  return true;
}

void Lexer::expect(char c, std::string_view what) {
  if (!take(c)) fail_expected(what);
}

bool Lexer::at_identifier() const {
  return !at_end() && is_letter(text_[position_]);
}

std::string_view Lexer::read_identifier() {
  const std::size_t begin = position_;
  while (!at_end() && (is_letter(text_[position_]) || is_digit(text_[position_]))) ++position_;
  return text(begin, position_);
}

std::string_view Lexer::read_binary() {
  const std::size_t begin = position_;
  while (!at_end() &&
         std::string_view("!%&*+,-/<=>?@\\~|").find(text_[position_]) != std::string_view::npos) {
    ++position_;
  }
  return text(begin, position_);
}

char Lexer::skip_one() {
  switch (peek()) {
    case '"':
      read_comment();
      return ' ';
    case '\'':
      read_string();
      return ' ';
    case '$':
      position_ += at_end() || position_ + 1 == text_.size() ? 1 : 2;
      return ' ';
    default:
      return text_[position_++];
  }
}

void Lexer::skip_to_close(std::size_t begin, std::string_view what) {
  // Only square brackets are counted: the compiler has more to say about the others.
  for (unsigned depth = 1; depth > 0;) {
    if (at_end()) fail(begin, 1, fmt::format("the {} that begins here is not closed", what));
    const char c = skip_one();
    if (c == '[') ++depth;
    if (c == ']') --depth;
  }
}

}  // namespace banter::tonel
