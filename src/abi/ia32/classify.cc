// classify.cc -- 32-bit x86 as GCC has it on Linux: cdecl, stdcall, fastcall, thiscall.
//
// Everything is on the stack, left to right from the stack pointer up, in slots of 4 bytes; an
// int64_t or double takes two slots and needs no alignment, a long double three, a structure as
// many as hold it. The conventions differ in this:
//
//   cdecl      the caller removes the arguments
//   stdcall    the callee removes them: `callee_pops`
//   fastcall   as stdcall, and the first two arguments that are integers or addresses of at most
//              4 bytes travel in ecx and edx
//   thiscall   as stdcall, and the first such argument travels in ecx
//
// Results [2.2.3 "Returning Values"]: integers and addresses in eax, those of 8 bytes in edx:eax,
// float, double and long double in st(0), _Complex float in edx:eax as one value of 8 bytes.
// Everything else, and structures of every size, goes to room whose address the caller passes as
// an argument before the first; eax answers it.
//
// What is odd here:
// - A cdecl callee pops the address of that room, and nothing else: `ret $4`. fastcall and thiscall
//   pass it in ecx, as their first argument; nobody pops it then. [2.2.3, GCC]
// - An empty structure takes no bytes as an argument, but as a result it has an address for its
//   room all the same. [GCC]
// - A value that contains a vector of 16 bytes, a __float128 or a scalar type aligned to 16 or
//   more, and is itself so aligned, starts at a multiple of its alignment. aligned(16) on the whole
//   structure or on a member does not count. Clang counts vectors only. [GCC]
// - In fastcall and thiscall an int64_t and a structure use registers up without travelling in
//   them: as many as would hold it, or all that are left. Floating point and vectors do not,
//   nor does a structure that is nothing but one member of floating point. [GCC; Clang, which
//   agrees on most types, does not ask for the member]
// - A variadic function is cdecl whatever its declaration says; classify() refuses the others.
// - GCC wants the stack 16-aligned at the call since version 4.5. [2.2.2]
// - Vectors are placed as Debian's compiler does by default, for an i686 without MMX and SSE: on
//   the stack as arguments, through room as results. Only a vector of one int64_t is an integer.
//   (Code compiled with -mmmx or -msse uses mm0 to mm2 and xmm0 to xmm2 for fixed arguments, mm0
//   and xmm0 for results [2.2.3]; it is another ABI, and GCC warns of the change.)
#include "abi/ia32/classify.h"

#include <algorithm>

#include "abi/aggregate.h"

namespace banter::abi::ia32 {
namespace {

constexpr Bytes kSlot{4};
constexpr Bytes kAlignmentThatCounts{16};

unsigned register_count(Convention convention) {
  if (convention == Convention::fastcall_call) return 2;
  return convention == Convention::thiscall_call ? 1 : 0;
}

bool is_in_parts(const CType& type) {
  return type.value == ValueKind::structure || type.value == ValueKind::union_of ||
         type.value == ValueKind::array;
}

ValueKind element_kind(const CType& type) {
  return type.aggregate->members[0].type.value;
}

// True where a value of 8 bytes goes as an int64_t does.
bool is_vector_of_one_int(const CType& type) {
  return type.value == ValueKind::vector && type.aggregate->count == 1 &&
         is_integral(element_kind(type));
}

// True for floating point and _Complex, and for a structure or array of nothing else than one such
// value: they leave ecx and edx to later arguments.
bool is_one_float(const CType& type) {
  if (is_floating(type.value) || type.value == ValueKind::complex) return true;
  if (type.value != ValueKind::structure && type.value != ValueKind::array) return false;
  return std::any_of(type.aggregate->members.begin(), type.aggregate->members.end(),
                     [&](const Member& member) {
                       return member.type.size == type.size && is_one_float(member.type);
                     });
}

bool uses_registers_up(const CType& type) {
  if (type.value == ValueKind::vector) return type.aggregate->count == 1;
  return !is_one_float(type);
}

// True if the value, or something in it that is no structure, asks for 16 bytes or more.
bool has_alignment_that_counts(const CType& type) {
  if (type.alignment < kAlignmentThatCounts) return false;
  if (type.value == ValueKind::extended80) return false;
  if (type.value == ValueKind::complex) return element_kind(type) != ValueKind::extended80;
  if (!is_in_parts(type)) return true;
  return std::any_of(type.aggregate->members.begin(), type.aggregate->members.end(),
                     [](const Member& member) { return has_alignment_that_counts(member.type); });
}

Bytes stack_alignment(const CType& type) {
  if (is_in_parts(type)) return has_alignment_that_counts(type) ? type.alignment : kSlot;
  // A scalar type that is aligned to more than its size needs is passed as the plain one is.
  const bool is_wide =
      type.value == ValueKind::float128 ||
      (type.value == ValueKind::complex && element_kind(type) == ValueKind::float128) ||
      (type.value == ValueKind::vector && type.size == kAlignmentThatCounts);
  return is_wide ? kAlignmentThatCounts : kSlot;
}

class Placer {
 public:
  explicit Placer(CallPlan& plan) : plan_(plan), registers_(register_count(plan.convention)) {}

