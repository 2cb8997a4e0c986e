// classify.cc -- AAPCS for 32-bit Arm: the base standard (soft float) and the VFP variant (hard).
//
//   NCRN   next core register:      r0 ... r3
//   NSAA   next stacked argument:   slots of 4 bytes from sp up
//   VFP    s0 ... s15, also d0 ... d7 (d1 is s2 and s3)             [VFP variant only]
//
// What is odd here:
// - A value of 8 bytes needs a pair that begins with an even register: r0:r1 or r2:r3, and a
//   multiple of 8 on the stack. r1 stays unused when it is skipped. [C.3, C.4, 6.5]
// - It is never split between registers and stack, for scalars: NCRN becomes 4. [C.5, C.6]
// - The VFP row is filled from behind: a float takes the lowest free single register, also one that
//   a double has skipped, until a floating-point argument has gone to the stack; from then on none
//   does. [C.1.vfp, C.2.vfp, 7.1.1]
// - Variadic functions follow the base standard, floating point included, in their fixed arguments
//   too. [7.1.2.1]
// - Results: r0, or r0:r1; the VFP variant has floating point in s0 or d0.
#include "abi/aapcs32/classify.h"

#include <bitset>

namespace banter::abi::aapcs32 {
namespace {

constexpr std::uint8_t kCoreRegisters = 4;
constexpr unsigned kSingleRegisters = 16;
constexpr Bytes kSlot{4};
constexpr Bytes kStackAlignment{8};

struct Allocation {
  CallPlan& plan;
  bool vfp;                                 // floating point has registers of its own
  std::bitset<kSingleRegisters> singles{};  // those in use
  bool vfp_closed = false;                  // a floating-point argument is on the stack

  std::vector<Piece> on_stack(const CType& type) {
    const Bytes offset = rounded_up(plan.stack_size, type.size == Bytes{8} ? Bytes{8} : kSlot);
    plan.stack_size = offset + rounded_up(type.size, kSlot);
    return {OnStack{offset, {0}, type.size}};
  }

  std::vector<Piece> in_vfp(const CType& type) {
    const unsigned step = type.size == Bytes{8} ? 2 : 1;
    for (unsigned i = 0; !vfp_closed && i + step <= kSingleRegisters; i += step) {
      if (singles[i] || singles[i + step - 1]) continue;
      singles.set(i);
      singles.set(i + step - 1);
      plan.float_registers = static_cast<std::uint8_t>(singles.count());
      return {InFloat{FloatReg{static_cast<std::uint8_t>(i)}, {0}, type.size}};
    }
    vfp_closed = true;
    return on_stack(type);
  }

  std::vector<Piece> in_core(const CType& type) {
    std::uint8_t& next = plan.int_registers;
    if (type.size <= kSlot) {
      if (next == kCoreRegisters) return on_stack(type);
      return {InInt{IntReg{next++}, {0}, type.size}};
    }
    next += next & 1;
    if (next == kCoreRegisters) return on_stack(type);
    const std::uint8_t first = next;
    next += 2;
    return {InInt{IntReg{first}, {0}, kSlot},
            InInt{IntReg{static_cast<std::uint8_t>(first + 1)}, kSlot, kSlot}};
  }

  std::vector<Piece> place(const CType& type) {
    return vfp && is_floating(type.value) ? in_vfp(type) : in_core(type);
  }
};

std::vector<Piece> result_pieces(const CType& result, bool vfp) {
  if (result.value == ValueKind::nothing) return {};
  if (vfp && is_floating(result.value)) return {InFloat{FloatReg{0}, {0}, result.size}};
  if (result.size == Bytes{8})
    return {InInt{IntReg{0}, {0}, kSlot}, InInt{IntReg{1}, kSlot, kSlot}};
  return {InInt{IntReg{0}, {0}, result.size}};
}

}  // namespace

CallPlan classify(const Signature& signature) {
  CallPlan plan;
  plan.abi = signature.abi;
  plan.variadic = signature.variadic;
  plan.slot = kSlot;
  plan.int_register_width = {4};
  const bool vfp = signature.abi == AbiName::aapcs32 && !signature.variadic;
  Allocation allocation{plan, vfp};
  for (const Parameter& each : signature.parameters) {
    plan.arguments.push_back({each.type, allocation.place(each.type), false, ""});
  }
  plan.stack_size = rounded_up(plan.stack_size, kStackAlignment);
  plan.result = {signature.result, result_pieces(signature.result, vfp), false, ""};
  return plan;
}

}  // namespace banter::abi::aapcs32
