// classify.cc -- System V AMD64: Linux, BSD, macOS on x86-64.
//
// Every eight bytes of a value, an "eightbyte", have a class, and each class its row of registers:
//
//   INTEGER      rdi rsi rdx rcx r8 r9    bool, integers, addresses; __int128 is two
//   SSE          xmm0 ... xmm7            float, double, vectors of 8 bytes
//   SSEUP        upper half of the same   the second eightbyte of a 16-byte vector, of __float128
//   X87, X87UP   memory; a result st(0)   long double
//   MEMORY       8-byte slots from the stack pointer up, left to right
//
// A structure of one or two eightbytes is classified leaf by leaf, each eightbyte on its own, and
// travels in registers only if there are enough for all of it; a larger one, or one with a member
// that is not aligned, is MEMORY. Later arguments still use registers that are left. [3.2.3]
//
// What is odd here:
// - A variadic callee wants to know in al how many vector registers are used, at most. That is
//   `float_registers` of the plan; the arguments themselves travel as fixed ones do. [3.2.3]
// - The upper half of a register that holds a narrow integer is undefined by the text, but Clang
//   relies on a caller that widens to 32 bits and GCC does so. We widen to 64.
// - A bit-field without a name makes its eightbyte INTEGER, as one with a name does. [GCC; Clang
//   passes it by]
// - `bool` is 0 or 1 in 8 bits when it is an argument. [3.1.2]
// - Two int, or two float, share one eightbyte and so one register; int and float too: INTEGER
// wins.
// - A vector of one double is passed in memory, unlike every other vector of 8 bytes.
// - Eightbytes without any member (padding of an over-aligned structure) travel nowhere.
// - Results: INTEGER in rax then rdx, SSE in xmm0 then xmm1, X87 in st(0), the imaginary part of a
//   _Complex long double in st(1). A result of class MEMORY is written to the address that comes
//   in rdi, and that address is answered in rax.
// - The stacked area is a multiple of 16 bytes, so that rsp is 16-aligned at the call; more when an
//   argument asks for more. [3.2.2]
// - An argument of no bytes (an empty structure in C) travels nowhere.
#include "abi/sysv_x64/classify.h"

#include <algorithm>
#include <array>

#include "abi/aggregate.h"

