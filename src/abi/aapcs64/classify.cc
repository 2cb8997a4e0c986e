// classify.cc -- AAPCS64: Linux and BSD on AArch64. Apple's variant has a folder of its own.
//
//   NGRN   next general-purpose register:  x0 ... x7     integers, bool, addresses   [C.9]
//   NSRN   next SIMD and FP register:      v0 ... v7     float (s), double (d)       [C.1]
//   NSAA   next stacked argument address, from sp up                                 [C.14]
//
// The rows are counted independently, and what does not fit goes to the stack in order.
//
// What is odd here:
// - A stacked argument fills 8 bytes even when it is narrower. [C.14, C.16]
// - The callee widens narrow integers, not the caller: upper bits are unspecified. We widen all the
//   same, which is allowed. [6.8.2, "unspecified bits"]
// - Variadic functions take their arguments where others do; Apple's do not. [6.8.2]
// - A register row that has overflowed stays closed: NGRN becomes 8. For scalars of at most 8 bytes
//   that is the same as being used up.
// - Results: x0 or v0; the address of a large structure travels in x8, not in x0. [6.9]
#include "abi/aapcs64/classify.h"

namespace banter::abi::aapcs64 {
namespace {

constexpr unsigned kIntRegisters = 8;
constexpr unsigned kFloatRegisters = 8;
constexpr Bytes kSlot{8};
constexpr Bytes kStackAlignment{16};  // [6.4.5.1] sp mod 16 = 0

Piece place(CallPlan& plan, const CType& type) {
  if (is_floating(type.value)) {
    if (plan.float_registers < kFloatRegisters) {
      return InFloat{FloatReg{plan.float_registers++}, {0}, type.size};
    }
  } else if (plan.int_registers < kIntRegisters) {
    return InInt{IntReg{plan.int_registers++}, {0}, type.size};
  }
  const OnStack piece{plan.stack_size, {0}, type.size};
  plan.stack_size = plan.stack_size + kSlot;
  return piece;
}

}  // namespace

CallPlan classify(const Signature& signature) {
  CallPlan plan;
  plan.abi = AbiName::aapcs64;
  plan.variadic = signature.variadic;
  plan.slot = kSlot;
  plan.int_register_width = {8};
  for (const Parameter& each : signature.parameters) {
    plan.arguments.push_back({each.type, {place(plan, each.type)}, false, ""});
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

}  // namespace banter::abi::aapcs64
