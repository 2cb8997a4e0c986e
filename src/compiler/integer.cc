#include "compiler/integer.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/check.h"

namespace banter::compiler {
namespace {

void trim(Integer& value) {
  while (!value.magnitude.empty() && value.magnitude.back() == 0) value.magnitude.pop_back();
}

std::size_t bit_length(const Integer& value) {
  if (value.magnitude.empty()) return 0;
  return (value.magnitude.size() - 1) * 8 + std::bit_width(value.magnitude.back());
}

// The remainder of value by divisor, value left alone.
std::uint32_t remainder(const Integer& value, std::uint32_t divisor) {
  std::uint64_t rest = 0;
  for (auto it = value.magnitude.rbegin(); it != value.magnitude.rend(); ++it) {
    rest = (rest << 8 | *it) % divisor;
  }
  return static_cast<std::uint32_t>(rest);
}

void shift_left(Integer& value, std::size_t bits) {
  if (value.magnitude.empty()) return;
  value.magnitude.insert(value.magnitude.begin(), bits / 8, 0);
  multiply_add(value, 1U << bits % 8, 0);
}

// The top 64 bits, the last one set if any bit below is; `dropped` becomes their number.
std::uint64_t top_bits(const Integer& value, std::size_t& dropped) {
  const std::size_t length = bit_length(value);
  dropped = length > 64 ? length - 64 : 0;
  std::uint64_t top = 0;
  bool sticky = false;
  for (std::size_t i = 0; i < length; ++i) {
    const bool bit = (value.magnitude[i / 8] >> i % 8 & 1) != 0;
    if (i < dropped) {
      sticky = sticky || bit;
    } else {
      top |= static_cast<std::uint64_t>(bit) << (i - dropped);
    }
  }
  return top | (sticky ? 1 : 0);
}

}  // namespace

Integer Integer::from(std::int64_t value) {
  Integer result;
  result.negative = value < 0;
  std::uint64_t rest = static_cast<std::uint64_t>(value);
  if (result.negative) rest = ~rest + 1;
  for (; rest != 0; rest >>= 8) result.magnitude.push_back(static_cast<std::uint8_t>(rest));
  return result;
}

bool Integer::is_small() const {
  const std::size_t length = bit_length(*this);
  if (length <= 60) return true;
  if (length > 61 || !negative) return false;
  // The smallest SmallInteger is -2^60: one bit, all others 0.
  return std::all_of(magnitude.begin(), magnitude.end() - 1, [](auto byte) { return byte == 0; }) &&
         std::has_single_bit(magnitude.back());
}

std::int64_t Integer::small_value() const {
  BANTER_CHECK(is_small());
  std::int64_t result = 0;
  for (auto it = magnitude.rbegin(); it != magnitude.rend(); ++it) result = result << 8 | *it;
  return negative ? -result : result;
}

void multiply_add(Integer& value, std::uint32_t factor, std::uint32_t addend) {
  std::uint64_t carry = addend;
  for (std::uint8_t& byte : value.magnitude) {
    carry += std::uint64_t{byte} * factor;
    byte = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
  for (; carry != 0; carry >>= 8) value.magnitude.push_back(static_cast<std::uint8_t>(carry));
  trim(value);
}

std::uint32_t divide(Integer& value, std::uint32_t divisor) {
  BANTER_CHECK(divisor != 0);
  std::uint64_t rest = 0;
  for (auto it = value.magnitude.rbegin(); it != value.magnitude.rend(); ++it) {
    rest = rest << 8 | *it;
    *it = static_cast<std::uint8_t>(rest / divisor);
    rest %= divisor;
  }
  trim(value);
  return static_cast<std::uint32_t>(rest);
}

Integer power(std::uint32_t base, std::uint32_t exponent) {
  Integer result = Integer::from(1);
  for (; exponent > 0; --exponent) multiply_add(result, base, 0);
  return result;
}

void reduce(Integer& numerator, Integer& denominator, std::uint32_t base) {
  if (numerator.magnitude.empty()) denominator = Integer::from(1);
  for (std::uint32_t prime = 2; prime <= base; ++prime) {
    if (base % prime != 0) continue;
    while (remainder(numerator, prime) == 0 && remainder(denominator, prime) == 0 &&
           !numerator.magnitude.empty()) {
      divide(numerator, prime);
      divide(denominator, prime);
    }
  }
}

double scaled_to_double(Integer value, std::uint32_t base, std::int32_t exponent) {
  std::size_t shift = 0;
  bool inexact = false;
  if (exponent >= 0) {
    for (std::int32_t i = 0; i < exponent; ++i) multiply_add(value, base, 0);
  } else {
    // Enough bits that 66 of them are left after the divisions.
    const std::size_t lost = static_cast<std::size_t>(-exponent) * std::bit_width(base);
    const std::size_t length = bit_length(value);
    if (length < lost + 66) shift = lost + 66 - length;
    shift_left(value, shift);
    for (std::int32_t i = 0; i < -exponent; ++i) inexact = divide(value, base) != 0 || inexact;
  }
  std::size_t dropped = 0;
  std::uint64_t top = top_bits(value, dropped);
  if (inexact) top |= 1;
  const double magnitude =
      std::ldexp(static_cast<double>(top), static_cast<int>(dropped) - static_cast<int>(shift));
  return value.negative ? -magnitude : magnitude;
}

std::string to_decimal(Integer value) {
  std::string digits;
  while (!value.magnitude.empty()) {
    digits += static_cast<char>('0' + divide(value, 10));
  }
  if (digits.empty()) digits.push_back('0');
  if (value.negative) digits += '-';
  std::reverse(digits.begin(), digits.end());
  return digits;
}

}  // namespace banter::compiler
