#include "tonel/ston.h"

namespace banter::tonel {
namespace {

constexpr unsigned kMaxNesting = 50;

Ston read_value(Lexer& lexer, unsigned nesting);

std::string read_key_or_text(Lexer& lexer) {
  if (lexer.take('#') && lexer.peek() != '\'') {
    std::string symbol;
    while (lexer.at_identifier() || (lexer.peek() == ':' && !symbol.empty())) {
      if (lexer.take(':')) {
        symbol += ':';
      } else {
        symbol += lexer.read_identifier();
      }
    }
    if (symbol.empty()) symbol = lexer.read_binary();
    if (symbol.empty()) lexer.fail_expected("a symbol");
    return symbol;
  }
  if (lexer.peek() != '\'') lexer.fail_expected("a symbol or a string");
  return lexer.read_string();
}

void read_list(Lexer& lexer, Ston& result, unsigned nesting) {
  result.kind = StonKind::list;
  for (;;) {
    lexer.skip_blanks();
    if (lexer.take(']')) return;
    result.elements.push_back(read_value(lexer, nesting + 1));
    lexer.skip_blanks();
    if (lexer.peek() != ']') lexer.expect(',', "',' or ']' in the list");
  }
}

void read_map(Lexer& lexer, Ston& result, unsigned nesting) {
  result.kind = StonKind::map;
  for (;;) {
    lexer.skip_blanks();
    if (lexer.take('}')) return;
    std::string key = read_key_or_text(lexer);
    // `#name:` without a blank reads as a keyword symbol.
    if (!key.empty() && key.back() == ':') {
      key.pop_back();
    } else {
      lexer.skip_blanks();
      lexer.expect(':', "':' behind the key");
    }
    result.keys.push_back(std::move(key));
    result.elements.push_back(read_value(lexer, nesting + 1));
    lexer.skip_blanks();
    if (lexer.peek() != '}') lexer.expect(',', "',' or '}' in the definition");
  }
}

Ston read_value(Lexer& lexer, unsigned nesting) {
  lexer.skip_blanks();
  Ston result;
  result.begin = lexer.position();
  if (nesting > kMaxNesting) lexer.fail(result.begin, 1, "nested too deeply");
  if (lexer.take('[')) {
    read_list(lexer, result, nesting);
  } else if (lexer.take('{')) {
    read_map(lexer, result, nesting);
  } else if (lexer.at_identifier() || (lexer.peek() >= '0' && lexer.peek() <= '9')) {
    result.kind = StonKind::word;
    result.text = lexer.read_identifier();
  } else {
    result.text = read_key_or_text(lexer);
  }
  result.end = lexer.position();
  return result;
}

}  // namespace

Ston read_ston(Lexer& lexer) {
  return read_value(lexer, 0);
}

}  // namespace banter::tonel
