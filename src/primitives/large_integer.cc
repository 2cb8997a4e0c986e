// large_integer.cc -- arithmetic of LargeIntegers up to 64 bits: primitives 20 to 37.
//
// Operands are Integers of either kind with a magnitude below 2^64, and so must the result be;
// anything else is a generic failure and the image goes on with numbers of any size
// (integer_arithmetic.cc).
#include "primitives/table_list.h"
#include "primitives/values.h"

namespace banter::primitives {
namespace {

Outcome integer_result(Mutator& mutator, MaybeInteger value) {
  if (!value) return Failure::generic;
  return make_integer(mutator, *value);
}

// LargeInteger>>+ - * -- the result.  Fails: generic.  May collect: yes.
template <MaybeInteger (*Operation)(SignedMagnitude, SignedMagnitude)>
Outcome arithmetic(Mutator& mutator, const Args& args) {
  const auto left = signed_magnitude(args.receiver());
  const auto right = signed_magnitude(args.at(0));
  if (!left || !right) return Failure::generic;
  return integer_result(mutator, Operation(*left, *right));
}

// LargeInteger>>/ // quo: \\ rem: -- the result.  Fails: generic (also 0, / when inexact).
// May collect: yes.
template <MaybeInteger (*Operation)(SignedMagnitude, SignedMagnitude)>
Outcome division(Mutator& mutator, const Args& args) {
  const auto right = signed_magnitude(args.at(0));
  if (!right || right->magnitude == 0) return Failure::generic;
  return arithmetic<Operation>(mutator, args);
}

constexpr MaybeInteger maybe_modulo(SignedMagnitude a, SignedMagnitude b) {
  return floor_modulo(a, b);
}
constexpr MaybeInteger maybe_quotient(SignedMagnitude a, SignedMagnitude b) {
  return quotient(a, b);
}
constexpr MaybeInteger maybe_remainder(SignedMagnitude a, SignedMagnitude b) {
  return remainder(a, b);
}

// LargeInteger>>< > <= >= = ~= -- a Boolean; operands must fit 64 signed bits.  Fails: generic.
// May collect: no.
template <bool (*Test)(std::partial_ordering)>
Outcome comparison(Mutator& mutator, const Args& args) {
  const auto left = int64_value(args.receiver());
  const auto right = int64_value(args.at(0));
  if (!left || !right) return Failure::generic;
  return mutator.heap().boolean(Test(*left <=> *right));
}

constexpr std::uint64_t bit_and(std::uint64_t a, std::uint64_t b) {
  return a & b;
}
constexpr std::uint64_t bit_or(std::uint64_t a, std::uint64_t b) {
  return a | b;
}
constexpr std::uint64_t bit_xor(std::uint64_t a, std::uint64_t b) {
  return a ^ b;
}

// LargePositiveInteger>>bitAnd: bitOr: bitXor: -- of two numbers below 2^64, neither negative.
// Fails: generic.  May collect: yes.
template <std::uint64_t (*Operation)(std::uint64_t, std::uint64_t)>
Outcome bits(Mutator& mutator, const Args& args) {
  const auto left = uint64_value(args.receiver());
  const auto right = uint64_value(args.at(0));
  if (!left || !right) return Failure::generic;
  return mutator.new_integer(Operation(*left, *right));
}

// LargeInteger>>bitShift: -- left, or right (flooring), by less than 64.  Fails: generic, also
// when bits would be lost on the left.  May collect: yes.
Outcome bit_shift(Mutator& mutator, const Args& args) {
  const auto value = signed_magnitude(args.receiver());
  const Oop distance = args.at(0);
  if (!value || !distance.is_small_int()) return Failure::generic;
  if (distance.as_int() >= 64 || distance.as_int() <= -64) return Failure::generic;
  return integer_result(mutator, shift(*value, distance.as_int()));
}

constexpr Entry kTable[] = {
    {20, "LargeInteger.remainder", 1, division<maybe_remainder>},
    {21, "LargeInteger.add", 1, arithmetic<add>},
    {22, "LargeInteger.subtract", 1, arithmetic<subtract>},
    {23, "LargeInteger.less", 1, comparison<std::is_lt>},
    {24, "LargeInteger.greater", 1, comparison<std::is_gt>},
    {25, "LargeInteger.less_or_equal", 1, comparison<std::is_lteq>},
    {26, "LargeInteger.greater_or_equal", 1, comparison<std::is_gteq>},
    {27, "LargeInteger.equal", 1, comparison<std::is_eq>},
    {28, "LargeInteger.not_equal", 1, comparison<std::is_neq>},
    {29, "LargeInteger.multiply", 1, arithmetic<multiply>},
    {30, "LargeInteger.divide", 1, division<exact_divide>},
    {31, "LargeInteger.floor_modulo", 1, division<maybe_modulo>},
    {32, "LargeInteger.floor_divide", 1, division<floor_divide>},
    {33, "LargeInteger.quotient", 1, division<maybe_quotient>},
    {34, "LargeInteger.bit_and", 1, bits<bit_and>},
    {35, "LargeInteger.bit_or", 1, bits<bit_or>},
    {36, "LargeInteger.bit_xor", 1, bits<bit_xor>},
    {37, "LargeInteger.bit_shift", 1, bit_shift},
};

}  // namespace

NumberedTable large_integer_table() {
  return kTable;
}

}  // namespace banter::primitives
