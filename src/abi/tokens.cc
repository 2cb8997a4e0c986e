#include "abi/tokens.h"

#include <algorithm>
#include <array>

namespace banter::abi {
namespace {

constexpr std::array<std::string_view, 13> kDirectives = {
    "pragma", "include", "define", "undef", "if",    "ifdef",  "ifndef",
    "elif",   "else",    "endif",  "line",  "error", "warning"};

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v' || c == '#' ||
         c == '\'';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c);
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::vector<Token> run() {
    while (at_ < text_.size()) next();
    tokens_.push_back({TokenKind::end, {}, text_.size()});
    return std::move(tokens_);
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  void add(TokenKind kind, std::size_t length) {
    tokens_.push_back({kind, text_.substr(at_, length), at_});
    at_ += length;
  }

  void next() {
    const char c = peek();
    if (c == '\n') line_is_empty_ = true;
    if (c == '#' && line_is_empty_ && is_directive()) return add(TokenKind::directive, line());
    if (is_space(c)) {
      if (c == '#' || c == '\'') line_is_empty_ = false;
      at_++;
      return;
    }
    if (skip_comment()) return;
    line_is_empty_ = false;
    if (is_word(c) || (c == '-' && is_digit(peek(1)))) {
      std::size_t length = 1;
      while (is_word(peek(length))) length++;
      return add(is_digit(c) || c == '-' ? TokenKind::number : TokenKind::word, length);
    }
    if (text_.substr(at_, 3) == "...") return add(TokenKind::ellipsis, 3);
    const std::size_t length = c == '"' ? string_length() : 0;
    length > 0 ? add(TokenKind::string, length) : add(TokenKind::sign, 1);
  }

  bool skip_comment() {
    if (peek() != '/' || (peek(1) != '/' && peek(1) != '*')) return false;
    const bool block = peek(1) == '*';
    const std::size_t end = text_.find(block ? "*/" : "\n", at_ + 2);
    at_ = end == text_.npos ? text_.size() : end + (block ? 2 : 0);
    return true;
  }

  bool is_directive() const {
    std::size_t begin = at_ + 1;
    while (begin < text_.size() && (text_[begin] == ' ' || text_[begin] == '\t')) begin++;
    std::size_t end = begin;
    while (end < text_.size() && is_word(text_[end])) end++;
    return std::ranges::find(kDirectives, text_.substr(begin, end - begin)) != kDirectives.end();
  }

  // How long the line from here is; a backslash at its end adds the next.
  std::size_t line() const {
    std::size_t end = at_;
    while (end < text_.size() && (text_[end] != '\n' || text_[end - 1] == '\\')) end++;
    return end - at_;
  }

  // With both quotes; 0 when the line ends first.
  std::size_t string_length() {
    if (at_ < no_string_before_) return 0;
    std::size_t i = at_ + 1;
    for (; i < text_.size() && text_[i] != '\n'; i++) {
      if (text_[i] == '\\') {
        i++;
      } else if (text_[i] == '"') {
        return i + 1 - at_;
      }
    }
    no_string_before_ = i;
    return 0;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool line_is_empty_ = true;
  std::size_t no_string_before_ = 0;  // a quote before this is not closed: no line is read twice
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokens_of(std::string_view declaration) {
  return Scanner(declaration).run();
}

std::vector<Token> tokens_of_directive(const Token& directive) {
  std::vector<Token> tokens = tokens_of(directive.text.substr(1));
  for (Token& each : tokens) each.at += directive.at + 1;
  return tokens;
}

}  // namespace banter::abi
