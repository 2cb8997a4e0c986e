// classify.cc -- AAPCS for 32-bit Arm: the base standard (soft float) and the VFP variant (hard).
//
//   NCRN   next core register:      r0 ... r3
//   NSAA   next stacked argument:   slots of 4 bytes from sp up
//   VFP    s0 ... s15, also d0 ... d7 (d1 is s2 and s3)             [VFP variant only]
//
// In the VFP variant float, double, vectors and aggregates of one to four of one of these (HFA,
// HVA; _Complex is one) are "VFP candidates". A plan counts registers in singles: a vector of 16
// bytes has two pieces, each in a d register. [7.1.2]
//
// What is odd here:
// - Nothing is passed by reference: an aggregate of 1000 bytes is 250 words.
// - One that finds too few core registers takes those that are left and continues on the stack, if
//   the stack is still empty; else NCRN becomes 4, as it does for scalars of 8 bytes. [C.5, C.6]
// - What is aligned to 8 by nature begins at an even register, r0 or r2, and at a multiple of 8 on
//   the stack. r1 stays unused when it is skipped. Alignment that was asked for the whole type does
//   not count, that of a member does. Nothing is aligned to more than 8. [5.3, B.5, C.3, C.7]
// - The VFP row is filled from behind: a candidate takes the lowest free registers that follow each
//   other, also those that a double has skipped, until one has gone to the stack; from then on none
//   does. A stacked candidate also ends the splitting of [C.5]. [C.1.vfp, C.2.vfp]
// - Variadic functions follow the base standard, floating point included, in their fixed arguments
//   and their result too. [7.1.2.1]
// - Results: r0, or r0:r1 for scalars of 8 bytes, r0-r3 for vectors of 16. An aggregate of up to 4
//   bytes is in r0; a larger one in memory whose address comes in r0 as the first argument. VFP
//   candidates return in s0, d0 and those that follow. [6.4, 7.1.2.2]
// - An argument of no bytes (an empty structure in C) travels nowhere; one that is aligned to 8 all
//   the same makes the next begin at an even register, or at a multiple of 8. [C.3, C.7]
// - A bit-field of type long long counts as aligned to 8 in a packed structure, too, whose members
//   otherwise do not. [GCC 9 and later; Clang does not count it]
// - GCC without NEON places vectors no differently.
#include "abi/aapcs32/classify.h"

#include <algorithm>
#include <bitset>

#include "abi/aggregate.h"
#include "abi/homogeneous.h"
#include "abi/pieces.h"

namespace banter::abi::aapcs32 {
namespace {

constexpr unsigned kCoreRegisters = 4;
constexpr unsigned kSingleRegisters = 16;
constexpr Bytes kWord{4};
constexpr Bytes kDoubleWord{8};
constexpr Bytes kStackAlignment{8};  // [6.2.1.2]

// Packed or not.
bool has_double_word_bit_field(const CType& type) {
  if (type.value != ValueKind::structure && type.value != ValueKind::union_of) return false;
  return std::ranges::any_of(type.aggregate->members, [](const Member& each) {
    return each.bits && type_of(each.type.value, AbiName::aapcs32).alignment >= kDoubleWord;
  });
}

bool is_double_aligned(const CType& type) {
  return natural_alignment(type, AbiName::aapcs32) >= kDoubleWord ||
         has_double_word_bit_field(type);
}

unsigned singles_of(const Homogeneous& leaves) {
  return leaves.size.count / kWord.count;
}

// A candidate's registers from single `first` on.
std::vector<Piece> vfp_pieces(const Homogeneous& leaves, unsigned first) {
  const Bytes each = std::min(leaves.size, kDoubleWord);
  const unsigned count = leaves.count * leaves.size.count / each.count;
  return in_float_registers(each, count, first, each.count / kWord.count);
}

std::string candidate_name(const CType& type, const Homogeneous& leaves) {
  if (!is_aggregate(type.value)) return "floating point";
  if (type.value == ValueKind::vector) return "vector";
  return leaves.kind == ValueKind::vector ? "HVA" : "HFA";
}

class Allocation {
 public:
  Allocation(CallPlan& plan, bool vfp) : plan_(plan), vfp_(vfp) {}

  void add(const CType& type) {
    Placement placement{type, {}, false, ""};
    const auto leaves = vfp_ ? homogeneous(type) : std::nullopt;
    if (leaves) {
      place_candidate(placement, *leaves);
    } else {
      place_words(placement);
    }
    plan_.arguments.push_back(std::move(placement));
  }

