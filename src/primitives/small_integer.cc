// small_integer.cc -- SmallInteger's arithmetic: primitives 1 to 17, 40 and 159.
//
// The interpreter does most of this in its bytecodes; these serve perform: and the rare cases.
// "Generic" below is a failure without a name: the image then takes its general way.
#include <algorithm>

#include "primitives/table_list.h"
#include "primitives/values.h"

namespace banter::primitives {
namespace {

constexpr std::int64_t kLargestShift = 61;

struct SmallPair {
  std::int64_t left;
  std::int64_t right;
};

std::optional<SmallPair> small_pair(const Args& args) {
  const Oop left = args.receiver();
  const Oop right = args.at(0);
  if (!left.is_small_int() || !right.is_small_int()) return std::nullopt;
  return SmallPair{left.as_int(), right.as_int()};
}

Outcome small_result(MaybeInteger value) {
  const auto number = value ? value->as_int64() : std::nullopt;
  if (!number || !Oop::fits_small_int(*number)) return Failure::generic;
  return Oop::small_int(*number);
}

// SmallInteger>>+ - * -- the result.  Fails: generic (operand or result is no SmallInteger).
// May collect: no.
template <MaybeInteger (*Operation)(SignedMagnitude, SignedMagnitude)>
Outcome arithmetic(Mutator&, const Args& args) {
  const auto pair = small_pair(args);
  if (!pair) return Failure::generic;
  return small_result(
      Operation(SignedMagnitude::from(pair->left), SignedMagnitude::from(pair->right)));
}

// SmallInteger>>/ \\ // quo: -- the result.  Fails: generic (also for 0, and / when it is inexact).
// May collect: no.
template <MaybeInteger (*Operation)(SignedMagnitude, SignedMagnitude)>
Outcome division(Mutator& mutator, const Args& args) {
  if (args.at(0) == Oop::small_int(0)) return Failure::generic;
  return arithmetic<Operation>(mutator, args);
}

constexpr MaybeInteger maybe_modulo(SignedMagnitude a, SignedMagnitude b) {
  return floor_modulo(a, b);
}
constexpr MaybeInteger maybe_quotient(SignedMagnitude a, SignedMagnitude b) {
  return quotient(a, b);
}

// SmallInteger>>< > <= >= -- a Boolean.  Fails: generic.  May collect: no.
template <bool (*Test)(std::partial_ordering)>
Outcome comparison(Mutator& mutator, const Args& args) {
  const auto pair = small_pair(args);
  if (!pair) return Failure::generic;
  return mutator.heap().boolean(Test(pair->left <=> pair->right));
}

// SmallInteger>>= ~= -- a Boolean; LargeIntegers of 64 bits are taken too.  Fails: generic.
// May collect: no.
template <bool Wanted>
Outcome equality(Mutator& mutator, const Args& args) {
  const auto left = int64_value(args.receiver());
  const auto right = int64_value(args.at(0));
  if (!left || !right) return Failure::generic;
  return mutator.heap().boolean((*left == *right) == Wanted);
}

enum class BitOperation { kAnd, kOr, kXor };

// SmallInteger>>bitAnd: bitOr: bitXor: -- of two numbers of up to 64 bits, neither negative.
// Fails: generic.  May collect: yes.
template <BitOperation Operation>
Outcome bits(Mutator& mutator, const Args& args) {
  const auto left = uint64_value(args.receiver());
  const auto right = uint64_value(args.at(0));
  if (!left || !right) return Failure::generic;
  switch (Operation) {
    case BitOperation::kAnd:
      return mutator.new_integer(*left & *right);
    case BitOperation::kOr:
      return mutator.new_integer(*left | *right);
    case BitOperation::kXor:
      break;
  }
  return mutator.new_integer(*left ^ *right);
}

// SmallInteger>>bitShift: -- left if positive, right (flooring) if negative.  Fails: generic (by
// more than 61, or bits would be lost).  May collect: yes.
Outcome bit_shift(Mutator& mutator, const Args& args) {
  const auto value = int64_value(args.receiver());
  const Oop distance = args.at(0);
  if (!value || !distance.is_small_int()) return Failure::generic;
  const std::int64_t left = distance.as_int();
  if (left > kLargestShift || left < -kLargestShift) return Failure::generic;
  const MaybeInteger shifted = shift(SignedMagnitude::from(*value), left);
  const auto result = shifted ? shifted->as_int64() : std::nullopt;
  if (!result) return Failure::generic;
  return mutator.new_integer(*result);
}

// SmallInteger>>asFloat -- the nearest Float.  Fails: generic.  May collect: yes.
Outcome as_float(Mutator& mutator, const Args& args) {
  if (!args.receiver().is_small_int()) return Failure::generic;
  return mutator.new_float(static_cast<double>(args.receiver().as_int()));
}

// SmallInteger>>hashMultiply, LargePositiveInteger>>hashMultiply -- (self * 1664525) mod 2^28.
// Fails: bad_receiver.  May collect: no.
Outcome hash_multiply(Mutator&, const Args& args) {
  constexpr std::uint64_t kFactor = 1664525;
  const Oop self = args.receiver();
  std::uint64_t value = 0;
  if (self.is_small_int()) {
    value = static_cast<std::uint64_t>(self.as_int());
  } else if (is_of(self, ClassIndex::kLargePositiveInteger) && is_byte_object(self)) {
    const std::size_t size = std::min<std::size_t>(self.as_object()->byte_count(), 4);
    std::memcpy(&value, self.as_object()->bytes(), size);
  } else {
    return Failure::bad_receiver;
  }
  return Oop::small_int(static_cast<std::int64_t>(value * kFactor & kStringHashMask));
}

// Number>>@ -- a Point.  Fails: bad_argument unless the argument is a SmallInteger or Float.
// May collect: yes.
Outcome make_point(Mutator& mutator, const Args& args) {
  if (!args.at(0).is_small_int() && !is_float(args.at(0))) return Failure::bad_argument;
  Object* point = mutator.new_point(args.receiver(), args.at(0));
  return point->oop();
}

constexpr Entry kTable[] = {
    {1, "SmallInteger.add", 1, arithmetic<add>},
    {2, "SmallInteger.subtract", 1, arithmetic<subtract>},
    {3, "SmallInteger.less", 1, comparison<std::is_lt>},
    {4, "SmallInteger.greater", 1, comparison<std::is_gt>},
    {5, "SmallInteger.less_or_equal", 1, comparison<std::is_lteq>},
    {6, "SmallInteger.greater_or_equal", 1, comparison<std::is_gteq>},
    {7, "SmallInteger.equal", 1, equality<true>},
    {8, "SmallInteger.not_equal", 1, equality<false>},
    {9, "SmallInteger.multiply", 1, arithmetic<multiply>},
    {10, "SmallInteger.divide", 1, division<exact_divide>},
    {11, "SmallInteger.floor_modulo", 1, division<maybe_modulo>},
    {12, "SmallInteger.floor_divide", 1, division<floor_divide>},
    {13, "SmallInteger.quotient", 1, division<maybe_quotient>},
    {14, "SmallInteger.bit_and", 1, bits<BitOperation::kAnd>},
    {15, "SmallInteger.bit_or", 1, bits<BitOperation::kOr>},
    {16, "SmallInteger.bit_xor", 1, bits<BitOperation::kXor>},
    {17, "SmallInteger.bit_shift", 1, bit_shift},
    {18, "Number.make_point", 1, make_point},
    {40, "SmallInteger.as_float", 0, as_float},
    {159, "SmallInteger.hash_multiply", 0, hash_multiply},
};

}  // namespace

NumberedTable small_integer_table() {
  return kTable;
}

}  // namespace banter::primitives
