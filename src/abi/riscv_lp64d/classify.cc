// classify.cc -- RISC-V with 64-bit integers and doubles in registers (LP64D).
//
//   a0 ... a7      integers, bool, addresses; what has 16 bytes is two
//   fa0 ... fa7    float, double, alone or as one of the two fields of a structure: named arguments
//                  only; flatten.h says what a field is
//   stack          8-byte slots from sp up
//
// There are two conventions. The integer convention can place everything: by its bytes in one or
// two registers, by the address of a copy above 16 bytes. The hardware floating-point convention is
// tried first, for named arguments, and needs a register for each of its one or two fields; when
// one is lacking, the integer convention places the whole. [2.1, 2.2]
//
// What is odd here:
// - A double that finds fa0-fa7 used up goes to the integer registers before it goes to the stack.
//   [2.2]
// - What has 16 bytes and finds only a7 is split: its low half there, its high half on the stack.
//   This holds for __int128, long double (IEEE binary128) and structures. [2.1]
// - Such values begin at any register when they are named. For `...` those that are aligned to 16
//   begin at an even one (a0, a2 ...); when that leaves a7 unused, all later ones are on the stack,
//   too. [2.1]
// - An argument for `...` always follows the integer convention: a double in a1. [2.1]
// - {float, float} is fa0 and fa1, {float, int} is fa0 and a0, {int, int} is all of a0, and so is
//   {float, void *}: a pointer is no integer here. union {float} is a0. [2.2]
// - On the stack a value is aligned as its type is, 8 at least and 16 at most. [2.1]
// - A float in an integer register or on the stack stands in the low half; the upper half means
//   nothing. In a float register it is NaN-boxed: the upper half is all ones. [ISA 12.2]
// - Narrow integers are widened to 32 bits by their own sign, then to 64 by the sign of that: a
//   uint32_t of 0xFFFFFFFF is all ones. [2.1] The plan says so: sign_extends_words. What is part of
//   a structure is not widened.
// - An argument of no bytes (an empty structure in C) travels nowhere, but a named one that is
//   aligned to more than 8 aligns what comes after it on the stack. [GCC]
// - Results travel as a first named argument would; for one by reference, the address of room is
//   the first argument, a0. [2.1]
#include "abi/riscv_lp64d/classify.h"

#include <algorithm>

#include "abi/aggregate.h"
#include "abi/pieces.h"
#include "abi/riscv_lp64d/flatten.h"

