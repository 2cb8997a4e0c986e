// integer_arithmetic.cc -- Integers of any size: the named primitives of Integer in module Banter.
//
// Receiver and argument are SmallIntegers or LargeIntegers of any length; a result that fits is a
// SmallInteger. All fail with bad_receiver or bad_argument for operands of another class, with
// limit when the result would have more than kMostBits bits; all may collect.
#include <boost/multiprecision/miller_rabin.hpp>
#include <random>

#include "primitives/big_integer.h"
#include "primitives/table_list.h"

namespace banter::primitives {
namespace {

// The receiver and the first argument, or which of them is no Integer.
struct Operands {
  BigInteger left;
  BigInteger right;
  std::optional<Failure> failure;
};

Operands operands_of(const Args& args) {
  auto left = big_integer(args.receiver());
  if (!left) return {{}, {}, Failure::bad_receiver};
  auto right = big_integer(args.at(0));
  if (!right) return {{}, {}, Failure::bad_argument};
  return {std::move(*left), std::move(*right), std::nullopt};
}

BigInteger sum(const BigInteger& a, const BigInteger& b) {
  return a + b;
}
BigInteger difference(const BigInteger& a, const BigInteger& b) {
  return a - b;
}
BigInteger common_divisor(const BigInteger& a, const BigInteger& b) {
  return gcd(a, b);
}
BigInteger bit_and(const BigInteger& a, const BigInteger& b) {
  return a & b;
}
BigInteger bit_or(const BigInteger& a, const BigInteger& b) {
  return a | b;
}
BigInteger bit_xor(const BigInteger& a, const BigInteger& b) {
  return a ^ b;
}

// Integer>>+ - gcd: bitAnd: bitOr: bitXor:, negative numbers as two's complement without end.
template <BigInteger (*Operation)(const BigInteger&, const BigInteger&)>
Outcome operation(Mutator& mutator, const Args& args) {
  const Operands operands = operands_of(args);
  if (operands.failure) return *operands.failure;
  return make_integer(mutator, Operation(operands.left, operands.right));
}

// Integer>>*
Outcome product(Mutator& mutator, const Args& args) {
  const Operands operands = operands_of(args);
  if (operands.failure) return *operands.failure;
  if (bit_length(operands.left) + bit_length(operands.right) > kMostBits) return Failure::limit;
  return make_integer(mutator, BigInteger(operands.left * operands.right));
}

BigInteger floored_quotient(const BigInteger& a, const BigInteger& b) {
  return floor_divide(a, b).quotient;
}
BigInteger floored_modulo(const BigInteger& a, const BigInteger& b) {
  return floor_divide(a, b).modulo;
}
BigInteger truncated_quotient(const BigInteger& a, const BigInteger& b) {
  return a / b;
}
BigInteger truncated_remainder(const BigInteger& a, const BigInteger& b) {
  return a % b;
}

// Integer>>// \\ quo: rem:  Fails: bad_argument for 0 too.
template <BigInteger (*Operation)(const BigInteger&, const BigInteger&)>
Outcome division(Mutator& mutator, const Args& args) {
  const Operands operands = operands_of(args);
  if (operands.failure) return *operands.failure;
  if (operands.right == 0) return Failure::bad_argument;
  return make_integer(mutator, Operation(operands.left, operands.right));
}

// Integer>>/ when there is no remainder.  Fails: generic if there is one, or for 0.
Outcome exact_division(Mutator& mutator, const Args& args) {
  const Operands operands = operands_of(args);
  if (operands.failure) return *operands.failure;
  if (operands.right == 0) return Failure::generic;
  BigInteger quotient;
  BigInteger rest;
  boost::multiprecision::divide_qr(operands.left, operands.right, quotient, rest);
  if (rest != 0) return Failure::generic;
  return make_integer(mutator, quotient);
}

// Integer>>divMod: -- an Array { self // argument. self \\ argument }.
Outcome division_and_modulo(Mutator& mutator, const Args& args) {
  const Operands operands = operands_of(args);
  if (operands.failure) return *operands.failure;
  if (operands.right == 0) return Failure::bad_argument;
  const FlooredDivision division = floor_divide(operands.left, operands.right);
  Rooted<> result(mutator, mutator.new_array(2));
  result.store(0, make_integer(mutator, division.quotient));
  result.store(1, make_integer(mutator, division.modulo));
  return result.oop();
}

// Integer>>< <= > >= = ~= -- a Boolean.
template <bool (*Test)(std::partial_ordering)>
Outcome comparison(Mutator& mutator, const Args& args) {
  const Operands operands = operands_of(args);
  if (operands.failure) return *operands.failure;
  return mutator.heap().boolean(Test(operands.left.compare(operands.right) <=> 0));
}

// Shifts to the right, flooring.
BigInteger shifted_right(const BigInteger& value, std::uint64_t distance) {
  if (distance >= bit_length(value)) return value < 0 ? BigInteger(-1) : BigInteger(0);
  const auto bits = static_cast<unsigned>(distance);
  if (value >= 0) return value >> bits;
  return -((-value - 1) >> bits) - 1;
}

// Integer>>bitShift: -- left by the argument, or right (flooring) if it is negative.
Outcome bit_shift(Mutator& mutator, const Args& args) {
  const auto value = big_integer(args.receiver());
  if (!value) return Failure::bad_receiver;
  if (!args.at(0).is_small_int()) return Failure::bad_argument;
  const std::int64_t left = args.at(0).as_int();
  if (left < 0)
    return make_integer(mutator, shifted_right(*value, static_cast<std::uint64_t>(-left)));
  if (*value == 0) return Oop::small_int(0);
  if (static_cast<std::uint64_t>(left) + bit_length(*value) > kMostBits) return Failure::limit;
  return make_integer(mutator, BigInteger(*value << static_cast<unsigned>(left)));
}

// Integer>>raisedToInteger: -- the argument a SmallInteger, 0 or more.
Outcome raised_to(Mutator& mutator, const Args& args) {
  const auto base = big_integer(args.receiver());
  if (!base) return Failure::bad_receiver;
  if (!args.at(0).is_small_int() || args.at(0).as_int() < 0) return Failure::bad_argument;
  const std::int64_t exponent = args.at(0).as_int();
  if (boost::multiprecision::abs(*base) <= 1) {
    const bool odd = (exponent & 1) != 0;
    if (exponent == 0) return Oop::small_int(1);
    return make_integer(mutator, odd ? *base : BigInteger(*base * *base));
  }
  if (static_cast<std::uint64_t>(exponent) > kMostBits ||
      bit_length(*base) * static_cast<std::uint64_t>(exponent) > kMostBits) {
    return Failure::limit;
  }
  return make_integer(mutator, boost::multiprecision::pow(*base, static_cast<unsigned>(exponent)));
}

// Integer>>raisedTo:modulo: -- floored like \\.  Fails: bad_argument for a negative exponent or
// modulus 0.
Outcome raised_to_modulo(Mutator& mutator, const Args& args) {
  const auto base = big_integer(args.receiver());
  const auto exponent = big_integer(args.at(0));
  const auto modulus = big_integer(args.at(1));
  if (!base) return Failure::bad_receiver;
  if (!exponent || *exponent < 0 || !modulus || *modulus == 0) return Failure::bad_argument;
  const BigInteger positive = boost::multiprecision::abs(*modulus);
  BigInteger result =
      boost::multiprecision::powm(floored_modulo(*base, positive), *exponent, positive);
  return make_integer(mutator, floored_modulo(result, *modulus));
}

// Integer>>sqrtFloor -- the integer part of the square root.  Fails: bad_receiver if negative.
Outcome square_root_floor(Mutator& mutator, const Args& args) {
  const auto value = big_integer(args.receiver());
  if (!value || *value < 0) return Failure::bad_receiver;
  return make_integer(mutator, BigInteger(sqrt(*value)));
}

// Integer>>highBitOfMagnitude -- 1-based; 0 for 0.
Outcome high_bit(Mutator&, const Args& args) {
  const auto value = big_integer(args.receiver());
  if (!value) return Failure::bad_receiver;
  return Oop::small_int(static_cast<std::int64_t>(bit_length(*value)));
}

// Integer>>lowBit -- 1-based; 0 for 0.
Outcome low_bit(Mutator&, const Args& args) {
  const auto value = big_integer(args.receiver());
  if (!value) return Failure::bad_receiver;
  if (*value == 0) return Oop::small_int(0);
  return Oop::small_int(static_cast<std::int64_t>(lsb(boost::multiprecision::abs(*value))) + 1);
}

// Integer>>bitAt: -- bit n, counted from 1, of the two's complement.
Outcome bit_at(Mutator&, const Args& args) {
  const auto value = big_integer(args.receiver());
  if (!value) return Failure::bad_receiver;
  if (!args.at(0).is_small_int() || args.at(0).as_int() < 1) return Failure::bad_argument;
  const auto distance = static_cast<std::uint64_t>(args.at(0).as_int() - 1);
  return Oop::small_int((shifted_right(*value, distance) & 1) != 0 ? 1 : 0);
}

// The base a program asks for, if it is 2 to 36.
std::optional<unsigned> base_of(Oop oop) {
  if (!oop.is_small_int() || oop.as_int() < 2 || oop.as_int() > 36) return std::nullopt;
  return static_cast<unsigned>(oop.as_int());
}

// Integer>>printString: -- digits in the base given.
Outcome print(Mutator& mutator, const Args& args) {
  const auto value = big_integer(args.receiver());
  const auto base = base_of(args.at(0));
  if (!value) return Failure::bad_receiver;
  if (!base) return Failure::bad_argument;
  return make_string(mutator, integer_text(*value, *base));
}

// Integer class>>readFrom:base: -- the number that a whole String is in the base given.
Outcome parse(Mutator& mutator, const Args& args) {
  const auto text = Text::of(mutator.heap(), args.at(0));
  const auto base = base_of(args.at(1));
  if (!text || !base) return Failure::bad_argument;
  if (text->size() > kMostBits / 6) return Failure::limit;
  const auto value = parse_integer(text->utf8(), *base);
  if (!value) return Failure::bad_argument;
  return make_integer(mutator, *value);
}

// Integer>>asFloat -- the nearest Float, infinite if too large.
Outcome as_float(Mutator& mutator, const Args& args) {
  const auto value = big_integer(args.receiver());
  if (!value) return Failure::bad_receiver;
  return mutator.new_float(nearest_double(*value));
}

// Fraction>>asFloat -- the Float nearest to receiver / argument.  Fails: bad_argument if the
// denominator is not positive.
Outcome fraction_as_float(Mutator& mutator, const Args& args) {
  const Operands operands = operands_of(args);
  if (operands.failure) return *operands.failure;
  if (operands.right <= 0) return Failure::bad_argument;
  return mutator.new_float(nearest_double(operands.left, operands.right));
}

// Integer>>hash -- a SmallInteger itself; for LargeIntegers the string hash of the magnitude's
// bytes, seeded with 1 for negative ones. Never collects.
Outcome hash(Mutator&, const Args& args) {
  const Oop self = args.receiver();
  if (self.is_small_int()) return self;
  if (!is_large_integer(self) || !is_byte_object(self)) return Failure::bad_receiver;
  const bool negative = is_of(self, ClassIndex::kLargeNegativeInteger);
  return Oop::small_int(string_hash(Text::of_bytes(*self.as_object()), negative ? 1 : 0));
}

// first * (first + 1) * ... * last
BigInteger product_of(std::uint64_t first, std::uint64_t last) {
  if (last - first < 16) {
    BigInteger result = first;
    for (std::uint64_t i = first + 1; i <= last; ++i) result *= i;
    return result;
  }
  const std::uint64_t middle = first + (last - first) / 2;
  return product_of(first, middle) * product_of(middle + 1, last);
}

// Integer>>factorial.  Fails: bad_receiver if negative, limit above 100000.
Outcome factorial(Mutator& mutator, const Args& args) {
  constexpr std::int64_t kLargest = 100'000;
  const Oop self = args.receiver();
  if (!is_integer(self)) return Failure::bad_receiver;
  if (!self.is_small_int()) return Failure::limit;
  if (self.as_int() < 0) return Failure::bad_receiver;
  if (self.as_int() > kLargest) return Failure::limit;
  if (self.as_int() < 2) return Oop::small_int(1);
  return make_integer(mutator, product_of(1, static_cast<std::uint64_t>(self.as_int())));
}

// Integer>>isProbablyPrime -- a Boolean; wrong with a probability below 4^-40.
Outcome is_probably_prime(Mutator& mutator, const Args& args) {
  constexpr unsigned kTrials = 40;
  constexpr std::uint64_t kMostPrimeBits = 1 << 16;
  const auto value = big_integer(args.receiver());
  if (!value) return Failure::bad_receiver;
  if (bit_length(*value) > kMostPrimeBits) return Failure::limit;
  if (*value < 2) return mutator.heap().false_object();
  std::mt19937 generator(20130525);
  return mutator.heap().boolean(
      boost::multiprecision::miller_rabin_test(*value, kTrials, generator));
}

constexpr NamedEntry kNamedTable[] = {
    {"Banter", "primitiveIntegerAdd", 1, operation<sum>},
    {"Banter", "primitiveIntegerSubtract", 1, operation<difference>},
    {"Banter", "primitiveIntegerMultiply", 1, product},
    {"Banter", "primitiveIntegerDivide", 1, exact_division},
    {"Banter", "primitiveIntegerFloorDivide", 1, division<floored_quotient>},
    {"Banter", "primitiveIntegerFloorModulo", 1, division<floored_modulo>},
    {"Banter", "primitiveIntegerQuotient", 1, division<truncated_quotient>},
    {"Banter", "primitiveIntegerRemainder", 1, division<truncated_remainder>},
    {"Banter", "primitiveIntegerDivMod", 1, division_and_modulo},
    {"Banter", "primitiveIntegerLess", 1, comparison<std::is_lt>},
    {"Banter", "primitiveIntegerLessOrEqual", 1, comparison<std::is_lteq>},
    {"Banter", "primitiveIntegerGreater", 1, comparison<std::is_gt>},
    {"Banter", "primitiveIntegerGreaterOrEqual", 1, comparison<std::is_gteq>},
    {"Banter", "primitiveIntegerEqual", 1, comparison<std::is_eq>},
    {"Banter", "primitiveIntegerNotEqual", 1, comparison<std::is_neq>},
    {"Banter", "primitiveIntegerBitAnd", 1, operation<bit_and>},
    {"Banter", "primitiveIntegerBitOr", 1, operation<bit_or>},
    {"Banter", "primitiveIntegerBitXor", 1, operation<bit_xor>},
    {"Banter", "primitiveIntegerBitShift", 1, bit_shift},
    {"Banter", "primitiveIntegerGcd", 1, operation<common_divisor>},
    {"Banter", "primitiveIntegerRaisedTo", 1, raised_to},
    {"Banter", "primitiveIntegerRaisedToModulo", 2, raised_to_modulo},
    {"Banter", "primitiveIntegerSqrtFloor", 0, square_root_floor},
    {"Banter", "primitiveIntegerHighBit", 0, high_bit},
    {"Banter", "primitiveIntegerLowBit", 0, low_bit},
    {"Banter", "primitiveIntegerBitAt", 1, bit_at},
    {"Banter", "primitiveIntegerPrint", 1, print},
    {"Banter", "primitiveIntegerParse", 2, parse},
    {"Banter", "primitiveIntegerAsFloat", 0, as_float},
    {"Banter", "primitiveIntegerHash", 0, hash},
    {"Banter", "primitiveFractionAsFloat", 1, fraction_as_float},
    {"Banter", "primitiveIntegerFactorial", 0, factorial},
    {"Banter", "primitiveIntegerIsProbablyPrime", 0, is_probably_prime},
};

}  // namespace

NamedTable integer_named_table() {
  return kNamedTable;
}

}  // namespace banter::primitives
