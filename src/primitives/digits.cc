// digits.cc -- module LargeIntegers, which Squeak's and Pharo's Integer calls by these names.
//
// They work on magnitudes and take the sign of the result from the receiver or an argument; here
// their results are always normalised. Operands are Integers of any size. All fail with
// bad_receiver or bad_argument for other classes, and may collect.
#include "primitives/big_integer.h"
#include "primitives/table_list.h"

namespace banter::primitives {
namespace {

BigInteger magnitude_of(const BigInteger& value) {
  return boost::multiprecision::abs(value);
}

BigInteger with_sign(const BigInteger& magnitude, bool negative) {
  return negative ? BigInteger(-magnitude) : magnitude;
}

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

// Integer>>digitAdd: -- |self| + |argument| with the receiver's sign.
Outcome digit_add(Mutator& mutator, const Args& args) {
  const Operands operands = operands_of(args);
  if (operands.failure) return *operands.failure;
  const BigInteger sum = magnitude_of(operands.left) + magnitude_of(operands.right);
  return make_integer(mutator, with_sign(sum, operands.left < 0));
}

// Integer>>digitSubtract: -- |self| - |argument|, the sign turned when the receiver is negative.
Outcome digit_subtract(Mutator& mutator, const Args& args) {
  const Operands operands = operands_of(args);
  if (operands.failure) return *operands.failure;
  const BigInteger difference = magnitude_of(operands.left) - magnitude_of(operands.right);
  return make_integer(mutator, with_sign(difference, operands.left < 0));
}

// Integer>>digitMultiply:neg: -- the product of the magnitudes, negative if the flag says so.
// Fails: limit too.
Outcome digit_multiply(Mutator& mutator, const Args& args) {
  const Operands operands = operands_of(args);
  if (operands.failure) return *operands.failure;
  const auto negative = boolean_value(mutator.heap(), args.at(1));
  if (!negative) return Failure::bad_argument;
  if (bit_length(operands.left) + bit_length(operands.right) > kMostBits) return Failure::limit;
  const BigInteger product = magnitude_of(operands.left) * magnitude_of(operands.right);
  return make_integer(mutator, with_sign(product, *negative));
}

// Integer>>digitDiv:neg: -- an Array { quotient. remainder }: the quotient negative if the flag
// says so, the remainder with the receiver's sign.
Outcome digit_divide(Mutator& mutator, const Args& args) {
  const Operands operands = operands_of(args);
  if (operands.failure) return *operands.failure;
  const auto negative = boolean_value(mutator.heap(), args.at(1));
  if (!negative || operands.right == 0) return Failure::bad_argument;
  BigInteger quotient;
  BigInteger rest;
  boost::multiprecision::divide_qr(magnitude_of(operands.left), magnitude_of(operands.right),
                                   quotient, rest);
  Rooted<> result(mutator, mutator.new_array(2));
  result.store(0, make_integer(mutator, with_sign(quotient, *negative)));
  result.store(1, make_integer(mutator, with_sign(rest, operands.left < 0)));
  return result.oop();
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

// Integer>>bitAnd: bitOr: bitXor:
template <BigInteger (*Operation)(const BigInteger&, const BigInteger&)>
Outcome digit_bits(Mutator& mutator, const Args& args) {
  const Operands operands = operands_of(args);
  if (operands.failure) return *operands.failure;
  return make_integer(mutator, Operation(operands.left, operands.right));
}

// Integer>>bitShiftMagnitude: -- the magnitude shifted left, or right; the sign stays.
// Fails: limit too.
Outcome shift_magnitude(Mutator& mutator, const Args& args) {
  const auto value = big_integer(args.receiver());
  if (!value) return Failure::bad_receiver;
  if (!args.at(0).is_small_int()) return Failure::bad_argument;
  const std::int64_t left = args.at(0).as_int();
  const BigInteger magnitude = magnitude_of(*value);
  const std::uint64_t bits = bit_length(magnitude);
  if (bits == 0) return Oop::small_int(0);
  if (left >= 0) {
    if (static_cast<std::uint64_t>(left) + bits > kMostBits) return Failure::limit;
    return make_integer(
        mutator, with_sign(BigInteger(magnitude << static_cast<unsigned>(left)), *value < 0));
  }
  if (static_cast<std::uint64_t>(-left) >= bits) return Oop::small_int(0);
  return make_integer(mutator,
                      with_sign(BigInteger(magnitude >> static_cast<unsigned>(-left)), *value < 0));
}

// Integer>>digitCompare: -- -1, 0 or 1 by magnitude.
Outcome digit_compare(Mutator&, const Args& args) {
  const Operands operands = operands_of(args);
  if (operands.failure) return *operands.failure;
  const int order = magnitude_of(operands.left).compare(magnitude_of(operands.right));
  return Oop::small_int((order > 0) - (order < 0));
}

// LargePositiveInteger>>normalize, LargeNegativeInteger>>normalize
Outcome normalize(Mutator& mutator, const Args& args) {
  const auto value = big_integer(args.receiver());
  if (!value) return Failure::bad_receiver;
  return make_integer(mutator, *value);
}

// Integer>>anyBitOfMagnitudeFrom:to: -- whether one of these bits, counted from 1, is set.
Outcome any_bit(Mutator& mutator, const Args& args) {
  const auto value = big_integer(args.receiver());
  if (!value) return Failure::bad_receiver;
  if (!args.at(0).is_small_int() || !args.at(1).is_small_int()) return Failure::bad_argument;
  const std::int64_t first = args.at(0).as_int();
  const std::int64_t last = args.at(1).as_int();
  if (first < 1 || last < 1) return Failure::bad_argument;
  const BigInteger magnitude = magnitude_of(*value);
  const auto bits = static_cast<std::int64_t>(bit_length(magnitude));
  bool found = false;
  for (std::int64_t i = first; i <= std::min(last, bits) && !found; ++i) {
    found = bit_test(magnitude, static_cast<unsigned>(i - 1));
  }
  return mutator.heap().boolean(found);
}

constexpr unsigned kMontgomeryBits = 32;

// Integer>>montgomeryDigitLength -- the bits of one digit.  Fails: no.
Outcome montgomery_digit_length(Mutator&, const Args&) {
  return Oop::small_int(kMontgomeryBits);
}

// Integer>>montgomeryTimes:modulo:mInvModB: -- self * argument / B^n mod m, for the base B = 2^32
// and the n digits of m; the last argument is -1 / m mod B.
Outcome montgomery_times(Mutator& mutator, const Args& args) {
  const Operands operands = operands_of(args);
  if (operands.failure) return *operands.failure;
  const auto modulus = big_integer(args.at(1));
  const auto inverse = uint64_value(args.at(2));
  if (!modulus || *modulus <= 0 || !inverse || *inverse >> kMontgomeryBits != 0) {
    return Failure::bad_argument;
  }
  if (operands.left < 0) return Failure::bad_receiver;
  if (operands.right < 0) return Failure::bad_argument;
  constexpr std::uint64_t kMask = (std::uint64_t{1} << kMontgomeryBits) - 1;
  const std::uint64_t digits = (bit_length(*modulus) + kMontgomeryBits - 1) / kMontgomeryBits;
  BigInteger total = 0;
  BigInteger rest = operands.left;
  for (std::uint64_t i = 0; i < digits; ++i) {
    total += BigInteger(rest & kMask) * operands.right;
    rest >>= kMontgomeryBits;
    const auto low = static_cast<std::uint64_t>(BigInteger(total & kMask));
    total += *modulus * (low * *inverse & kMask);
    total >>= kMontgomeryBits;
  }
  if (total >= *modulus) total -= *modulus;
  return make_integer(mutator, total);
}

constexpr NamedEntry kNamedTable[] = {
    {"LargeIntegers", "primDigitAdd", 1, digit_add},
    {"LargeIntegers", "primDigitSubtract", 1, digit_subtract},
    {"LargeIntegers", "primDigitMultiplyNegative", 2, digit_multiply},
    {"LargeIntegers", "primDigitDivNegative", 2, digit_divide},
    {"LargeIntegers", "primDigitBitAnd", 1, digit_bits<bit_and>},
    {"LargeIntegers", "primDigitBitOr", 1, digit_bits<bit_or>},
    {"LargeIntegers", "primDigitBitXor", 1, digit_bits<bit_xor>},
    {"LargeIntegers", "primDigitBitShiftMagnitude", 1, shift_magnitude},
    {"LargeIntegers", "primDigitCompare", 1, digit_compare},
    {"LargeIntegers", "primNormalizePositive", 0, normalize},
    {"LargeIntegers", "primNormalizeNegative", 0, normalize},
    {"LargeIntegers", "primAnyBitFromTo", 2, any_bit},
    {"LargeIntegers", "primMontgomeryDigitLength", 0, montgomery_digit_length},
    {"LargeIntegers", "primMontgomeryTimesModulo", 3, montgomery_times},
};

}  // namespace

NamedTable digits_named_table() {
  return kNamedTable;
}

}  // namespace banter::primitives