namespace banter::abi::riscv_lp64d {
namespace {

constexpr unsigned kIntRegisters = 8;
constexpr unsigned kFloatRegisters = 8;
constexpr Bytes kWord{8};
constexpr Bytes kLargestByValue{16};
constexpr Bytes kStackAlignment{16};

bool is_by_reference(const CType& type) {
  return type.size > kLargestByValue;
}

// [2.2] Empty when the hardware floating-point convention does not apply, or lacks registers.
std::vector<Field> fields_of(const CType& type, const CallPlan& plan) {
  const bool scalar = is_floating(type.value) && type.size <= kWord;
  std::vector<Field> fields = scalar ? std::vector{Field{true, {0}, type.size}} : flattened(type);
  const auto floats = static_cast<unsigned>(std::ranges::count(fields, true, &Field::floating));
  const unsigned integers = static_cast<unsigned>(fields.size()) - floats;
  const bool fit = plan.float_registers + floats <= kFloatRegisters &&
                   plan.int_registers + integers <= kIntRegisters;
  return fit ? fields : std::vector<Field>{};
}

void place_fields(CallPlan& plan, Placement& placement, const std::vector<Field>& fields) {
  for (const Field& each : fields) {
    if (each.floating) {
      placement.pieces.push_back(InFloat{FloatReg(plan.float_registers++), each.at, each.size});
    } else {
      placement.pieces.push_back(InInt{IntReg(plan.int_registers++), each.at, each.size});
    }
  }
  const bool scalar = !is_aggregate(placement.type.value);
  placement.rule = scalar              ? "floating point [2.2]"
                   : fields.size() < 2 ? "one floating-point field [2.2]"
                   : fields[0].floating && fields[1].floating
                       ? "two floating-point fields [2.2]"
                       : "floating-point field and integer field [2.2]";
}

// An alignment that was asked for a scalar is not its own, one that was asked for a structure is.
Bytes own_alignment(const CType& type) {
  const bool has_own = type.value == ValueKind::structure || type.value == ValueKind::union_of;
  return has_own ? type.alignment : natural_alignment(type, AbiName::riscv_lp64d);
}

Bytes stack_alignment_of(const CType& type) {
  return std::clamp(own_alignment(type), kWord, kStackAlignment);
}

// Puts the bytes from `at` on to the stack. [2.1]
void stack(CallPlan& plan, Placement& placement, const CType& type, Bytes at) {
  const Bytes offset = rounded_up(plan.stack_size, stack_alignment_of(type));
  const Bytes size = type.size - at;
  plan.stack_size = offset + rounded_up(size, kWord);
  placement.pieces.push_back(OnStack{offset, at, size});
}

// [2.1] `type` is that of the address for a value that is passed by reference.
void place_words(CallPlan& plan, Placement& placement, const CType& type, bool named) {
  const unsigned words = words_of(type.size, kWord);
  if (!named && words == 2 && own_alignment(type) >= kLargestByValue) {
    plan.int_registers += plan.int_registers & 1;
    placement.rule += "aligned pair, ";
  }
  const unsigned first = plan.int_registers;
  const unsigned used = std::min(words, kIntRegisters - first);
  const Bytes in_registers = std::min(type.size, Bytes{used * kWord.count});
  placement.pieces = in_int_registers(in_registers, first, kWord);
  plan.int_registers += static_cast<std::uint8_t>(used);
  if (used < words) stack(plan, placement, type, in_registers);
  placement.rule += used == words ? "integer registers [2.1]"
                    : used > 0    ? "a7 and stack [2.1]"
                                  : "stack [2.1]";
}

Placement place(CallPlan& plan, const CType& type, bool named) {
  Placement placement{type, {}, false, "no bytes"};
  if (type.size == Bytes{0}) {
    if (named) plan.stack_size = rounded_up(plan.stack_size, stack_alignment_of(type));
    return placement;
  }
  placement.rule = "";
  const std::vector<Field> fields = named ? fields_of(type, plan) : std::vector<Field>{};
  if (!fields.empty()) {
    place_fields(plan, placement, fields);
  } else if (is_by_reference(type)) {
    placement.by_reference = true;
    placement.rule = "address of a copy [2.1], ";
    place_words(plan, placement, type_of(ValueKind::address, plan.abi), named);
  } else {
    place_words(plan, placement, type, named);
  }
  return placement;
}

// [2.1] Before the arguments: the address of room is the first of them.
void place_result(CallPlan& plan, const CType& type) {
  CallPlan alone = plan;
  plan.result = place(alone, type, true);
  if (!plan.result.by_reference) return;
  plan.int_registers = 1;
  plan.result.rule = "the address of room comes in a0 [2.1]";
}

}  // namespace

CallPlan classify(const Signature& signature) {
  CallPlan plan;
  plan.abi = AbiName::riscv_lp64d;
  plan.variadic = signature.variadic;
  plan.sign_extends_words = true;
  plan.slot = kWord;
  plan.int_register_width = kWord;
  plan.stack_alignment = kStackAlignment;
  place_result(plan, signature.result);
  for (std::size_t i = 0; i < signature.parameters.size(); i++) {
    const bool named = !signature.variadic || i < signature.fixed_count;
    plan.arguments.push_back(place(plan, signature.parameters[i].type, named));
  }
  plan.stack_used = plan.stack_size;
  plan.stack_size = rounded_up(plan.stack_used, kStackAlignment);
  return plan;
}

}  // namespace banter::abi::riscv_lp64d
