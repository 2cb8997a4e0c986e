// classify.cc -- System V AMD64: Linux, BSD, macOS on x86-64.
//
// Every argument has a class, and each class its own row of registers, counted independently:
//
//   INTEGER   rdi rsi rdx rcx r8 r9       bool, integers, addresses
//   SSE       xmm0 ... xmm7               float, double
//   MEMORY    8-byte slots from the stack pointer up, left to right
//
// A row that is used up sends further arguments of its class to the stack; later arguments of the
// other class still use registers. [3.2.3 "Passing"]
//
// What is odd here:
// - A variadic callee wants to know in al how many vector registers are used, at most. That is
//   `float_registers` of the plan; the arguments themselves travel as fixed ones do. [3.2.3]
// - The upper half of a register that holds a narrow integer is undefined by the text, but Clang
//   relies on a caller that widens to 32 bits and GCC does so. We widen to 64.
// - `bool` is 0 or 1 in 8 bits when it is an argument. [3.1.2]
// - Results: INTEGER in rax, SSE in xmm0.
// - The stacked area is a multiple of 16 bytes, so that rsp is 16-aligned at the call. [3.2.2]
#include "abi/sysv_x64/classify.h"

namespace banter::abi::sysv_x64 {
namespace {

constexpr unsigned kIntRegisters = 6;
constexpr unsigned kFloatRegisters = 8;
constexpr Bytes kSlot{8};
constexpr Bytes kStackAlignment{16};

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
  plan.abi = AbiName::sysv_x64;
  plan.variadic = signature.variadic;
  plan.slot = kSlot;
  plan.int_register_width = {8};
  for (const Parameter& each : signature.parameters) {
    plan.arguments.push_back({each.type.value, {place(plan, each.type)}});
  }
  plan.stack_size = rounded_up(plan.stack_size, kStackAlignment);
  const CType& result = signature.result;
  plan.result.value = result.value;
  if (is_floating(result.value)) {
    plan.result.pieces.push_back(InFloat{FloatReg{0}, {0}, result.size});
  } else if (result.value != ValueKind::nothing) {
    plan.result.pieces.push_back(InInt{IntReg{0}, {0}, result.size});
  }
  return plan;
}

}  // namespace banter::abi::sysv_x64
