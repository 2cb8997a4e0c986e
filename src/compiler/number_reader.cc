#include "compiler/number_reader.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "compiler/integer.h"

namespace banter::compiler {
namespace {

constexpr std::int64_t kMaxExponent = 10000;  // digits; keeps a typing error from eating the memory

bool is_decimal_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

class NumberReader {
 public:
  NumberReader(std::string_view text, std::size_t begin, bool negative)
      : text_(text), position_(begin), negative_(negative) {}

  NumberReading read() {
    read_integer_part();
    if (!problem_.empty()) return finish(Integer{});
    const bool has_fraction = peek() == '.' && digit_value(peek(1)) < radix_;
    if (has_fraction) {
      ++position_;
      fraction_digits_ = read_digits();
    }
    const bool has_exponent = read_exponent();
    if (!problem_.empty()) return finish(Integer{});
    if (at_scale()) return finish(scaled_decimal());
    if (has_fraction) return finish(floating());
    return finish(has_exponent ? integer_with_exponent() : signed_integer());
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return position_ + ahead < text_.size() ? text_[position_ + ahead] : '\0';
  }

  static std::uint32_t digit_value(char c) {
    if (is_decimal_digit(c)) return static_cast<std::uint32_t>(c - '0');
    if (c >= 'A' && c <= 'Z') return static_cast<std::uint32_t>(c - 'A' + 10);
    if (c >= 'a' && c <= 'z') return static_cast<std::uint32_t>(c - 'a' + 10);
    return 99;
  }

  // Adds digits to the value; an underscore between two digits only separates them.
  std::uint32_t read_digits() {
    std::uint32_t count = 0;
    for (;;) {
      const std::size_t skip = peek() == '_' && count > 0 ? 1 : 0;
      const std::uint32_t digit = digit_value(peek(skip));
      if (digit >= radix_) return count;
      multiply_add(value_, radix_, digit);
      decimal_text_ += peek(skip);
      position_ += skip + 1;
      ++count;
    }
  }

  void read_integer_part() {
    read_digits();
    if (peek() != 'r') return;
    const bool signed_digits = peek(1) == '-';
    const char first = peek(signed_digits ? 2 : 1);
    // `12 raise` without the blank is two words; only digits or letters of a radix make a radix.
    if (!value_.is_small() || value_.small_value() < 2 || value_.small_value() > 36) {
      if (is_decimal_digit(first) || (first >= 'A' && first <= 'Z')) {
        problem_ = "a radix must be between 2 and 36";
      }
      return;
    }
    const auto radix = static_cast<std::uint32_t>(value_.small_value());
    if (digit_value(first) >= radix) {
      if (is_decimal_digit(first) || (first >= 'A' && first <= 'Z')) {
        problem_ = fmt::format("'{}' is not a digit in radix {}", first, radix);
      }
      return;
    }
    radix_ = radix;
    position_ += signed_digits ? 2 : 1;
    if (signed_digits) negative_ = !negative_;
    value_ = Integer{};
    read_digits();
  }

  bool read_exponent() {
    if (peek() != 'e' && peek() != 'd' && peek() != 'q') return false;
    const bool negative = peek(1) == '-';
    std::size_t digits = position_ + (negative ? 2 : 1);
    if (digits >= text_.size() || !is_decimal_digit(text_[digits])) return false;
    std::int64_t exponent = 0;
    for (; digits < text_.size() && is_decimal_digit(text_[digits]); ++digits) {
      if (exponent <= kMaxExponent) exponent = exponent * 10 + (text_[digits] - '0');
    }
    position_ = digits;
    if (exponent > kMaxExponent) {
      problem_ = fmt::format("an exponent must not be greater than {}", kMaxExponent);
    }
    exponent_ = static_cast<std::int32_t>(negative ? -exponent : exponent);
    return true;
  }

  // `s` and digits, or a lone `s`; a word that begins with s is something else.
  bool at_scale() const {
    if (peek() != 's') return false;
    return is_decimal_digit(peek(1)) || (!is_letter(peek(1)) && peek(1) != '_' && peek(1) != ':' &&
                                         static_cast<unsigned char>(peek(1)) < 0x80);
  }

  Literal scaled_decimal() {
    ++position_;
    std::uint32_t scale = fraction_digits_;
    if (is_decimal_digit(peek())) {
      scale = 0;
      for (; is_decimal_digit(peek()); ++position_) {
        if (scale <= kMaxExponent) scale = scale * 10 + static_cast<std::uint32_t>(peek() - '0');
      }
      if (scale > kMaxExponent) problem_ = "the scale of a decimal is too big";
    }
    ScaledDecimal result;
    result.scale = scale;
    split(result.numerator, result.denominator);
    return {result};
  }

  // The exact value as a reduced fraction.
  void split(Integer& numerator, Integer& denominator) const {
    numerator = value_;
    denominator = Integer::from(1);
    const std::int64_t exponent = std::int64_t{exponent_} - fraction_digits_;
    Integer& scaled = exponent >= 0 ? numerator : denominator;
    for (std::int64_t i = 0; i < std::abs(exponent); ++i) multiply_add(scaled, radix_, 0);
    reduce(numerator, denominator, radix_);
    numerator.negative = negative_ && !numerator.magnitude.empty();
  }

  Literal integer_with_exponent() const {
    Fraction result;
    split(result.numerator, result.denominator);
    if (result.denominator == Integer::from(1)) return {result.numerator};
    return {result};
  }

  Literal signed_integer() const {
    Integer result = value_;
    result.negative = negative_ && !result.magnitude.empty();
    return {result};
  }

  Literal floating() {
    double result = 0;
    if (radix_ == 10) {
      std::string text = decimal_text_;
      text.insert(text.size() - fraction_digits_, ".");
      text += fmt::format("e{}", exponent_);
      const auto parsed = std::from_chars(text.data(), text.data() + text.size(), result);
      // Out of range is too big, or so small that it is zero.
      if (parsed.ec == std::errc::result_out_of_range && exponent_ < 0) result = 0;
      if (parsed.ec == std::errc::result_out_of_range && exponent_ >= 0) result = HUGE_VAL;
    } else {
      result =
          scaled_to_double(value_, radix_, exponent_ - static_cast<std::int32_t>(fraction_digits_));
    }
    if (std::isinf(result)) problem_ = "the number is too big for a Float";
    return {negative_ ? -result : result};
  }

  NumberReading finish(Literal literal) {
    return {std::move(literal), position_, std::move(problem_)};
  }
  NumberReading finish(Integer literal) { return finish(Literal{std::move(literal)}); }

  std::string_view text_;
  std::size_t position_;
  bool negative_;
  std::uint32_t radix_ = 10;
  Integer value_;             // all digits, the fraction's too
  std::string decimal_text_;  // the same as text; used in radix 10 only
  std::uint32_t fraction_digits_ = 0;
  std::int32_t exponent_ = 0;
  std::string problem_;
};

}  // namespace

NumberReading read_number(std::string_view text, std::size_t begin, bool negative) {
  return NumberReader(text, begin, negative).read();
}

}  // namespace banter::compiler
