#include "primitives/big_integer.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace banter::primitives {
namespace {

constexpr std::uint64_t kDoubleBits = 53;
constexpr std::size_t kPlainDigits = 512;  // more digits than this are split in halves first

// base^exponent.
BigInteger power(unsigned base, std::size_t exponent) {
  return boost::multiprecision::pow(BigInteger(base), static_cast<unsigned>(exponent));
}

char digit_character(unsigned digit) {
  return static_cast<char>(digit < 10 ? '0' + digit : 'A' + (digit - 10));
}

// -1 for a character that is no digit of any base.
int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'z') return c - 'a' + 10;
  if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
  return -1;
}

// The largest power of `base` below 2^63 and its exponent.
struct Chunk {
  std::uint64_t power;
  unsigned digits;
};
Chunk chunk_of(unsigned base) {
  Chunk chunk{1, 0};
  while (chunk.power <= (std::uint64_t{1} << 62) / base) {
    chunk.power *= base;
    ++chunk.digits;
  }
  return chunk;
}

// Appends the digits of `value` (not negative), at least `width` of them, by repeated division.
void append_plain_digits(std::string& text, BigInteger value, unsigned base, std::size_t width) {
  const Chunk chunk = chunk_of(base);
  std::string reversed;
  while (value != 0) {
    BigInteger quotient;
    BigInteger rest;
    boost::multiprecision::divide_qr(value, BigInteger(chunk.power), quotient, rest);
    auto part = static_cast<std::uint64_t>(rest);
    for (unsigned i = 0; i < chunk.digits && (part != 0 || quotient != 0); ++i) {
      reversed += digit_character(static_cast<unsigned>(part % base));
      part /= base;
    }
    value = std::move(quotient);
  }
  if (reversed.size() < width) reversed.append(width - reversed.size(), '0');
  text.append(reversed.rbegin(), reversed.rend());
}

std::size_t digits_at_most(const BigInteger& value, unsigned base) {
  return static_cast<std::size_t>(static_cast<double>(bit_length(value)) / std::log2(base)) + 1;
}

// The same for any size: splits at a power of the base, so that the cost is that of a few large
// divisions instead of one per digit.
void append_digits(std::string& text, const BigInteger& value, unsigned base, std::size_t width) {
  const std::size_t digits = digits_at_most(value, base);
  if (digits <= kPlainDigits) return append_plain_digits(text, value, base, width);
  const std::size_t low_digits = digits / 2;
  BigInteger high;
  BigInteger low;
  boost::multiprecision::divide_qr(value, power(base, low_digits), high, low);
  append_digits(text, high, base, width > low_digits ? width - low_digits : 0);
  append_digits(text, low, base, low_digits);
}

BigInteger parse_digits(std::string_view digits, unsigned base) {
  if (digits.size() > kPlainDigits) {
    const std::size_t low = digits.size() / 2;
    return parse_digits(digits.substr(0, digits.size() - low), base) * power(base, low) +
           parse_digits(digits.substr(digits.size() - low), base);
  }
  const Chunk chunk = chunk_of(base);
  BigInteger value;
  for (std::size_t at = 0; at < digits.size();) {
    const std::size_t count = std::min<std::size_t>(chunk.digits, digits.size() - at);
    std::uint64_t part = 0;
    std::uint64_t scale = 1;
    for (std::size_t i = 0; i < count; ++i) {
      part = part * base + static_cast<unsigned>(digit_value(digits[at + i]));
      scale *= base;
    }
    value = value * scale + part;
    at += count;
  }
  return value;
}

}  // namespace

std::optional<BigInteger> big_integer(Oop oop) {
  if (oop.is_small_int()) return BigInteger(oop.as_int());
  if (!is_large_integer(oop) || !is_byte_object(oop)) return std::nullopt;
  const Object& object = *oop.as_object();
  BigInteger value;
  if (object.byte_count() == 0) return value;  // import_bits needs one byte
  import_bits(value, object.bytes(), object.bytes() + object.byte_count(), 8, false);
  if (object.class_index() == ClassIndex::kLargeNegativeInteger) value = -value;
  return value;
}