namespace banter::abi::sysv_x64 {
namespace {

constexpr unsigned kIntRegisters = 6;
constexpr unsigned kFloatRegisters = 8;
constexpr Bytes kSlot{8};
constexpr Bytes kStackAlignment{16};
constexpr std::uint32_t kEightbyte = 8;

enum class Class : std::uint8_t { none, integer, sse, sse_up, x87, x87_up, memory };

using Classes = std::array<Class, 2>;
constexpr Classes kMemory = {Class::memory, Class::memory};

// [3.2.3 "Classification", 4]
Class merged(Class a, Class b) {
  if (a == b || b == Class::none) return a;
  if (a == Class::none) return b;
  if (a == Class::memory || b == Class::memory) return Class::memory;
  if (a == Class::integer || b == Class::integer) return Class::integer;
  const auto is_x87 = [](Class c) { return c == Class::x87 || c == Class::x87_up; };
  if (is_x87(a) || is_x87(b)) return Class::memory;
  return Class::sse;
}

// The classes of a scalar or vector alone. [3.2.3 "Classification", basic types]
Classes classes_of_leaf(const CType& type) {
  switch (type.value) {
    case ValueKind::int128:
    case ValueKind::uint128:
      return {Class::integer, Class::integer};
    case ValueKind::extended80:
      return {Class::x87, Class::x87_up};
    case ValueKind::float128:
      return {Class::sse, Class::sse_up};
    case ValueKind::float32:
    case ValueKind::float64:
      return {Class::sse, Class::none};
    case ValueKind::vector:
      if (type.size > Bytes{8}) return {Class::sse, Class::sse_up};
      // The text has no such type; compilers agree on memory.
      if (type.aggregate->members[0].type.value == ValueKind::float64) return kMemory;
      return {Class::sse, Class::none};
    default:
      return {Class::integer, Class::none};
  }
}

void merge_bits(std::uint32_t first_bit, std::uint32_t width, Classes& classes) {
  const std::uint32_t first = first_bit / (8 * kEightbyte);
  const std::uint32_t last = (first_bit + width - 1) / (8 * kEightbyte);
  for (std::uint32_t i = first; i <= last; i++) classes[i] = merged(classes[i], Class::integer);
}

// Bit-fields without a name are no leaves, but count.
void merge_unnamed(const CType& type, Bytes offset, Classes& classes) {
  const bool has_members = type.value == ValueKind::structure ||
                           type.value == ValueKind::union_of || type.value == ValueKind::array;
  if (!has_members || type.size == Bytes{0}) return;
  for (const Member& each : type.aggregate->members) {
    if (each.bits && each.name.empty() && each.bits->width > 0) {
      merge_bits(offset.count * 8 + each.bits->first_bit, each.bits->width, classes);
    }
    for (std::uint32_t i = 0; !each.bits && i < type.aggregate->count; i++) {
      merge_unnamed(each.type, offset + each.offset + Bytes{i * each.type.size.count}, classes);
    }
  }
}

void merge_leaf(const Leaf& leaf, Classes& classes) {
  if (leaf.bits) return merge_bits(leaf.bits->first_bit, leaf.bits->width, classes);
  // In a packed structure a leaf may stand anywhere.
  const std::uint32_t natural = leaf.type.size.count;
  if (leaf.offset.count % natural != 0) {
    classes = kMemory;
    return;
  }
  const std::uint32_t at = leaf.offset.count / kEightbyte;
  const Classes own = classes_of_leaf(leaf.type);
  classes[at] = merged(classes[at], own[0]);
  if (at == 0) classes[1] = merged(classes[1], own[1]);
}

Classes classes_of(const CType& type) {
  Classes classes = {Class::none, Class::none};
  if (type.size > Bytes{2 * kEightbyte}) return kMemory;
  for_each_leaf(type, [&](const Leaf& leaf) { merge_leaf(leaf, classes); });
  merge_unnamed(type, {0}, classes);
  // [3.2.3 "Classification", 5]
  if (classes[0] == Class::memory || classes[1] == Class::memory) return kMemory;
  if (classes[1] == Class::x87_up && classes[0] != Class::x87) return kMemory;
  if (classes[1] == Class::sse_up && classes[0] != Class::sse) classes[1] = Class::sse;
  return classes;
}

// "INTEGER, SSE [3.2.3]"
std::string rule_of(const Classes& classes) {
  std::string text;
  for (Class each : classes) {
    if (each == Class::none) continue;
    if (!text.empty()) text += ", ";
    text += each == Class::integer  ? "INTEGER"
            : each == Class::sse    ? "SSE"
            : each == Class::sse_up ? "SSEUP"
            : each == Class::x87    ? "X87"
                                    : "X87UP";
  }
  return (text.empty() ? "no bytes" : text) + " [3.2.3]";
}

// The registers of one value, taken from rows that start at `integers` and `floats`.
std::vector<Piece> in_registers(const CType& type, const Classes& classes, unsigned integers,
                                unsigned floats) {
  std::vector<Piece> pieces;
  for (std::uint32_t i = 0; i < classes.size(); i++) {
    const Bytes at{i * kEightbyte};
    if (type.size <= at) break;
    const Bytes size = std::min(type.size - at, Bytes{kEightbyte});
    if (classes[i] == Class::integer) {
      pieces.push_back(InInt{IntReg(integers++), at, size});
    } else if (classes[i] == Class::sse) {
      pieces.push_back(InFloat{FloatReg(floats++), at, size});
    } else if (classes[i] == Class::sse_up) {
      std::get<InFloat>(pieces.back()).size = type.size;
    } else if (classes[i] == Class::x87) {
      pieces.push_back(OnX87{0, at, Bytes{10}});
    }
  }
  return pieces;
}

OnStack on_stack(CallPlan& plan, const CType& type) {
  const Bytes alignment = std::max(type.alignment, kSlot);
  plan.stack_alignment = std::max(plan.stack_alignment, alignment);
  const OnStack piece{rounded_up(plan.stack_size, alignment), {0}, type.size};
  plan.stack_size = piece.offset + rounded_up(type.size, kSlot);
  return piece;
}

Placement place(CallPlan& plan, const CType& type) {
  Placement placement{type, {}, false, ""};
  if (type.size == Bytes{0}) {
    placement.rule = "no bytes [3.2.3]";
    return placement;
  }
  const Classes classes = classes_of(type);
  const auto count = [&](Class each) {
    return static_cast<unsigned>(std::count(classes.begin(), classes.end(), each));
  };
  const unsigned integers = count(Class::integer);
  const unsigned floats = count(Class::sse);
  if (classes == kMemory || classes[0] == Class::x87) {
    placement.pieces.push_back(on_stack(plan, type));
    placement.rule = classes == kMemory ? "MEMORY [3.2.3]" : "X87 is passed in memory [3.2.3]";
    return placement;
  }
  if (plan.int_registers + integers > kIntRegisters ||
      plan.float_registers + floats > kFloatRegisters) {
    placement.pieces.push_back(on_stack(plan, type));
    placement.rule = "no registers left for " + rule_of(classes);
    return placement;
  }
  placement.pieces = in_registers(type, classes, plan.int_registers, plan.float_registers);
  plan.int_registers += static_cast<std::uint8_t>(integers);
  plan.float_registers += static_cast<std::uint8_t>(floats);
  placement.rule = rule_of(classes);
  return placement;
}

void place_result(CallPlan& plan, const CType& type) {
  plan.result.type = type;
  plan.result.rule = "nothing";
  if (type.size == Bytes{0}) return;
  if (type.value == ValueKind::complex &&
      type.aggregate->members[0].type.value == ValueKind::extended80) {
    plan.result.pieces = {OnX87{0, {0}, {10}}, OnX87{1, {16}, {10}}};
    plan.result.rule = "COMPLEX_X87 [3.2.3 \"Returning\", 6]";
    return;
  }
  const Classes classes = classes_of(type);
  if (classes == kMemory) {
    plan.result.by_reference = true;
    plan.returns_room = true;
    plan.result.pieces = {InInt{IntReg(plan.int_registers++), {0}, {8}}};
    plan.result.rule = "MEMORY: the address of room comes in rdi [3.2.3 \"Returning\", 2]";
    return;
  }
  plan.result.pieces = in_registers(type, classes, 0, 0);
  plan.result.rule = rule_of(classes);
}

}  // namespace

CallPlan classify(const Signature& signature) {
  CallPlan plan;
  plan.abi = AbiName::sysv_x64;
  plan.variadic = signature.variadic;
  plan.slot = kSlot;
  plan.int_register_width = {8};
  plan.stack_alignment = kStackAlignment;
  place_result(plan, signature.result);
  for (const Parameter& each : signature.parameters) {
    plan.arguments.push_back(place(plan, each.type));
  }
  plan.stack_used = plan.stack_size;
  plan.stack_size = rounded_up(plan.stack_used, plan.stack_alignment);
  return plan;
}

}  // namespace banter::abi::sysv_x64
