// constants.cc -- constant expressions: sizes of arrays, widths of bit-fields, enumerators.
// [C11 6.6]
//
// Numbers are int, unsigned int, or 64 bits wide, signed or not, and are converted as C does before
// they meet. [C11 6.3.1.8] That suffices: no ABI here has an integer of another width above int.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "abi/declaration/parser.h"

namespace banter::abi::declaration {
namespace {

struct BinarySign {
  std::string_view sign;
  int strength;
};
// Two-letter signs first, so that `<<` is not taken for `<`.
constexpr std::array<BinarySign, 18> kBinarySigns = {{{"||", 1},
                                                      {"&&", 2},
                                                      {"==", 6},
                                                      {"!=", 6},
                                                      {"<=", 7},
                                                      {">=", 7},
                                                      {"<<", 8},
                                                      {">>", 8},
                                                      {"|", 3},
                                                      {"^", 4},
                                                      {"&", 5},
                                                      {"<", 7},
                                                      {">", 7},
                                                      {"+", 9},
                                                      {"-", 9},
                                                      {"*", 10},
                                                      {"/", 10},
                                                      {"%", 10}}};
constexpr int kSum = 9;

std::int64_t as_signed(const Constant& value) {
  return static_cast<std::int64_t>(value.bits);
}

// The bits as a number of that type.
Constant converted(std::uint64_t bits, bool is_wide, bool is_unsigned) {
  if (!is_wide) {
    const auto low = static_cast<std::uint32_t>(bits);
    bits = is_unsigned ? low : static_cast<std::uint64_t>(static_cast<std::int32_t>(low));
  }
  return {bits, is_wide, is_unsigned};
}

Constant truth(bool value) {
  return {value ? 1u : 0u, false, false};
}

bool fits(std::int64_t value, bool is_wide) {
  return is_wide || (value >= INT32_MIN && value <= INT32_MAX);
}

// + - * of two signed numbers of one type; nothing when the result does not fit it.
std::optional<std::int64_t> signed_result(char sign, const Constant& left, const Constant& right) {
  std::int64_t result = 0;
  const std::int64_t a = as_signed(left);
  const std::int64_t b = as_signed(right);
  const bool overflows = sign == '+'   ? __builtin_add_overflow(a, b, &result)
                         : sign == '-' ? __builtin_sub_overflow(a, b, &result)
                                       : __builtin_mul_overflow(a, b, &result);
  if (overflows || !fits(result, left.is_wide)) return std::nullopt;
  return result;
}

}  // namespace

Constant Parser::constant() {
  const Nesting nesting(*this);
  const Constant condition = binary(1);
  if (!accept("?")) return condition;
  const Constant yes = constant();
  expect(":");
  const Constant no = constant();
  return condition.bits != 0 ? yes : no;
}

Constant Parser::binary(int weakest) {
  Constant left = unary();
  for (;;) {
    const std::size_t at = token().at;
    // `4-2` reads as the numbers 4 and -2.
    if (token().kind == TokenKind::number && token().text[0] == '-' && weakest <= kSum) {
      left = applied("+", left, binary(kSum + 1), at);
      continue;
    }
    const auto entry = std::ranges::find_if(kBinarySigns, [&](const BinarySign& each) {
      if (each.sign.size() == 1) return token().is(each.sign);
      return token().is(each.sign.substr(0, 1)) && ahead().is(each.sign.substr(1)) &&
             ahead().at == at + 1;
    });
    if (entry == kBinarySigns.end() || entry->strength < weakest) return left;
    for (std::size_t i = 0; i < entry->sign.size(); i++) advance();
    left = applied(entry->sign, left, binary(entry->strength + 1), at);
  }
}

Constant Parser::applied(std::string_view sign, Constant left, Constant right,
                         std::size_t at) const {
  if (sign == "||") return truth(left.bits || right.bits);
  if (sign == "&&") return truth(left.bits && right.bits);
  if (sign == "<<" || sign == ">>") {
    if (right.bits >= (left.is_wide ? 64u : 32u)) reject(at, "a shift by too many bits");
    if (sign == "<<") {
      return converted(left.bits << right.bits, left.is_wide, left.is_unsigned);
    }
    const std::uint64_t bits = left.is_unsigned
                                   ? left.bits >> right.bits
                                   : static_cast<std::uint64_t>(as_signed(left) >> right.bits);
    return converted(bits, left.is_wide, left.is_unsigned);
  }
  const bool is_wide = left.is_wide || right.is_wide;
  const bool is_unsigned = (left.is_unsigned && left.is_wide == is_wide) ||
                           (right.is_unsigned && right.is_wide == is_wide);
  left = converted(left.bits, is_wide, is_unsigned);
  right = converted(right.bits, is_wide, is_unsigned);
  const std::uint64_t a = left.bits;
  const std::uint64_t b = right.bits;
  const bool less = is_unsigned ? a < b : as_signed(left) < as_signed(right);
  if (sign == "==") return truth(a == b);
  if (sign == "!=") return truth(a != b);
  if (sign == "<") return truth(less);
  if (sign == ">=") return truth(!less);
  if (sign == ">") return truth(!less && a != b);
  if (sign == "<=") return truth(less || a == b);
  const auto answer = [&](std::uint64_t bits) { return converted(bits, is_wide, is_unsigned); };
  if (sign == "|") return answer(a | b);
  if (sign == "&") return answer(a & b);
  if (sign == "^") return answer(a ^ b);
  if (sign == "/" || sign == "%") {
    if (b == 0) reject(at, "a division by 0");
    if (is_unsigned) return answer(sign == "/" ? a / b : a % b);
    if (as_signed(right) == -1) {  // the one quotient that may not fit
      if (sign == "%") return answer(0);
      return applied("-", {0, is_wide, false}, left, at);
    }
    return answer(static_cast<std::uint64_t>(sign == "/" ? as_signed(left) / as_signed(right)
                                                         : as_signed(left) % as_signed(right)));
  }
  if (is_unsigned) return answer(sign == "+" ? a + b : sign == "-" ? a - b : a * b);
  const auto result = signed_result(sign[0], left, right);
  if (!result) reject(at, fmt::format("a number that does not fit {} bits", is_wide ? 64 : 32));
  return answer(static_cast<std::uint64_t>(*result));
}

Constant Parser::unary() {
  const Nesting nesting(*this);
  const std::size_t at = token().at;
  if (accept("+")) return unary();
  if (accept("-")) return applied("-", {}, unary(), at);
  if (accept("~")) {
    const Constant value = unary();
    return converted(~value.bits, value.is_wide, value.is_unsigned);
  }
  if (accept("!")) return truth(unary().bits == 0);
  return primary();
}

Constant Parser::primary() {
  if (token().is("(")) return parenthesized();
  if (token().kind == TokenKind::number) return number();
  if (auto letter = character()) {
    advance();
    return *letter;
  }
  if (!at_word()) refuse("a number");
  if (accept("sizeof")) return size_question(false);
  if (accept("_Alignof") || accept("alignof") || accept("__alignof__")) return size_question(true);
  const auto known = scope_.enumerators.find(token().text);
  if (known == scope_.enumerators.end()) refuse("a number");
  advance();
  return known->second;
}

// An expression in parentheses, or a cast to an integer type.
Constant Parser::parenthesized() {
  expect("(");
  if (!is_type_word(token()) || scope_.enumerators.contains(token().text)) {
    const Constant inside = constant();
    expect(")");
    return inside;
  }
  const std::size_t at = token().at;
  const Specifiers base = specifiers();
  const CType type = value(derived(base, declarator()), false);
  expect(")");
  if (!is_integral(type.value) || type.size > Bytes{8}) {
    reject(at, fmt::format("a cast to {}", type.spelling));
  }
  const Constant operand = unary();
  const bool is_unsigned = !is_signed(type.value);
  const bool is_wide = type.size == Bytes{8};
  if (type.value == ValueKind::boolean) return truth(operand.bits != 0);
  if (type.size >= Bytes{4}) return converted(operand.bits, is_wide, is_unsigned);
  const std::uint32_t unused = 64 - 8 * type.size.count;  // bits; promoted to int after the cast
  const std::uint64_t high = operand.bits << unused;
  return {is_unsigned ? high >> unused
                      : static_cast<std::uint64_t>(static_cast<std::int64_t>(high) >> unused),
          false, false};
}

// [C11 6.4.4.1 p5: which type a literal has]
Constant Parser::number() {
  std::string_view text = token().text;
  const std::size_t at = token().at;
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) base = 16;
  if (text.starts_with("0b") || text.starts_with("0B")) base = 2;
  if (base != 10) {
    text.remove_prefix(2);
  } else if (text.size() > 1 && text[0] == '0') {
    base = 8;
  }
  std::uint64_t bits = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), bits, base);
  const std::string_view suffix = text.substr(static_cast<std::size_t>(read.ptr - text.data()));
  const auto u = std::ranges::count_if(suffix, [](char c) { return c == 'u' || c == 'U'; });
  const auto l = std::ranges::count_if(suffix, [](char c) { return c == 'l' || c == 'L'; });
  const bool all = static_cast<std::size_t>(u + l) == suffix.size() && u <= 1 && l <= 2;
  if (read.ec != std::errc() || !all || text.empty()) refuse("a whole number below 2^64");
  advance();
  const bool long_is_wide = data_model(abi_).long_integer == Bytes{8};
  const bool may_be_unsigned = u > 0 || base != 10;
  Constant value{bits, l == 2 || (l == 1 && long_is_wide), u > 0};
  if (!value.is_wide && bits > INT32_MAX) {
    if (may_be_unsigned && bits <= UINT32_MAX) {
      value.is_unsigned = true;
    } else {
      value.is_wide = true;
    }
  }
  if (value.is_wide && bits > INT64_MAX) {
    if (!may_be_unsigned) reject(at, "a number that does not fit 64 bits");
    value.is_unsigned = true;
  }
  return negative ? applied("-", {}, value, at) : value;
}

// After sizeof or _Alignof: a type in parentheses. The answer is a size_t.
Constant Parser::size_question(bool of_alignment) {
  expect("(");
  const Specifiers base = specifiers();
  const CType type = value(derived(base, declarator()), false);
  expect(")");
  const bool is_wide = data_model(abi_).pointer == Bytes{8};
  return {of_alignment ? type.alignment.count : type.size.count, is_wide, true};
}

// 'a': the tokens leave quotes out, because Smalltalk puts them around words. One letter or digit.
std::optional<Constant> Parser::character() const {
  const Token& letter = token();
  if (letter.text.size() != 1 || letter.at == 0 || letter.at + 1 >= text_.size()) {
    return std::nullopt;
  }
  if (text_[letter.at - 1] != '\'' || text_[letter.at + 1] != '\'') return std::nullopt;
  return Constant{static_cast<std::uint8_t>(letter.text[0]), false, false};
}

}  // namespace banter::abi::declaration
