#include "abi/tokens.h"

namespace banter::abi {
namespace {

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

}  // namespace

std::vector<Token> tokens_of(std::string_view declaration) {
  std::vector<Token> tokens;
  std::size_t i = 0;
  auto add = [&](TokenKind kind, std::size_t length) {
    tokens.push_back({kind, declaration.substr(i, length), i + 1});
    i += length;
  };
  while (i < declaration.size()) {
    const char c = declaration[i];
    if (is_space(c)) {
      i++;
      continue;
    }
    if (is_word(c) || (c == '-' && i + 1 < declaration.size() && is_digit(declaration[i + 1]))) {
      std::size_t end = i + 1;
      while (end < declaration.size() && is_word(declaration[end])) end++;
      add(is_digit(c) || c == '-' ? TokenKind::number : TokenKind::word, end - i);
      continue;
    }
    if (declaration.substr(i, 3) == "...") {
      add(TokenKind::ellipsis, 3);
      continue;
    }
    add(TokenKind::sign, 1);
  }
  tokens.push_back({TokenKind::end, {}, declaration.size() + 1});
  return tokens;
}

}  // namespace banter::abi
