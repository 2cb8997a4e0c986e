// classify.cc -- 32-bit x86: cdecl, stdcall, fastcall, thiscall.
//
// Everything is on the stack, left to right from the stack pointer up, in slots of 4 bytes; an
// int64_t or double takes two slots and needs no alignment. The conventions differ in this:
//
//   cdecl      the caller removes the arguments
//   stdcall    the callee removes them: `callee_pops`
//   fastcall   as stdcall, and the first two arguments of at most 4 bytes that are no floating
//              point travel in ecx and edx
//   thiscall   as stdcall, and the first such argument travels in ecx
//
// What is odd here:
// - A variadic function is cdecl whatever its declaration says; classify() refuses the others.
// - GCC wants the stack 16-aligned at the call since version 4.5. [i386 psABI 2.2.2]
// - Floating-point results are in st(0), a 64-bit integer in edx:eax.
#include "abi/ia32/classify.h"

namespace banter::abi::ia32 {
namespace {

constexpr Bytes kSlot{4};
constexpr Bytes kStackAlignment{16};

unsigned register_count(Convention convention) {
  if (convention == Convention::fastcall_call) return 2;
  return convention == Convention::thiscall_call ? 1 : 0;
}

Piece place(CallPlan& plan, const CType& type) {
  const bool fits_register = !is_floating(type.value) && type.size <= kSlot;
  if (fits_register && plan.int_registers < register_count(plan.convention)) {
    return InInt{IntReg{plan.int_registers++}, {0}, type.size};
  }
  const OnStack piece{plan.stack_size, {0}, type.size};
  plan.stack_size = plan.stack_size + rounded_up(type.size, kSlot);
  return piece;
}

}  // namespace

CallPlan classify(const Signature& signature) {
  CallPlan plan;
  plan.abi = AbiName::ia32;
  plan.convention = signature.convention;
  plan.variadic = signature.variadic;
  plan.slot = kSlot;
  plan.int_register_width = {4};
  for (const Parameter& each : signature.parameters) {
    plan.arguments.push_back({each.type, {place(plan, each.type)}, false, ""});
  }
  if (plan.convention != Convention::cdecl_call) plan.callee_pops = plan.stack_size;
  plan.stack_size = rounded_up(plan.stack_size, kStackAlignment);
  const CType& result = signature.result;
  plan.result.type = result;
  if (is_floating(result.value)) {
    plan.result.pieces.push_back(InFloat{FloatReg{0}, {0}, result.size});
  } else if (result.size == Bytes{8}) {
    plan.result.pieces = {InInt{IntReg{0}, {0}, {4}}, InInt{IntReg{1}, {4}, {4}}};
  } else if (result.value != ValueKind::nothing) {
    plan.result.pieces.push_back(InInt{IntReg{0}, {0}, result.size});
  }
  return plan;
}

}  // namespace banter::abi::ia32
