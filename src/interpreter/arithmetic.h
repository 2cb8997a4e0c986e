// arithmetic.h -- the SmallInteger and SmallFloat64 short cuts of the special selectors.
//
// A SmallInteger n is the word 8n+1, so sums and comparisons work on the words themselves. Mixed
// operands are converted only where the integer is exact in a double (52 signed bits), as Spur's
// primitives do. Where a short cut does not apply, the message is really sent.
#pragma once

#include <cstdint>

#include "interpreter/state.h"

namespace banter::interpreter {

enum class Arithmetic : std::uint8_t { add, subtract, multiply, divide };
enum class Comparison : std::uint8_t { less, greater, less_equal, greater_equal, equal, not_equal };

// False on overflow.
template <Arithmetic op>
BANTER_INLINE bool small_int_arithmetic(Oop a, Oop b, Oop& result) {
  const auto x = static_cast<std::int64_t>(a.bits());
  const auto y = static_cast<std::int64_t>(b.bits());
  std::int64_t word;
  if constexpr (op == Arithmetic::add) {
    if (__builtin_add_overflow(x, y - 1, &word)) return false;
  } else if constexpr (op == Arithmetic::subtract) {
    if (__builtin_sub_overflow(x, y - 1, &word)) return false;
  } else {
    static_assert(op == Arithmetic::multiply);
    if (__builtin_mul_overflow(x - 1, y >> 3, &word)) return false;
    word += 1;
  }
  result = Oop::from_bits(static_cast<std::uint64_t>(word));
  return true;
}

// Requires a divisor other than zero. Rounds to minus infinity.
BANTER_INLINE std::int64_t floored_quotient(std::int64_t a, std::int64_t b) {
  const std::int64_t q = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? q - 1 : q;
}
BANTER_INLINE std::int64_t floored_modulo(std::int64_t a, std::int64_t b) {
  const std::int64_t r = a % b;
  return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

template <Comparison op, class T>
BANTER_INLINE bool compare(T a, T b) {
  if constexpr (op == Comparison::less) return a < b;
  if constexpr (op == Comparison::greater) return a > b;
  if constexpr (op == Comparison::less_equal) return a <= b;
  if constexpr (op == Comparison::greater_equal) return a >= b;
  if constexpr (op == Comparison::equal) return a == b;
  if constexpr (op == Comparison::not_equal) return a != b;
}

// Float, or SmallInteger that a double holds exactly. Never collects.
BANTER_INLINE bool load_float(Oop oop, double& value) {
  if (oop.is_small_float()) {
    value = oop.as_small_float();
    return true;
  }
  if (oop.is_small_int()) {
    const std::int64_t n = oop.as_int();
    constexpr std::int64_t kLimit = std::int64_t{1} << 51;
    if (n < -kLimit || n >= kLimit) return false;
    value = static_cast<double>(n);
    return true;
  }
  if (oop.is_object() && oop.as_object()->class_index() == ClassIndex::kBoxedFloat64) {
    value = oop.as_object()->float_value();
    return true;
  }
  return false;
}

}  // namespace banter::interpreter
