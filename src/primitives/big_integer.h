// big_integer.h -- Integers of any size: SmallIntegers and LargeIntegers as one C++ number.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>

#include "primitives/values.h"

namespace banter::primitives {

using BigInteger = boost::multiprecision::cpp_int;

// Results of more bits than this are refused: they could not be computed in a sensible time.
constexpr std::uint64_t kMostBits = std::uint64_t{1} << 26;

// Nothing unless `oop` is a SmallInteger or LargeInteger.
std::optional<BigInteger> big_integer(Oop oop);

// A SmallInteger where it fits, else a LargeInteger without leading zero bytes. May collect.
Oop make_integer(Mutator& mutator, const BigInteger& value);

// The number of bits of the magnitude; 0 for 0.
std::uint64_t bit_length(const BigInteger& value);

// The nearest double, ties to even; infinite when it is too large.
double nearest_double(const BigInteger& value);
// The double nearest to numerator / denominator. Requires denominator > 0.
double nearest_double(const BigInteger& numerator, const BigInteger& denominator);
// The integer part of a finite double.
BigInteger truncated(double value);

// Floored division. Requires divisor != 0.
struct FlooredDivision {
  BigInteger quotient;
  BigInteger modulo;
};
FlooredDivision floor_divide(const BigInteger& dividend, const BigInteger& divisor);

// Base 2 to 36, digits 0-9A-Z, '-' in front of negative numbers.
std::string integer_text(const BigInteger& value, unsigned base);
// The number that is the whole of `text`: an optional sign, then digits of either case. Base 2 to
// 36.
std::optional<BigInteger> parse_integer(std::string_view text, unsigned base);

}  // namespace banter::primitives