  Placement argument(const CType& type) {
    Placement placement{type, {}, false, ""};
    if (type.size == Bytes{0}) {
      placement.rule = "no bytes [2.2.3]";
    } else if (is_integral(type.value) && type.size <= kSlot && next_ < registers_) {
      placement.pieces.push_back(in_register(type.size));
      placement.rule = next_ == 1 ? "the first register argument" : "the second register argument";
    } else {
      if (uses_registers_up(type)) {
        next_ = std::min(registers_, next_ + (type.size.count + kSlot.count - 1) / kSlot.count);
      }
      const Bytes alignment = stack_alignment(type);
      placement.pieces.push_back(on_stack(type.size, alignment));
      placement.rule = alignment > kSlot ? "on the stack, aligned [GCC]" : "on the stack [2.2.3]";
    }
    return placement;
  }

  Placement result(const CType& type) {
    if (type.value == ValueKind::nothing) return {type, {}, false, "nothing"};
    if (is_floating(type.value) && type.value != ValueKind::float128) {
      const Bytes size = std::min(type.size, Bytes{10});
      return {type, {OnX87{0, {0}, size}}, false, "st(0) [2.2.3 \"Returning Values\"]"};
    }
    const bool is_one_word_or_two = is_integral(type.value) && type.size <= Bytes{8};
    const bool is_complex_float =
        type.value == ValueKind::complex && element_kind(type) == ValueKind::float32;
    if (is_one_word_or_two || is_complex_float || is_vector_of_one_int(type)) {
      return in_eax(type);
    }
    plan_.returns_room = true;
    if (registers_ > 0) return {type, {in_register(kSlot)}, true, "the address of room is in ecx"};
    const Piece room = on_stack(kSlot, kSlot);
    if (plan_.convention == Convention::cdecl_call) plan_.callee_pops = kSlot;
    return {type, {room}, true, "the address of room comes first [2.2.3 \"Returning Values\"]"};
  }

 private:
  static Placement in_eax(const CType& type) {
    if (type.size <= kSlot) {
      return {type, {InInt{IntReg{0}, {0}, type.size}}, false, "eax [2.2.3 \"Returning Values\"]"};
    }
    return {type,
            {InInt{IntReg{0}, {0}, kSlot}, InInt{IntReg{1}, {4}, kSlot}},
            false,
            "edx:eax [2.2.3 \"Returning Values\"]"};
  }

  Piece in_register(Bytes size) {
    const InInt piece{IntReg(next_++), {0}, size};
    plan_.int_registers = static_cast<std::uint8_t>(next_);
    return piece;
  }

  Piece on_stack(Bytes size, Bytes alignment) {
    plan_.stack_alignment = std::max(plan_.stack_alignment, alignment);
    const OnStack piece{rounded_up(plan_.stack_size, alignment), {0}, size};
    plan_.stack_size = piece.offset + rounded_up(size, kSlot);
    return piece;
  }

  CallPlan& plan_;
  unsigned registers_;  // of the convention
  unsigned next_ = 0;   // the first that is not used up
};

}  // namespace

CallPlan classify(const Signature& signature) {
  CallPlan plan;
  plan.abi = AbiName::ia32;
  plan.convention = signature.convention;
  plan.variadic = signature.variadic;
  plan.slot = kSlot;
  plan.int_register_width = {4};
  Placer placer(plan);
  plan.result = placer.result(signature.result);
  for (const Parameter& each : signature.parameters) {
    plan.arguments.push_back(placer.argument(each.type));
  }
  if (plan.convention != Convention::cdecl_call) plan.callee_pops = plan.stack_size;
  plan.stack_used = plan.stack_size;
  plan.stack_size = rounded_up(plan.stack_used, plan.stack_alignment);
  return plan;
}

}  // namespace banter::abi::ia32
