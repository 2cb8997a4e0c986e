#include "compiler/literal_parser.h"

#include <fmt/format.h>

#include "compiler/parser.h"

namespace banter::compiler {
namespace {

Literal parse_element(TokenStream& tokens, unsigned nesting);

Literal symbol(std::string_view text) {
  return {Symbol{std::string(text)}};
}

// A byte array's value, if `literal` is one.
const std::int64_t* byte_value(const Literal& literal, std::int64_t& value) {
  const auto* integer = std::get_if<Integer>(&literal.value);
  if (integer == nullptr || integer->negative || integer->magnitude.size() > 1) return nullptr;
  value = integer->magnitude.empty() ? 0 : integer->magnitude[0];
  return &value;
}

// Behind `(` or `#(`, up to and with `)`.
Literal parse_array(TokenStream& tokens, const Token& open, unsigned nesting) {
  Literal::Array elements;
  while (!tokens.current().is(TokenKind::close_parenthesis)) {
    if (tokens.current().is(TokenKind::end)) {
      tokens.scanner().fail(open, fmt::format("'{}' is not closed", open.text));
    }
    // An old-style byte array whose elements are no bytes is spliced in as symbols.
    if (tokens.current().is(TokenKind::open_bracket)) {
      tokens.take();
      Literal::Array inside;
      ByteArray bytes;
      while (!tokens.current().is(TokenKind::close_bracket)) {
        if (tokens.current().is(TokenKind::end) ||
            tokens.current().is(TokenKind::close_parenthesis)) {
          tokens.scanner().fail(tokens.current(), "expected ']' in the literal array");
        }
        inside.push_back(parse_element(tokens, nesting + 1));
        std::int64_t value = 0;
        if (byte_value(inside.back(), value) != nullptr) {
          bytes.bytes.push_back(static_cast<std::uint8_t>(value));
        }
      }
      tokens.take();
      if (bytes.bytes.size() == inside.size() && !inside.empty()) {
        elements.push_back({std::move(bytes)});
      } else {
        elements.push_back(symbol("["));
        for (Literal& element : inside) elements.push_back(std::move(element));
        elements.push_back(symbol("]"));
      }
      continue;
    }
    elements.push_back(parse_element(tokens, nesting + 1));
  }
  tokens.take();
  return {std::move(elements)};
}

// Behind `#[`, up to and with `]`.
Literal parse_byte_array(TokenStream& tokens, const Token& open) {
  ByteArray result;
  while (!tokens.current().is(TokenKind::close_bracket)) {
    const Token token = tokens.current();
    if (token.is(TokenKind::end)) tokens.scanner().fail(open, "'#[' is not closed");
    std::int64_t value = 0;
    if (!token.is(TokenKind::number) ||
        byte_value(tokens.scanner().number(token, false), value) == nullptr) {
      tokens.scanner().fail(token, "an element of a byte array must be an integer from 0 to 255");
    }
    result.bytes.push_back(static_cast<std::uint8_t>(value));
    tokens.take();
  }
  tokens.take();
  return {std::move(result)};
}

// Tokens of the kind `kind` that touch each other, as one symbol: `at:put:` and `...`.
Literal joined_symbol(TokenStream& tokens, TokenKind kind) {
  std::string text;
  do {
    text += tokens.take().text;
  } while (tokens.current().is(kind) && tokens.current().begin == tokens.previous_end() &&
           !at_negative_number(tokens));
  return symbol(text);
}

Literal bare_word(const Token& token) {
  if (token.text == "nil") return {Nil{}};
  if (token.text == "true") return {true};
  if (token.text == "false") return {false};
  return symbol(token.text);
}

Literal parse_number(TokenStream& tokens, bool negative) {
  const Token token = tokens.take();
  return tokens.scanner().number(token, negative);
}

// One literal, or a word that only means something inside an array.
Literal parse_element(TokenStream& tokens, unsigned nesting) {
  const Token token = tokens.current();
  const Scanner& scanner = tokens.scanner();
  if (nesting > kMaxNesting) {
    scanner.fail(token, fmt::format("nested more than {} deep", kMaxNesting));
  }
  switch (token.kind) {
    case TokenKind::number:
      return parse_number(tokens, false);
    case TokenKind::character:
      tokens.take();
      return {Character{scanner.character(token)}};
    case TokenKind::string:
      tokens.take();
      return {String{scanner.string(token)}};
    case TokenKind::symbol:
      tokens.take();
      return symbol(scanner.symbol(token));
    case TokenKind::array_begin:
    case TokenKind::open_parenthesis:
      tokens.take();
      return parse_array(tokens, token, nesting);
    case TokenKind::byte_array_begin:
      tokens.take();
      return parse_byte_array(tokens, token);
    case TokenKind::identifier:
      tokens.take();
      return bare_word(token);
    case TokenKind::keyword:
    case TokenKind::period:
      return joined_symbol(tokens, token.kind);
    case TokenKind::binary:
      if (at_negative_number(tokens)) {
        tokens.take();
        return parse_number(tokens, true);
      }
      return joined_symbol(tokens, TokenKind::binary);
    case TokenKind::end:
      scanner.fail(token, "expected a literal, but the text ends here");
    case TokenKind::close_parenthesis:
    case TokenKind::close_bracket:
      scanner.fail(token, fmt::format("expected a literal, not '{}'", token.text));
    default:
      tokens.take();
      return symbol(token.text);
  }
}

}  // namespace

TokenStream::TokenStream(Scanner& scanner) : scanner_(scanner) {
  current_ = scanner_.next();
  next_ = scanner_.next();
}

Token TokenStream::take() {
  const Token result = current_;
  previous_end_ = result.end;
  current_ = next_;
  next_ = scanner_.next();
  return result;
}

bool at_negative_number(const TokenStream& tokens) {
  return tokens.current().is_binary("-") && tokens.next().is(TokenKind::number) &&
         tokens.next().begin == tokens.current().end;
}

Literal parse_literal(TokenStream& tokens, unsigned nesting) {
  const Token token = tokens.current();
  switch (token.kind) {
    case TokenKind::binary:
      if (at_negative_number(tokens)) break;
      [[fallthrough]];
    case TokenKind::open_parenthesis:
    case TokenKind::open_bracket:
    case TokenKind::open_brace:
    case TokenKind::close_brace:
    case TokenKind::colon:
    case TokenKind::assign:
    case TokenKind::period:
    case TokenKind::semicolon:
    case TokenKind::caret:
    case TokenKind::keyword:
      tokens.scanner().fail(token, fmt::format("expected a literal, not '{}'", token.text));
    default:
      break;
  }
  return parse_element(tokens, nesting);
}

}  // namespace banter::compiler
