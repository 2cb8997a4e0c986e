// oop.h -- one Smalltalk value in one 64-bit word, on every host.
//
//   63 ..................................... 3  2 1 0
//   [ address of an object header             ] 0 0 0   heap object, 8-byte aligned
//   [ signed 61-bit integer                   ] 0 0 1   SmallInteger
//   [ 30-bit code point                       ] 0 1 0   Character
//   [ exponent 8 | mantissa 52 | sign         ] 1 0 0   SmallFloat64
//
// The encoding is Spur's 64-bit one (image format 68021). The sign of a float stands last so that
// +0.0 and -0.0 are the two smallest rotated words and need no exponent offset.
#pragma once

#include <bit>
#include <cstdint>
#include <type_traits>

namespace banter::heap {

struct Object;

class Oop {
 public:
  constexpr Oop() : bits_(0) {}
  static constexpr Oop from_bits(std::uint64_t bits) { return Oop(bits); }
  constexpr std::uint64_t bits() const { return bits_; }

  // Requires fits_small_int(n); for larger values allocate a LargeInteger.
  static constexpr Oop small_int(std::int64_t n) {
    return Oop(static_cast<std::uint64_t>(n) << 3 | 1);
  }
  static constexpr bool fits_small_int(std::int64_t n) { return small_int(n).as_int() == n; }
  constexpr bool is_small_int() const { return (bits_ & 7) == 1; }
  constexpr std::int64_t as_int() const { return static_cast<std::int64_t>(bits_) >> 3; }

  static constexpr Oop character(std::uint32_t code) {
    return Oop(static_cast<std::uint64_t>(code) << 3 | 2);
  }
  constexpr bool is_character() const { return (bits_ & 7) == 2; }
  constexpr std::uint32_t as_code_point() const { return static_cast<std::uint32_t>(bits_ >> 3); }

  // |x| in (2^-127, 2^129), or a zero; everything else is a BoxedFloat64.
  static constexpr bool fits_small_float(double x) {
    const auto bits = std::bit_cast<std::uint64_t>(x);
    const std::uint64_t exponent = bits >> 52 & 0x7FF;
    const std::uint64_t mantissa = bits & 0xFFFFFFFFFFFFF;
    return (exponent > 896 && exponent <= 1151) || (exponent == 896 && mantissa != 0) ||
           (exponent == 0 && mantissa == 0);
  }
  // Requires fits_small_float(x).
  static constexpr Oop small_float(double x) {
    std::uint64_t rotated = std::rotl(std::bit_cast<std::uint64_t>(x), 1);
    if (rotated > 1) rotated -= kFloatOffset;
    return Oop(rotated << 3 | 4);
  }
  constexpr bool is_small_float() const { return (bits_ & 7) == 4; }
  constexpr double as_small_float() const {
    std::uint64_t rotated = bits_ >> 3;
    if (rotated > 1) rotated += kFloatOffset;
    return std::bit_cast<double>(std::rotr(rotated, 1));
  }

  constexpr bool is_object() const { return (bits_ & 7) == 0; }
  constexpr bool is_immediate() const { return (bits_ & 7) != 0; }
  static Oop object(const Object* object) { return Oop(reinterpret_cast<std::uintptr_t>(object)); }
  // Requires is_object().
  Object* as_object() const {
    return reinterpret_cast<Object*>(static_cast<std::uintptr_t>(bits_));
  }

  friend constexpr bool operator==(Oop, Oop) = default;

 private:
  static constexpr std::uint64_t kFloatOffset = std::uint64_t{896} << 53;
  explicit constexpr Oop(std::uint64_t bits) : bits_(bits) {}
  std::uint64_t bits_;
};

static_assert(sizeof(Oop) == 8 && std::is_trivially_copyable_v<Oop>);
static_assert(Oop::small_int(-3).as_int() == -3);
static_assert(!Oop::fits_small_int(std::int64_t{1} << 60));
static_assert(Oop::small_float(1.0).bits() == 0x7F00000000000004);
static_assert(Oop::small_float(-1.0).bits() == 0x7F0000000000000C);
static_assert(Oop::small_float(-0.0).bits() == 0xC);
static_assert(Oop::small_float(1.5).as_small_float() == 1.5);

}  // namespace banter::heap
