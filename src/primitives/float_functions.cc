// float_functions.cc -- text, mathematics and bits of Floats: named primitives of module Banter.
//
// The receiver is a Float or, for mathematics, any Integer. All fail with bad_receiver or
// bad_argument for other classes, and may collect.
#include <cmath>

#include "primitives/big_integer.h"
#include "primitives/float_text.h"
#include "primitives/table_list.h"

namespace banter::primitives {
namespace {

// A Float, or the Float nearest to an Integer.
std::optional<double> number_value(Oop oop) {
  if (const auto value = float_or_small_value(oop)) return value;
  const auto integer = big_integer(oop);
  return integer ? std::optional<double>(nearest_double(*integer)) : std::nullopt;
}

// Float>>printString -- the shortest decimal that reads back.
Outcome print(Mutator& mutator, const Args& args) {
  const auto value = float_value(args.receiver());
  if (!value) return Failure::bad_receiver;
  return make_string(mutator, shortest_float_text(*value));
}

// Float>>printShowingDecimalPlaces: -- with that many digits behind the point, 0 to 1000.
Outcome print_fixed(Mutator& mutator, const Args& args) {
  const auto value = float_value(args.receiver());
  if (!value || !std::isfinite(*value)) return Failure::bad_receiver;
  const auto places = args.argument<std::uint32_t>(0);
  if (!places || *places > 1000) return Failure::bad_argument;
  return make_string(mutator, fixed_float_text(*value, static_cast<int>(*places)));
}

// Float>>printExact: -- with that many significant digits, 1 to 800, in scientific form.
Outcome print_exact(Mutator& mutator, const Args& args) {
  const auto value = float_value(args.receiver());
  if (!value || !std::isfinite(*value)) return Failure::bad_receiver;
  const auto digits = args.argument<std::uint32_t>(0);
  if (!digits || *digits < 1 || *digits > 800) return Failure::bad_argument;
  return make_string(mutator, exact_float_text(*value, static_cast<int>(*digits)));
}

// Float class>>readFrom: -- the Float nearest to the number that is the whole String.
Outcome parse(Mutator& mutator, const Args& args) {
  const auto text = Text::of(mutator.heap(), args.at(0));
  if (!text) return Failure::bad_argument;
  const auto value = parse_float_text(text->utf8());
  if (!value) return Failure::bad_argument;
  return mutator.new_float(*value);
}

// Number>>cos and the others -- the C library's result.
template <double (*Function)(double)>
Outcome function(Mutator& mutator, const Args& args) {
  const auto value = number_value(args.receiver());
  if (!value) return Failure::bad_receiver;
  return mutator.new_float(Function(*value));
}

// Number>>arcTan: raisedTo: and the others -- the C library's result.
template <double (*Function)(double, double)>
Outcome function_of_two(Mutator& mutator, const Args& args) {
  const auto value = number_value(args.receiver());
  const auto other = number_value(args.at(0));
  if (!value) return Failure::bad_receiver;
  if (!other) return Failure::bad_argument;
  return mutator.new_float(Function(*value, *other));
}

// Number>>fusedMultiply:add: -- self * first + second, rounded once.
Outcome fused_multiply_add(Mutator& mutator, const Args& args) {
  const auto value = number_value(args.receiver());
  const auto factor = number_value(args.at(0));
  const auto summand = number_value(args.at(1));
  if (!value) return Failure::bad_receiver;
  if (!factor || !summand) return Failure::bad_argument;
  return mutator.new_float(std::fma(*value, *factor, *summand));
}

double round_down(double x) {
  return std::floor(x);
}
double round_up(double x) {
  return std::ceil(x);
}
double round_half_away(double x) {
  return std::round(x);
}
double cut(double x) {
  return std::trunc(x);
}

// Float>>floor ceiling rounded truncated -- an Integer of any size.  Fails: bad_receiver for nan
// and infinities.
template <double (*Function)(double)>
Outcome to_integer(Mutator& mutator, const Args& args) {
  const auto value = float_value(args.receiver());
  if (!value || !std::isfinite(*value)) return Failure::bad_receiver;
  return make_integer(mutator, truncated(Function(*value)));
}

double fraction_part(double x) {
  double whole = 0;
  return std::modf(x, &whole);
}
double next_up(double x) {
  return std::nextafter(x, std::numeric_limits<double>::infinity());
}
double next_down(double x) {
  return std::nextafter(x, -std::numeric_limits<double>::infinity());
}

// Float>>fractionPart, nextUp and the others that take a Float only.
template <double (*Function)(double)>
Outcome float_function(Mutator& mutator, const Args& args) {
  const auto value = float_value(args.receiver());
  if (!value) return Failure::bad_receiver;
  return mutator.new_float(Function(*value));
}

// Float>>asTrueFraction -- an Array { numerator. denominator } of the exact value, reduced.
// Fails: bad_receiver for nan and infinities.
Outcome as_true_fraction(Mutator& mutator, const Args& args) {
  constexpr int kSignificandBits = 53;
  const auto value = float_value(args.receiver());
  if (!value || !std::isfinite(*value)) return Failure::bad_receiver;
  int exponent = 0;
  const double fraction = std::frexp(*value, &exponent);
  BigInteger numerator(static_cast<std::int64_t>(std::ldexp(fraction, kSignificandBits)));
  BigInteger denominator(1);
  exponent -= kSignificandBits;
  if (exponent > 0) {
    numerator *= BigInteger(1) << static_cast<unsigned>(exponent);
  } else {
    denominator <<= static_cast<unsigned>(-exponent);
  }
  const BigInteger divisor = numerator == 0 ? denominator : BigInteger(gcd(numerator, denominator));
  Rooted<> result(mutator, mutator.new_array(2));
  result.store(0, make_integer(mutator, BigInteger(numerator / divisor)));
  result.store(1, make_integer(mutator, BigInteger(denominator / divisor)));
  return result.oop();
}

// Float>>asIEEE64BitWord -- the bits.
Outcome bits_64(Mutator& mutator, const Args& args) {
  const auto value = float_value(args.receiver());
  if (!value) return Failure::bad_receiver;
  return mutator.new_integer(std::bit_cast<std::uint64_t>(*value));
}

// Float class>>fromIEEE64Bit:
Outcome from_bits_64(Mutator& mutator, const Args& args) {
  const auto bits = uint64_value(args.at(0));
  if (!bits) return Failure::bad_argument;
  return mutator.new_float(std::bit_cast<double>(*bits));
}

// Float>>asIEEE32BitWord -- the bits of the nearest single-precision number.
Outcome bits_32(Mutator& mutator, const Args& args) {
  const auto value = float_value(args.receiver());
  if (!value) return Failure::bad_receiver;
  const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(*value));
  return mutator.new_integer(std::uint64_t{bits});
}

// Float class>>fromIEEE32Bit:
Outcome from_bits_32(Mutator& mutator, const Args& args) {
  const auto bits = args.argument<std::uint32_t>(0);
  if (!bits) return Failure::bad_argument;
  return mutator.new_float(std::bit_cast<float>(*bits));
}

// Float>>hash -- that of the equal Integer for a whole number, else made from the bits.
Outcome hash(Mutator&, const Args& args) {
  const auto value = float_value(args.receiver());
  if (!value) return Failure::bad_receiver;
  if (std::isfinite(*value) && std::trunc(*value) == *value) {
    const BigInteger whole = truncated(*value);
    if (bit_length(whole) < 62) {
      const auto small = static_cast<std::int64_t>(whole);
      if (Oop::fits_small_int(small)) return Oop::small_int(small);
    }
    std::string bytes;
    export_bits(whole, std::back_inserter(bytes), 8, false);
    std::uint32_t hash = whole < 0 ? 1 : 0;
    for (const char byte : bytes) hash = string_hash_step(hash, static_cast<std::uint8_t>(byte));
    return Oop::small_int(hash & kStringHashMask);
  }
  const auto bits = std::bit_cast<std::uint64_t>(*value);
  const std::uint64_t mixed = (bits ^ bits >> 32) * 0x9E3779B97F4A7C15u;
  return Oop::small_int(static_cast<std::int64_t>(mixed >> 36));
}

constexpr NamedEntry kNamedTable[] = {
    {"Banter", "primitiveFloatPrint", 0, print},
    {"Banter", "primitiveFloatPrintFixed", 1, print_fixed},
    {"Banter", "primitiveFloatPrintExact", 1, print_exact},
    {"Banter", "primitiveFloatParse", 1, parse},
    {"Banter", "primitiveFloatCos", 0, function<std::cos>},
    {"Banter", "primitiveFloatTan", 0, function<std::tan>},
    {"Banter", "primitiveFloatArcSin", 0, function<std::asin>},
    {"Banter", "primitiveFloatArcCos", 0, function<std::acos>},
    {"Banter", "primitiveFloatSinh", 0, function<std::sinh>},
    {"Banter", "primitiveFloatCosh", 0, function<std::cosh>},
    {"Banter", "primitiveFloatTanh", 0, function<std::tanh>},
    {"Banter", "primitiveFloatArcSinh", 0, function<std::asinh>},
    {"Banter", "primitiveFloatArcCosh", 0, function<std::acosh>},
    {"Banter", "primitiveFloatArcTanh", 0, function<std::atanh>},
    {"Banter", "primitiveFloatLog2", 0, function<std::log2>},
    {"Banter", "primitiveFloatLog10", 0, function<std::log10>},
    {"Banter", "primitiveFloatCbrt", 0, function<std::cbrt>},
    {"Banter", "primitiveFloatArcTan2", 1, function_of_two<std::atan2>},
    {"Banter", "primitiveFloatRaisedTo", 1, function_of_two<std::pow>},
    {"Banter", "primitiveFloatHypot", 1, function_of_two<std::hypot>},
    {"Banter", "primitiveFloatMod", 1, function_of_two<std::fmod>},
    {"Banter", "primitiveFloatFusedMultiplyAdd", 2, fused_multiply_add},
    {"Banter", "primitiveFloatFloor", 0, to_integer<round_down>},
    {"Banter", "primitiveFloatCeiling", 0, to_integer<round_up>},
    {"Banter", "primitiveFloatRounded", 0, to_integer<round_half_away>},
    {"Banter", "primitiveFloatTruncated", 0, to_integer<cut>},
    {"Banter", "primitiveFloatFractionPart", 0, float_function<fraction_part>},
    {"Banter", "primitiveFloatNextUp", 0, float_function<next_up>},
    {"Banter", "primitiveFloatNextDown", 0, float_function<next_down>},
    {"Banter", "primitiveFloatAsTrueFraction", 0, as_true_fraction},
    {"Banter", "primitiveFloatAsBits64", 0, bits_64},
    {"Banter", "primitiveFloatFromBits64", 1, from_bits_64},
    {"Banter", "primitiveFloatAsBits32", 0, bits_32},
    {"Banter", "primitiveFloatFromBits32", 1, from_bits_32},
    {"Banter", "primitiveFloatHash", 0, hash},
};

}  // namespace

NamedTable float_named_table() {
  return kNamedTable;
}

}  // namespace banter::primitives