Oop make_integer(Mutator& mutator, const BigInteger& value) {
  const std::uint64_t bits = bit_length(value);
  if (bits <= 62) return mutator.new_integer(static_cast<std::int64_t>(value));
  const auto size = static_cast<std::size_t>((bits + 7) / 8);
  const ClassIndex index =
      value < 0 ? ClassIndex::kLargeNegativeInteger : ClassIndex::kLargePositiveInteger;
  Object* large = mutator.new_bytes(index, size);
  export_bits(value, large->bytes(), 8, false);
  return large->oop();
}

std::uint64_t bit_length(const BigInteger& value) {
  return value == 0 ? 0 : msb(value < 0 ? BigInteger(-value) : value) + 1;
}

double nearest_double(const BigInteger& value) {
  return nearest_double(value, BigInteger(1));
}

double nearest_double(const BigInteger& numerator, const BigInteger& denominator) {
  if (numerator == 0) return 0.0;
  const BigInteger magnitude = boost::multiprecision::abs(numerator);
  const auto numerator_bits = static_cast<std::int64_t>(bit_length(magnitude));
  const auto denominator_bits = static_cast<std::int64_t>(bit_length(denominator));
  // Scaled by 2^shift the quotient has 54 or 55 bits; one more bit remembers a remainder.
  std::int64_t shift =
      static_cast<std::int64_t>(kDoubleBits) + 1 - (numerator_bits - denominator_bits);
  // Not more bits than a subnormal result keeps: it is rounded once only.
  shift = std::min<std::int64_t>(shift, 1074 + 2);
  BigInteger scaled_numerator = magnitude;
  BigInteger scaled_denominator = denominator;
  if (shift > 0) {
    scaled_numerator <<= static_cast<unsigned>(shift);
  } else {
    scaled_denominator <<= static_cast<unsigned>(-shift);
  }
  BigInteger quotient;
  BigInteger rest;
  boost::multiprecision::divide_qr(scaled_numerator, scaled_denominator, quotient, rest);
  auto bits = static_cast<std::uint64_t>(quotient);
  bits = bits << 1 | (rest != 0 ? 1 : 0);
  // `bits` has at most 56 bits: round it here to 53, ties to even, sticky bit last.
  std::int64_t exponent = -shift - 1;
  const int excess = std::max(0, 64 - std::countl_zero(bits) - static_cast<int>(kDoubleBits));
  const int dropped = std::max<int>(excess, static_cast<int>(-1074 - exponent));
  if (dropped > 0) {
    const std::uint64_t half = std::uint64_t{1} << (dropped - 1);
    const std::uint64_t lost = bits & ((half << 1) - 1);
    bits >>= dropped;
    if (lost > half || (lost == half && (bits & 1) != 0)) ++bits;
    exponent += dropped;
  }
  const double result = exponent > 2000
                            ? std::numeric_limits<double>::infinity()
                            : std::ldexp(static_cast<double>(bits), static_cast<int>(exponent));
  return numerator < 0 ? -result : result;
}

BigInteger truncated(double value) {
  int exponent = 0;
  const double fraction = std::frexp(std::trunc(value), &exponent);
  const auto significand = static_cast<std::int64_t>(std::ldexp(fraction, kDoubleBits));
  const int scale = exponent - static_cast<int>(kDoubleBits);
  if (scale <= 0) return BigInteger(static_cast<std::int64_t>(std::trunc(value)));
  BigInteger result(significand < 0 ? -significand : significand);
  result <<= static_cast<unsigned>(scale);
  return significand < 0 ? BigInteger(-result) : result;
}

FlooredDivision floor_divide(const BigInteger& dividend, const BigInteger& divisor) {
  FlooredDivision result;
  boost::multiprecision::divide_qr(dividend, divisor, result.quotient, result.modulo);
  if (result.modulo != 0 && (result.modulo < 0) != (divisor < 0)) {
    --result.quotient;
    result.modulo += divisor;
  }
  return result;
}

std::string integer_text(const BigInteger& value, unsigned base) {
  if (value == 0) return "0";
  std::string text = value < 0 ? "-" : "";
  append_digits(text, boost::multiprecision::abs(value), base, 0);
  return text;
}

std::optional<BigInteger> parse_integer(std::string_view text, unsigned base) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  for (const char c : text) {
    const int digit = digit_value(c);
    if (digit < 0 || digit >= static_cast<int>(base)) return std::nullopt;
  }
  BigInteger value = parse_digits(text, base);
  return negative ? BigInteger(-value) : value;
}

}  // namespace banter::primitives
