// classify.cc -- the x64 calling convention of Windows.
//
// Arguments have positions, and a position has one register of each sort:
//
//   position   0           1           2          3          4 ...
//              rcx xmm0    rdx xmm1    r8 xmm2    r9 xmm3    stack+32, stack+40 ...
//
// What is odd here:
// - A double in position 1 uses xmm1 and leaves rdx unused: the rows advance together.
// - The caller leaves 32 bytes of home space below the stacked arguments, for the callee to save
// the
//   four registers in; so the fifth argument is at stack+32.
// - An argument for `...` (and, harmlessly, a fixed one of a variadic function) that is floating
//   point travels in both registers of its position, because the callee saves only the integer
//   ones.
// - `long` has 4 bytes, wchar_t 2.
// - Results: rax or xmm0.
#include "abi/win_x64/classify.h"

namespace banter::abi::win_x64 {
namespace {

constexpr std::uint8_t kPositions = 4;
constexpr Bytes kSlot{8};
constexpr Bytes kHomeSpace{32};
constexpr Bytes kStackAlignment{16};

std::vector<Piece> place(CallPlan& plan, const CType& type, std::uint8_t position) {
  if (position >= kPositions) {
    const OnStack piece{plan.stack_size, {0}, type.size};
    plan.stack_size = plan.stack_size + kSlot;
    return {piece};
  }
  const InInt integer{IntReg{position}, {0}, type.size};
  if (!is_floating(type.value)) {
    plan.int_registers = position + 1;
    return {integer};
  }
  const InFloat floating{FloatReg{position}, {0}, type.size};
  plan.float_registers = position + 1;
  if (!plan.variadic) return {floating};
  plan.int_registers = position + 1;
  return {floating, integer};
}

}  // namespace

CallPlan classify(const Signature& signature) {
  CallPlan plan;
  plan.abi = AbiName::win_x64;
  plan.variadic = signature.variadic;
  plan.slot = kSlot;
  plan.int_register_width = {8};
  plan.stack_size = kHomeSpace;
  std::size_t position = 0;
  for (const Parameter& each : signature.parameters) {
    const auto register_position =
        static_cast<std::uint8_t>(position < kPositions ? position : kPositions);
    plan.arguments.push_back({each.type, place(plan, each.type, register_position), false, ""});
    position++;
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

}  // namespace banter::abi::win_x64
