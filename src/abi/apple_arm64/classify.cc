// classify.cc -- Apple's variant of AAPCS64: macOS and iOS on 64-bit Arm.
//
// Registers are those of AAPCS64: x0-x7, v0-v7, counted independently. What differs:
//
// - A stacked argument takes its own size and alignment, not 8 bytes: two chars are neighbours.
// - Every argument for `...` is on the stack, in slots of 8 bytes, whatever registers are free.
// - The caller widens narrow integers to 32 bits; we widen to 64 in registers. On the stack nothing
//   is widened, there is no room for it.
// - `char` is signed and wchar_t is int.
#include "abi/apple_arm64/classify.h"

#include <algorithm>

namespace banter::abi::apple_arm64 {
namespace {

constexpr unsigned kIntRegisters = 8;
constexpr unsigned kFloatRegisters = 8;
constexpr Bytes kVariadicSlot{8};
constexpr Bytes kStackAlignment{16};

Piece on_stack(CallPlan& plan, const CType& type, Bytes slot) {
  const Bytes offset = rounded_up(plan.stack_size, std::max(slot, type.alignment));
  plan.stack_size = offset + std::max(slot, type.size);
  return OnStack{offset, {0}, type.size};
}

Piece place(CallPlan& plan, const CType& type, bool named) {
  if (!named) return on_stack(plan, type, kVariadicSlot);
  if (is_floating(type.value)) {
    if (plan.float_registers < kFloatRegisters) {
      return InFloat{FloatReg{plan.float_registers++}, {0}, type.size};
    }
  } else if (plan.int_registers < kIntRegisters) {
    return InInt{IntReg{plan.int_registers++}, {0}, type.size};
  }
  return on_stack(plan, type, {1});
}

}  // namespace

CallPlan classify(const Signature& signature) {
  CallPlan plan;
  plan.abi = AbiName::apple_arm64;
  plan.variadic = signature.variadic;
  plan.slot = {1};
  plan.int_register_width = {8};
  for (std::size_t i = 0; i < signature.parameters.size(); i++) {
    const bool named = !signature.variadic || i < signature.fixed_count;
    const CType& type = signature.parameters[i].type;
    plan.arguments.push_back({type, {place(plan, type, named)}, false, ""});
  }
  plan.stack_size = rounded_up(plan.stack_size, kStackAlignment);
  const CType& result = signature.result;
  plan.result.type = result;
  if (is_floating(result.value)) {
    plan.result.pieces.push_back(InFloat{FloatReg{0}, {0}, result.size});
  } else if (result.value != ValueKind::nothing) {
    plan.result.pieces.push_back(InInt{IntReg{0}, {0}, result.size});
  }
  return plan;
}

}  // namespace banter::abi::apple_arm64
