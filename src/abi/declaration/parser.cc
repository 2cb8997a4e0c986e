// parser.cc -- tokens one by one, and how a refusal is worded.
#include "abi/declaration/parser.h"

#include <fmt/core.h>

#include <algorithm>

namespace banter::abi::declaration {
namespace {

constexpr std::size_t kMostOfALine = 160;  // longer ones are quoted around the place

}  // namespace

std::string line_of(std::string_view text, std::size_t at) {
  at = std::min(at, text.size());
  std::size_t begin = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;  // npos + 1 is 0
  const std::size_t end = std::min(text.find('\n', at), text.size());
  if (end - begin <= kMostOfALine) return std::string(text.substr(begin, end - begin));
  begin = std::max(begin, at - std::min(at, kMostOfALine / 2));
  const std::size_t length = std::min(end - begin, kMostOfALine);
  return fmt::format("... {} ...", text.substr(begin, length));
}

std::string place_of(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, std::min(at, text.size()));
  const std::size_t line = static_cast<std::size_t>(std::ranges::count(before, '\n')) + 1;
  const std::size_t column = before.size() - (before.rfind('\n') + 1) + 1;
  if (text.find('\n') == text.npos) return fmt::format("column {}", column);
  return fmt::format("{}:{}", line, column);
}

Parser::Parser(std::string_view text, AbiName abi, Lookup& lookup, int depth)
    : text_(text), tokens_(tokens_of(text)), abi_(abi), lookup_(lookup), depth_(depth) {}

Parser::Nesting::Nesting(Parser& parser) : parser_(parser) {
  if (parser_.depth_ >= kDeepest) {
    parser_.reject(parser_.token().at, fmt::format("nested more than {} deep", kDeepest));
  }
  parser_.depth_++;
}

const Token& Parser::ahead(std::size_t by) const {
  return tokens_[std::min(position_ + by, tokens_.size() - 1)];
}

void Parser::advance() {
  if (!at_end()) position_++;
}

bool Parser::accept(std::string_view sign) {
  if (!token().is(sign)) return false;
  advance();
  return true;
}

bool Parser::accept_pair(std::string_view signs) {
  if (!token().is(signs.substr(0, 1)) || !ahead().is(signs.substr(1))) return false;
  if (ahead().at != token().at + 1) return false;
  advance();
  advance();
  return true;
}

void Parser::expect(std::string_view sign) {
  if (!accept(sign)) refuse(fmt::format("'{}'", sign));
}

void Parser::expect_end() {
  while (accept(";") || token().kind == TokenKind::directive) {
    if (token().kind == TokenKind::directive) directive();
  }
  if (!at_end()) refuse("the end of the declaration");
}

void Parser::skip_balanced() {
  int open = 0;
  do {
    if (at_end()) refuse("a closing sign");
    if (token().is("(") || token().is("[") || token().is("{")) open++;
    if (token().is(")") || token().is("]") || token().is("}")) open--;
    advance();
  } while (open > 0);
}

std::string Parser::quoted_token() const {
  if (at_end()) return "the end";
  if (token().text.size() > kMostOfALine) return "a long line";
  const auto first = static_cast<unsigned char>(token().text.front());
  if (first < ' ' || first > '~') return fmt::format("byte 0x{:02x}", first);
  return fmt::format("'{}'", token().text);
}

void Parser::refuse_at(std::size_t at, std::string_view expected, std::string_view found) const {
  throw Refusal{fmt::format("{}: expected {}, found {} in '{}'", place_of(text_, at), expected,
                            found, line_of(text_, at))};
}

void Parser::refuse(std::string_view expected) const {
  refuse_at(token().at, expected, quoted_token());
}

void Parser::reject(std::size_t at, std::string_view what) const {
  throw Refusal{fmt::format("{}: {} in '{}'", place_of(text_, at), what, line_of(text_, at))};
}

}  // namespace banter::abi::declaration
