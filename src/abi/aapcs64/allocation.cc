// allocation.cc -- stages B and C of AAPCS64 6.8.2, and results, 6.9.
#include "abi/aapcs64/allocation.h"

#include "abi/aggregate.h"
#include "abi/homogeneous.h"
#include "abi/pieces.h"

namespace banter::abi::aapcs64 {
namespace {

constexpr unsigned kIntRegisters = 8;
constexpr unsigned kFloatRegisters = 8;
constexpr Bytes kWord{8};
constexpr Bytes kStackAlignment{16};  // [6.4.5.1] sp mod 16 = 0
constexpr IntReg kResultRoomRegister{8};
constexpr Bytes kLargestByValue{16};

// [B.4]
bool is_by_reference(const CType& type) {
  return is_aggregate(type.value) && type.size > kLargestByValue && !homogeneous(type);
}

std::string rule_for(const CType& type, const Homogeneous& leaves) {
  if (!is_aggregate(type.value)) return "floating point [C.1]";
  if (type.value == ValueKind::vector) return "short vector [C.1]";
  return leaves.kind == ValueKind::vector ? "HVA [C.2]" : "HFA [C.2]";
}

std::string rule_for(const CType& type) {
  if (is_aggregate(type.value)) return "composite [C.12]";
  return type.size > kWord ? "16-byte integer [C.11]" : "integer or pointer [C.9]";
}

void stack(CallPlan& plan, Placement& placement, const CType& type, const Variant& variant) {
  const Room room = variant.room(type);
  const Bytes offset = rounded_up(plan.stack_size, room.alignment);
  plan.stack_size = offset + room.size;
  placement.pieces = {OnStack{offset, {0}, type.size}};
}

void place_floating(CallPlan& plan, Placement& placement, const Homogeneous& leaves,
                    const Variant& variant) {
  const CType& type = placement.type;
  placement.rule = rule_for(type, leaves);
  if (plan.float_registers + leaves.count > kFloatRegisters) {
    plan.float_registers = kFloatRegisters;
    placement.rule = "NSRN is 8 [C.3, C.6] for " + placement.rule;
    return stack(plan, placement, type, variant);
  }
  placement.pieces = in_float_registers(leaves.size, leaves.count, plan.float_registers);
  plan.float_registers += static_cast<std::uint8_t>(leaves.count);
}

// `type` is that of the address for a value that is passed by reference.
void place_integral(CallPlan& plan, Placement& placement, const CType& type,
                    const Variant& variant) {
  placement.rule += rule_for(type);
  const unsigned words = words_of(type.size, kWord);
  const bool wants_even = variant.pairs_start_even && words == 2 &&
                          natural_alignment(type, plan.abi) == kLargestByValue;
  if (wants_even) plan.int_registers += plan.int_registers & 1;  // [C.10]
  if (plan.int_registers + words > kIntRegisters) {
    plan.int_registers = kIntRegisters;
    placement.rule = "NGRN is 8 [C.13, C.17] for " + placement.rule;
    return stack(plan, placement, type, variant);
  }
  placement.pieces = in_int_registers(type.size, plan.int_registers, kWord);
  plan.int_registers += static_cast<std::uint8_t>(words);
}

// Sets what a value by reference brings instead of itself.
CType carried(Placement& placement, AbiName abi) {
  placement.by_reference = is_by_reference(placement.type);
  if (!placement.by_reference) return placement.type;
  placement.rule = "address of a copy [B.4], ";
  return type_of(ValueKind::address, abi);
}

// Apple's compiler also leaves out what has nothing but unnamed bit-fields.
bool is_nothing(Placement& placement, AbiName abi) {
  const bool any =
      abi == AbiName::apple_arm64 ? has_leaves(placement.type) : placement.type.size > Bytes{0};
  if (!any) placement.rule = "no bytes";
  return !any;
}

// [6.9] As a first argument would travel; what would go to memory comes by x8.
void place_result(CallPlan& plan, const CType& type) {
  plan.result.type = type;
  if (is_nothing(plan.result, plan.abi)) return;
  if (const auto leaves = homogeneous(type)) {
    plan.result.pieces = in_float_registers(leaves->size, leaves->count, 0);
    plan.result.rule = rule_for(type, *leaves) + " [6.9]";
  } else if (is_by_reference(type)) {
    plan.result.by_reference = true;
    plan.result.pieces = {InInt{kResultRoomRegister, {0}, kWord}};
    plan.result.rule = "the address of room comes in x8 [6.9]";
  } else {
    plan.result.pieces = in_int_registers(type.size, 0, kWord);
    plan.result.rule = rule_for(type) + " [6.9]";
  }
}

}  // namespace

CallPlan begin(AbiName abi, const Signature& signature, Bytes slot) {
  CallPlan plan;
  plan.abi = abi;
  plan.variadic = signature.variadic;
  plan.slot = slot;
  plan.int_register_width = kWord;
  plan.stack_alignment = kStackAlignment;
  place_result(plan, signature.result);
  return plan;
}

void add_argument(CallPlan& plan, const CType& type, const Variant& variant) {
  Placement& placement = plan.arguments.emplace_back(Placement{type, {}, false, ""});
  if (is_nothing(placement, plan.abi)) return;
  if (const auto leaves = homogeneous(type)) {
    return place_floating(plan, placement, *leaves, variant);
  }
  place_integral(plan, placement, carried(placement, plan.abi), variant);
}

void add_stacked_argument(CallPlan& plan, const CType& type, const Variant& variant) {
  Placement& placement = plan.arguments.emplace_back(Placement{type, {}, false, ""});
  if (is_nothing(placement, plan.abi)) return;
  stack(plan, placement, carried(placement, plan.abi), variant);
  placement.rule += "for `...`: stack";
}

void finish(CallPlan& plan) {
  plan.stack_used = plan.stack_size;
  plan.stack_size = rounded_up(plan.stack_used, plan.stack_alignment);
}

}  // namespace banter::abi::aapcs64
