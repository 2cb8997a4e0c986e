// float.cc -- Float's arithmetic: primitives 38 to 59 (BoxedFloat64) and 541 to 559 (SmallFloat64).
//
// Both blocks are the same functions: a result is immediate where it fits. Arguments may be Floats
// or SmallIntegers of up to 52 bits. "Generic" is a failure without a name.
#include <algorithm>
#include <cmath>

#include "primitives/table_list.h"
#include "primitives/values.h"

namespace banter::primitives {
namespace {

constexpr std::int64_t kLargestScale = 4096;
constexpr double kSmallIntegerLimit = 1152921504606846976.0;  // 2^60

struct FloatPair {
  double left;
  double right;
};

std::optional<FloatPair> float_pair(const Args& args) {
  const auto left = float_value(args.receiver());
  const auto right = float_or_small_value(args.at(0));
  if (!left || !right) return std::nullopt;
  return FloatPair{*left, *right};
}

// Float>>basicAt: -- 1: the more significant 32 bits, 2: the others.  Fails: bad_receiver,
// bad_argument, bad_index.  May collect: no.
Outcome float_at(Mutator&, const Args& args) {
  const auto value = float_value(args.receiver());
  if (!value) return Failure::bad_receiver;
  if (!args.at(0).is_small_int()) return Failure::bad_argument;
  const auto bits = std::bit_cast<std::uint64_t>(*value);
  switch (args.at(0).as_int()) {
    case 1:
      return Oop::small_int(static_cast<std::int64_t>(bits >> 32));
    case 2:
      return Oop::small_int(static_cast<std::int64_t>(bits & 0xFFFFFFFF));
    default:
      return Failure::bad_index;
  }
}

// Float>>basicAt:put: -- stores 32 bits as above and answers them.  Fails: bad_receiver (also for
// an immediate Float), bad_argument, bad_index, no_modification.  May collect: no.
Outcome float_at_put(Mutator&, const Args& args) {
  if (!is_of(args.receiver(), ClassIndex::kBoxedFloat64)) return Failure::bad_receiver;
  Object& self = *args.receiver().as_object();
  const auto word = uint64_value(args.at(1));
  if (!args.at(0).is_small_int() || !word || *word > 0xFFFFFFFF) return Failure::bad_argument;
  const std::int64_t index = args.at(0).as_int();
  if (index != 1 && index != 2) return Failure::bad_index;
  if (self.is_immutable()) return Failure::no_modification;
  const std::uint64_t bits = self.raw(0);
  self.set_raw(0, index == 1 ? (bits & 0xFFFFFFFF) | *word << 32
                             : (bits & ~std::uint64_t{0xFFFFFFFF}) | *word);
  return args.at(1);
}

double add_floats(double a, double b) {
  return a + b;
}
double subtract_floats(double a, double b) {
  return a - b;
}
double multiply_floats(double a, double b) {
  return a * b;
}

// Float>>+ - * -- the result.  Fails: generic.  May collect: yes.
template <double (*Operation)(double, double)>
Outcome arithmetic(Mutator& mutator, const Args& args) {
  const auto pair = float_pair(args);
  if (!pair) return Failure::generic;
  return mutator.new_float(Operation(pair->left, pair->right));
}

// Float>>/ -- the quotient.  Fails: generic (also for a zero divisor).  May collect: yes.
Outcome divide(Mutator& mutator, const Args& args) {
  const auto pair = float_pair(args);
  if (!pair || pair->right == 0) return Failure::generic;
  return mutator.new_float(pair->left / pair->right);
}

bool less(double a, double b) {
  return a < b;
}
bool greater(double a, double b) {
  return a > b;
}
bool less_or_equal(double a, double b) {
  return a <= b;
}
bool greater_or_equal(double a, double b) {
  return a >= b;
}
bool equal(double a, double b) {
  return a == b;
}
bool not_equal(double a, double b) {
  return a != b;
}

// Float>>< > <= >= = ~= -- a Boolean as IEEE 754 compares.  Fails: generic.  May collect: no.
template <bool (*Test)(double, double)>
Outcome comparison(Mutator& mutator, const Args& args) {
  const auto pair = float_pair(args);
  if (!pair) return Failure::generic;
  return mutator.heap().boolean(Test(pair->left, pair->right));
}

// Float>>truncated -- a SmallInteger.  Fails: generic (too large, nan, infinite).
// May collect: no.
Outcome truncated(Mutator&, const Args& args) {
  const auto value = float_value(args.receiver());
  if (!value) return Failure::generic;
  const double whole = std::trunc(*value);
  if (!(whole >= -kSmallIntegerLimit && whole < kSmallIntegerLimit)) return Failure::generic;
  return Oop::small_int(static_cast<std::int64_t>(whole));
}

double fraction_part(double x) {
  double whole = 0;
  return std::modf(x, &whole);
}
double sine(double x) {
  return std::sin(x);
}
double arc_tangent(double x) {
  return std::atan(x);
}
double natural_logarithm(double x) {
  return std::log(x);
}
double exponential(double x) {
  return std::exp(x);
}

// Float>>fractionPart sin arcTan ln exp -- the plain result of the C library.  Fails: generic.
// May collect: yes.
template <double (*Function)(double)>
Outcome function(Mutator& mutator, const Args& args) {
  const auto value = float_value(args.receiver());
  if (!value) return Failure::generic;
  return mutator.new_float(Function(*value));
}

// Float>>exponent -- the binary exponent; -1 for zeros.  Fails: generic.  May collect: no.
Outcome exponent(Mutator&, const Args& args) {
  const auto value = float_value(args.receiver());
  if (!value) return Failure::generic;
  int exponent = 0;
  if (std::isfinite(*value)) std::frexp(*value, &exponent);
  return Oop::small_int(exponent - 1);
}

// Float>>timesTwoPower: -- self * 2^n.  Fails: generic.  May collect: yes.
Outcome times_two_power(Mutator& mutator, const Args& args) {
  const auto value = float_value(args.receiver());
  if (!value || !args.at(0).is_small_int()) return Failure::generic;
  const std::int64_t scale = std::clamp(args.at(0).as_int(), -kLargestScale, kLargestScale);
  return mutator.new_float(std::ldexp(*value, static_cast<int>(scale)));
}

// Float>>sqrt -- the square root.  Fails: generic (negative, nan).  May collect: yes.
Outcome square_root(Mutator& mutator, const Args& args) {
  const auto value = float_value(args.receiver());
  if (!value || !(*value >= 0)) return Failure::generic;
  return mutator.new_float(std::sqrt(*value));
}

constexpr Entry kTable[] = {
    {38, "Float.at", 1, float_at},
    {39, "Float.at_put", 2, float_at_put},
    {41, "BoxedFloat64.add", 1, arithmetic<add_floats>},
    {42, "BoxedFloat64.subtract", 1, arithmetic<subtract_floats>},
    {43, "BoxedFloat64.less", 1, comparison<less>},
    {44, "BoxedFloat64.greater", 1, comparison<greater>},
    {45, "BoxedFloat64.less_or_equal", 1, comparison<less_or_equal>},
    {46, "BoxedFloat64.greater_or_equal", 1, comparison<greater_or_equal>},
    {47, "BoxedFloat64.equal", 1, comparison<equal>},
    {48, "BoxedFloat64.not_equal", 1, comparison<not_equal>},
    {49, "BoxedFloat64.multiply", 1, arithmetic<multiply_floats>},
    {50, "BoxedFloat64.divide", 1, divide},
    {51, "BoxedFloat64.truncated", 0, truncated},
    {52, "BoxedFloat64.fraction_part", 0, function<fraction_part>},
    {53, "BoxedFloat64.exponent", 0, exponent},
    {54, "BoxedFloat64.times_two_power", 1, times_two_power},
    {55, "BoxedFloat64.sqrt", 0, square_root},
    {56, "BoxedFloat64.sin", 0, function<sine>},
    {57, "BoxedFloat64.arc_tan", 0, function<arc_tangent>},
    {58, "BoxedFloat64.ln", 0, function<natural_logarithm>},
    {59, "BoxedFloat64.exp", 0, function<exponential>},
    {541, "SmallFloat64.add", 1, arithmetic<add_floats>},
    {542, "SmallFloat64.subtract", 1, arithmetic<subtract_floats>},
    {543, "SmallFloat64.less", 1, comparison<less>},
    {544, "SmallFloat64.greater", 1, comparison<greater>},
    {545, "SmallFloat64.less_or_equal", 1, comparison<less_or_equal>},
    {546, "SmallFloat64.greater_or_equal", 1, comparison<greater_or_equal>},
    {547, "SmallFloat64.equal", 1, comparison<equal>},
    {548, "SmallFloat64.not_equal", 1, comparison<not_equal>},
    {549, "SmallFloat64.multiply", 1, arithmetic<multiply_floats>},
    {550, "SmallFloat64.divide", 1, divide},
    {551, "SmallFloat64.truncated", 0, truncated},
    {552, "SmallFloat64.fraction_part", 0, function<fraction_part>},
    {553, "SmallFloat64.exponent", 0, exponent},
    {554, "SmallFloat64.times_two_power", 1, times_two_power},
    {555, "SmallFloat64.sqrt", 0, square_root},
    {556, "SmallFloat64.sin", 0, function<sine>},
    {557, "SmallFloat64.arc_tan", 0, function<arc_tangent>},
    {558, "SmallFloat64.ln", 0, function<natural_logarithm>},
    {559, "SmallFloat64.exp", 0, function<exponential>},
};

}  // namespace

NumberedTable float_table() {
  return kTable;
}

}  // namespace banter::primitives
