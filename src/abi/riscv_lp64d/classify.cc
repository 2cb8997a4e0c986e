// classify.cc -- RISC-V with 64-bit integers and doubles in registers (LP64D).
//
//   a0 ... a7      integers, bool, addresses
//   fa0 ... fa7    float, double: named arguments only
//   stack          8-byte slots from sp up
//
// What is odd here:
// - A floating-point argument that finds fa0-fa7 used up goes to the integer registers before it
//   goes to the stack. [2.2 "Hardware Floating-point Calling Convention"]
// - An argument for `...` always follows the integer convention: a double in a1. [2.1]
// - A float in an integer register stands in its low half; the upper half means nothing.
// - Narrow integers are widened to 32 bits by their own sign, then to 64 by the sign of that: a
//   uint32_t of 0xFFFFFFFF is all ones. [2.1] The steps do not say so yet: a marshaller that widens
//   by the value's own sign is wrong for uint32 here, and native/ has no folder for this ABI.
// - Results: a0 or fa0.
#include "abi/riscv_lp64d/classify.h"

namespace banter::abi::riscv_lp64d {
namespace {

constexpr unsigned kIntRegisters = 8;
constexpr unsigned kFloatRegisters = 8;
constexpr Bytes kSlot{8};
constexpr Bytes kStackAlignment{16};

Piece place(CallPlan& plan, const CType& type, bool named) {
  if (is_floating(type.value) && named && plan.float_registers < kFloatRegisters) {
    return InFloat{FloatReg{plan.float_registers++}, {0}, type.size};
  }
  if (plan.int_registers < kIntRegisters) {
    return InInt{IntReg{plan.int_registers++}, {0}, type.size};
  }
  const OnStack piece{plan.stack_size, {0}, type.size};
  plan.stack_size = plan.stack_size + kSlot;
  return piece;
}

}  // namespace

CallPlan classify(const Signature& signature) {
  CallPlan plan;
  plan.abi = AbiName::riscv_lp64d;
  plan.variadic = signature.variadic;
  plan.sign_extends_words = true;
  plan.slot = kSlot;
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

}  // namespace banter::abi::riscv_lp64d
