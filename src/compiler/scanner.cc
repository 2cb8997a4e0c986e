#include "compiler/scanner.h"

#include <fmt/format.h>

#include "compiler/number_reader.h"

namespace banter::compiler {

bool is_identifier_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool is_identifier_part(char c) {
  return is_identifier_start(c) || (c >= '0' && c <= '9');
}

bool is_binary_character(char c) {
  return c != '\0' && std::string_view("!%&*+,-/<=>?@\\~|").find(c) != std::string_view::npos;
}

std::size_t utf8_length(std::string_view text, std::size_t position) {
  const auto byte = [&](std::size_t i) {
    return position + i < text.size() ? static_cast<unsigned char>(text[position + i]) : 0U;
  };
  const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned first = byte(0);
  if (first < 0x80) return position < text.size() ? 1 : 0;
  if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = first == 0xED && byte(1) > 0x9F;
    return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool overlong = first == 0xF0 && byte(1) < 0x90;
    const bool too_big = first == 0xF4 && byte(1) > 0x8F;
    return continues(1) && continues(2) && continues(3) && !overlong && !too_big ? 4 : 0;
  }
  return 0;
}

Scanner::Scanner(const SourceText& source) : source_(source), text_(source.text) {
  check_utf8();
  if (text_.substr(0, 3) == "\xEF\xBB\xBF") position_ = 3;
}

void Scanner::fail(std::size_t begin, std::size_t end, std::string message) const {
  throw Failure{error_at(source_, begin, end - begin, std::move(message))};
}

void Scanner::check_utf8() const {
  for (std::size_t i = 0; i < text_.size();) {
    const std::size_t length = utf8_length(text_, i);
    if (length == 0) {
      fail(i, i + 1,
           fmt::format("the byte 0x{:02X} is not UTF-8", static_cast<unsigned char>(text_[i])));
    }
    i += length;
  }
}

void Scanner::skip_blanks() {
  while (!at_end()) {
    const char c = text_[position_];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v') {
      ++position_;
    } else if (c == '"') {
      const std::size_t begin = position_;
      position_ = text_.find('"', position_ + 1);
      if (position_ == std::string_view::npos) {
        position_ = text_.size();
        fail(begin, begin + 1, "the comment that begins here is not closed");
      }
      ++position_;
    } else {
      return;
    }
  }
}

void Scanner::skip_identifier() {
  while (!at_end() && is_identifier_part(text_[position_])) ++position_;
}

// From behind the opening quote to behind the closing one; a doubled quote does not close.
void Scanner::skip_quoted(std::size_t begin, const char* what) {
  for (;;) {
    position_ = text_.find('\'', position_);
    if (position_ == std::string_view::npos) {
      position_ = text_.size();
      fail(begin, begin + 1, fmt::format("the {} that begins here is not closed", what));
    }
    ++position_;
    if (peek() != '\'') return;
    ++position_;
  }
}

void Scanner::skip_code_point() {
  position_ += utf8_length(text_, position_);
}

// Behind `#`, at the first character of a symbol.
void Scanner::scan_hash() {
  if (peek() == '\'') {
    ++position_;
    skip_quoted(token_begin_, "symbol");
  } else if (!at_end() && is_identifier_start(peek())) {
    skip_identifier();
    while (peek() == ':' && peek(1) != '=') {
      ++position_;
      if (!at_end() && is_identifier_start(peek())) skip_identifier();
    }
  } else if (is_binary_character(peek())) {
    while (is_binary_character(peek())) ++position_;
  } else {
    fail(token_begin_, position_ + 1, "a symbol, an array or a byte array must follow '#'");
  }
}

TokenKind Scanner::scan_token() {
  const char c = text_[position_];
  if (is_identifier_start(c)) {
    skip_identifier();
    if (peek() != ':' || peek(1) == '=') return TokenKind::identifier;
    ++position_;
    return TokenKind::keyword;
  }
  if (c >= '0' && c <= '9') {
    const NumberReading reading = read_number(text_, position_, false);
    if (!reading.problem.empty()) fail(position_, reading.end, reading.problem);
    position_ = reading.end;
    return TokenKind::number;
  }
  ++position_;
  switch (c) {
    case '(':
      return TokenKind::open_parenthesis;
    case ')':
      return TokenKind::close_parenthesis;
    case '[':
      return TokenKind::open_bracket;
    case ']':
      return TokenKind::close_bracket;
    case '{':
      return TokenKind::open_brace;
    case '}':
      return TokenKind::close_brace;
    case '.':
      return TokenKind::period;
    case ';':
      return TokenKind::semicolon;
    case '^':
      return TokenKind::caret;
    case ':':
      if (peek() != '=') return TokenKind::colon;
      ++position_;
      return TokenKind::assign;
    case '$':
      if (at_end()) fail(token_begin_, position_, "a character must follow '$'");
      skip_code_point();
      return TokenKind::character;
    case '\'':
      skip_quoted(token_begin_, "string");
      return TokenKind::string;
    case '#':
      while (peek() == '#') ++position_;
      if (peek() == '(' || peek() == '[') {
        ++position_;
        return text_[position_ - 1] == '(' ? TokenKind::array_begin : TokenKind::byte_array_begin;
      }
      scan_hash();
      return TokenKind::symbol;
    default:
      break;
  }
  if (!is_binary_character(c)) {
    fail(token_begin_, position_,
         static_cast<unsigned char>(c) < ' '
             ? fmt::format("the control character {} has no meaning here", static_cast<int>(c))
             : fmt::format("the character '{}' has no meaning here", c));
  }
  while (is_binary_character(peek()) && peek() != '-') ++position_;
  return TokenKind::binary;
}

Token Scanner::next() {
  skip_blanks();
  token_begin_ = position_;
  Token token;
  token.begin = static_cast<std::uint32_t>(position_);
  if (!at_end()) token.kind = scan_token();
  token.end = static_cast<std::uint32_t>(position_);
  token.text = text_.substr(token.begin, token.end - token.begin);
  return token;
}

Literal Scanner::number(const Token& token, bool negative) const {
  NumberReading reading = read_number(text_, token.begin, negative);
  return std::move(reading.literal);
}

char32_t Scanner::character(const Token& token) const {
  const std::string_view bytes = token.text.substr(1);
  const auto first = static_cast<unsigned char>(bytes[0]);
  if (bytes.size() == 1) return first;
  char32_t result = first & (0xFF >> (bytes.size() + 1));
  for (const char c : bytes.substr(1))
    result = result << 6 | (static_cast<unsigned char>(c) & 0x3F);
  return result;
}

std::string Scanner::string(const Token& token) const {
  std::string result;
  const std::string_view inside = token.text.substr(1, token.text.size() - 2);
  result.reserve(inside.size());
  for (std::size_t i = 0; i < inside.size(); ++i) {
    result += inside[i];
    if (inside[i] == '\'') ++i;
  }
  return result;
}

std::string Scanner::symbol(const Token& token) const {
  Token rest = token;
  while (rest.text.front() == '#') rest.text.remove_prefix(1);
  return rest.text.front() == '\'' ? string(rest) : std::string(rest.text);
}

}  // namespace banter::compiler
