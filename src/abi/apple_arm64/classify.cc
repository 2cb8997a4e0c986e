// classify.cc -- Apple's variant of AAPCS64: macOS and iOS on 64-bit Arm.
//
// Registers and what closes a row are those of AAPCS64: aapcs64/allocation.cc; rules in brackets
// are of that document. What differs [Apple, "Update code that passes arguments to variadic
// functions" and the sections around it]:
//
// - A stacked scalar takes its own size and alignment, not 8 bytes: two chars are neighbours. So
//   does an HFA or HVA: its leaves' alignment, even where its own is larger. Other aggregates have
//   slots of 8, or of 16 where they are aligned to that.
// - Every argument for `...` is on the stack, in slots of 8 bytes, whatever registers are free; one
//   that is aligned to 16 begins at a multiple of 16.
// - A value aligned to 16 may begin at an odd x register. [not C.10]
// - On the stack the alignment of an aggregate is its own, asked for or not. [not B.6]
// - The caller widens narrow integers to 32 bits; we widen to 64 in registers. On the stack nothing
//   is widened, there is no room for it.
// - An aggregate with nothing in it but unnamed bit-fields travels nowhere, whatever its size.
// - `char` is signed, wchar_t is int, long double is double.
//
// Where Clang 14 is of two minds:
// - A variadic HFA or HVA that is aligned to 16 is put at the next 8 bytes, where va_arg, which
//   begins at a multiple of 16, does not find it. We do as va_arg does.
// - It sees no HFA where a bit-field of no width is between the members. We do as AAPCS64 and later
//   Clangs do.
// - Where it calls variadic functions, narrow fixed arguments on the stack take 4 bytes each; where
//   it compiles such functions, their own size. We do as the functions do.
#include "abi/apple_arm64/classify.h"

#include <algorithm>

#include "abi/aapcs64/allocation.h"
#include "abi/aggregate.h"
#include "abi/homogeneous.h"

namespace banter::abi::apple_arm64 {
namespace {

using aapcs64::Room;
using aapcs64::Variant;

constexpr Bytes kSlot{8};
constexpr Bytes kPair{16};

Room in_slots(const CType& type) {
  const bool has_own = type.value == ValueKind::structure || type.value == ValueKind::union_of;
  const Bytes own = has_own ? type.alignment : natural_alignment(type, AbiName::apple_arm64);
  return {own >= kPair ? kPair : kSlot, rounded_up(type.size, kSlot)};
}

Room room_of(const CType& type) {
  if (const auto leaves = homogeneous(type)) return {leaves->size, type.size};
  if (!is_aggregate(type.value)) return {type.size, type.size};
  return in_slots(type);
}

constexpr Variant kNamed{.pairs_start_even = false, .room = room_of};
constexpr Variant kVariadic{.pairs_start_even = false, .room = in_slots};

}  // namespace

CallPlan classify(const Signature& signature) {
  CallPlan plan = aapcs64::begin(AbiName::apple_arm64, signature, {1});
  for (std::size_t i = 0; i < signature.parameters.size(); i++) {
    const CType& type = signature.parameters[i].type;
    if (signature.variadic && i >= signature.fixed_count) {
      aapcs64::add_stacked_argument(plan, type, kVariadic);
    } else {
      aapcs64::add_argument(plan, type, kNamed);
    }
  }
  aapcs64::finish(plan);
  return plan;
}

}  // namespace banter::abi::apple_arm64