 private:
  // [C.1.vfp, C.2.vfp]
  void place_candidate(Placement& placement, const Homogeneous& leaves) {
    const unsigned step = singles_of(leaves);
    const unsigned count = step * leaves.count;
    placement.rule = candidate_name(placement.type, leaves) + " [C.1.vfp]";
    for (unsigned i = 0; !vfp_closed_ && i + count <= kSingleRegisters; i += step) {
      if (!are_free(i, count)) continue;
      for (unsigned used = i; used < i + count; used++) singles_.set(used);
      plan_.float_registers = static_cast<std::uint8_t>(singles_.count());
      placement.pieces = vfp_pieces(leaves, i);
      return;
    }
    vfp_closed_ = true;
    placement.rule = "no VFP registers left [C.2.vfp] for " + placement.rule;
    stack(placement, {0});
  }

  bool are_free(unsigned first, unsigned count) const {
    for (unsigned i = first; i < first + count; i++) {
      if (singles_[i]) return false;
    }
    return true;
  }

  // [C.3] to [C.8]
  void place_words(Placement& placement) {
    const CType& type = placement.type;
    const unsigned words = words_of(type.size, kWord);
    unsigned next = plan_.int_registers;
    if (is_double_aligned(type)) next += next & 1;
    const unsigned left = kCoreRegisters - next;
    if (words <= left && left > 0) {
      placement.pieces = in_int_registers(type.size, next, kWord);
      placement.rule = words == 0 ? "no bytes" : "core registers [C.4]";
      next += words;
    } else {
      const bool split = left > 0 && plan_.stack_size == Bytes{0};
      const Bytes in_registers{split ? left * kWord.count : 0};
      placement.pieces = in_int_registers(in_registers, next, kWord);
      stack(placement, in_registers);
      placement.rule = split       ? "core registers and stack [C.5]"
                       : words > 0 ? "stack [C.6, C.8]"
                                   : "no bytes";
      next = kCoreRegisters;
    }
    plan_.int_registers = static_cast<std::uint8_t>(next);
  }

  // Puts the bytes from `at` on to the stack. [C.7, C.8]
  void stack(Placement& placement, Bytes at) {
    const CType& type = placement.type;
    const Bytes alignment = is_double_aligned(type) ? kDoubleWord : kWord;
    const Bytes offset = rounded_up(plan_.stack_size, alignment);
    plan_.stack_size = offset + rounded_up(type.size - at, kWord);
    if (type.size > at) placement.pieces.push_back(OnStack{offset, at, type.size - at});
  }

  CallPlan& plan_;
  bool vfp_;                                 // floating point has registers of its own
  std::bitset<kSingleRegisters> singles_{};  // those in use
  bool vfp_closed_ = false;                  // a candidate is on the stack
};

// [6.4, 7.1.2.2] Before the arguments: the address of room is the first of them.
void place_result(CallPlan& plan, const CType& type, bool vfp) {
  plan.result = {type, {}, false, "no bytes"};
  if (type.size == Bytes{0}) return;
  const auto leaves = vfp ? homogeneous(type) : std::nullopt;
  const bool has_members = is_aggregate(type.value) && type.value != ValueKind::vector;
  if (leaves) {
    plan.result.pieces = vfp_pieces(*leaves, 0);
    plan.result.rule = candidate_name(type, *leaves) + " [7.1.2.2]";
  } else if (has_members && type.size > kWord) {
    plan.result.by_reference = true;
    plan.result.pieces = {InInt{IntReg(plan.int_registers++), {0}, kWord}};
    plan.result.rule = "the address of room comes in r0 [6.4, A.4]";
  } else {
    plan.result.pieces = in_int_registers(type.size, 0, kWord);
    plan.result.rule = "core registers [6.4]";
  }
}

}  // namespace

CallPlan classify(const Signature& signature) {
  CallPlan plan;
  plan.abi = signature.abi;
  plan.variadic = signature.variadic;
  plan.slot = kWord;
  plan.int_register_width = kWord;
  plan.stack_alignment = kStackAlignment;
  const bool vfp = signature.abi == AbiName::aapcs32 && !signature.variadic;
  place_result(plan, signature.result, vfp);
  Allocation allocation(plan, vfp);
  for (const Parameter& each : signature.parameters) allocation.add(each.type);
  plan.stack_used = plan.stack_size;
  plan.stack_size = rounded_up(plan.stack_used, kStackAlignment);
  return plan;
}

}  // namespace banter::abi::aapcs32
