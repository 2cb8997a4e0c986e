// signed_magnitude.h -- integers of 64 bits and a sign: what the numbered integer primitives take.
//
// They accept LargeIntegers up to 64 bits and hand anything larger on to the image, so two
// machine words suffice on every host.
#pragma once

#include <bit>
#include <compare>
#include <cstdint>
#include <optional>

namespace banter::primitives {

// Invariant: zero is not negative.
struct SignedMagnitude {
  bool negative = false;
  std::uint64_t magnitude = 0;

  static constexpr SignedMagnitude make(bool negative, std::uint64_t magnitude) {
    return {negative && magnitude != 0, magnitude};
  }
  static constexpr SignedMagnitude from(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    return {value < 0, value < 0 ? 0 - bits : bits};
  }
  // Nothing when the value needs more than 64 bits in two's complement.
  constexpr std::optional<std::int64_t> as_int64() const {
    constexpr std::uint64_t kLimit = std::uint64_t{1} << 63;
    if (magnitude >= kLimit + (negative ? 1 : 0)) return std::nullopt;
    return static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude);
  }
  friend constexpr bool operator==(SignedMagnitude, SignedMagnitude) = default;
};

// Each answers nothing when the result's magnitude needs more than 64 bits.
using MaybeInteger = std::optional<SignedMagnitude>;

constexpr MaybeInteger add(SignedMagnitude a, SignedMagnitude b) {
  if (a.negative == b.negative) {
    const std::uint64_t sum = a.magnitude + b.magnitude;
    if (sum < a.magnitude) return std::nullopt;
    return SignedMagnitude::make(a.negative, sum);
  }
  if (a.magnitude >= b.magnitude) {
    return SignedMagnitude::make(a.negative, a.magnitude - b.magnitude);
  }
  return SignedMagnitude::make(b.negative, b.magnitude - a.magnitude);
}

constexpr SignedMagnitude negate(SignedMagnitude a) {
  return SignedMagnitude::make(!a.negative, a.magnitude);
}

constexpr MaybeInteger subtract(SignedMagnitude a, SignedMagnitude b) {
  return add(a, negate(b));
}

constexpr MaybeInteger multiply(SignedMagnitude a, SignedMagnitude b) {
  std::uint64_t product = 0;
  if (__builtin_mul_overflow(a.magnitude, b.magnitude, &product)) return std::nullopt;
  return SignedMagnitude::make(a.negative != b.negative, product);
}

// The four divisions require b != 0. quo: and rem: truncate, // and \\ floor.
constexpr SignedMagnitude quotient(SignedMagnitude a, SignedMagnitude b) {
  return SignedMagnitude::make(a.negative != b.negative, a.magnitude / b.magnitude);
}
constexpr SignedMagnitude remainder(SignedMagnitude a, SignedMagnitude b) {
  return SignedMagnitude::make(a.negative, a.magnitude % b.magnitude);
}
constexpr MaybeInteger floor_divide(SignedMagnitude a, SignedMagnitude b) {
  const SignedMagnitude truncated = quotient(a, b);
  const bool exact = a.magnitude % b.magnitude == 0;
  if (exact || a.negative == b.negative) return truncated;
  return add(truncated, SignedMagnitude{true, 1});
}
constexpr SignedMagnitude floor_modulo(SignedMagnitude a, SignedMagnitude b) {
  const std::uint64_t rest = a.magnitude % b.magnitude;
  if (rest == 0 || a.negative == b.negative) return SignedMagnitude::make(b.negative, rest);
  return SignedMagnitude::make(b.negative, b.magnitude - rest);
}

// The quotient, if there is no remainder. Requires b != 0.
constexpr MaybeInteger exact_divide(SignedMagnitude a, SignedMagnitude b) {
  if (a.magnitude % b.magnitude != 0) return std::nullopt;
  return quotient(a, b);
}

// Shifts to the left by `left` bits, to the right (flooring) when it is negative.
constexpr MaybeInteger shift(SignedMagnitude a, std::int64_t left) {
  if (left >= 0) {
    if (a.magnitude == 0) return a;
    if (left > std::countl_zero(a.magnitude)) return std::nullopt;
    return SignedMagnitude::make(a.negative, a.magnitude << left);
  }
  const std::uint64_t distance = 0 - static_cast<std::uint64_t>(left);
  if (distance >= 64) return SignedMagnitude::make(a.negative, a.negative ? 1 : 0);
  const std::uint64_t shifted = a.magnitude >> distance;
  const bool lost = shifted << distance != a.magnitude;
  return SignedMagnitude::make(a.negative, shifted + (a.negative && lost ? 1 : 0));
}

constexpr std::strong_ordering compare(SignedMagnitude a, SignedMagnitude b) {
  if (a.negative != b.negative) {
    return a.negative ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  return a.negative ? b.magnitude <=> a.magnitude : a.magnitude <=> b.magnitude;
}

static_assert(SignedMagnitude::from(INT64_MIN).magnitude == std::uint64_t{1} << 63);
static_assert(SignedMagnitude::from(INT64_MIN).as_int64() == INT64_MIN);
static_assert(floor_divide(SignedMagnitude::from(-7), SignedMagnitude::from(2)) ==
              SignedMagnitude::from(-4));
static_assert(floor_modulo(SignedMagnitude::from(-7), SignedMagnitude::from(2)) ==
              SignedMagnitude::from(1));
static_assert(floor_modulo(SignedMagnitude::from(7), SignedMagnitude::from(-2)) ==
              SignedMagnitude::from(-1));
static_assert(shift(SignedMagnitude::from(-7), -1) == SignedMagnitude::from(-4));
static_assert(shift(SignedMagnitude::from(1), 63)->magnitude == std::uint64_t{1} << 63);
static_assert(!shift(SignedMagnitude::from(1), 64));
static_assert(shift(SignedMagnitude::from(-1), -70) == SignedMagnitude::from(-1));

}  // namespace banter::primitives
