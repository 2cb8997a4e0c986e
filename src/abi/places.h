// places.h -- where the arguments and the result of a call travel.
//
//   Piece       one register or stretch of stack that holds some bytes of a value
//   Placement   all pieces of one value; a scalar has one, or two where a register is too narrow,
//               or the pieces of its address
//   CallPlan    every Placement of a call: what classify() answers, for people and golden files
//   Step        the same for machines: a few bytes, run by the callout and the callback side
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "abi/signature.h"

namespace banter::abi {

enum class IntReg : std::uint8_t {};    // index into the ABI's integer argument (result) order
enum class FloatReg : std::uint8_t {};  // index into the ABI's float argument (result) order

// Where one piece of a C value travels. `at` is its offset inside the value.
struct InInt {
  IntReg reg;
  Bytes at;
  Bytes size;
  friend bool operator==(const InInt&, const InInt&) = default;
};
struct InFloat {
  FloatReg reg;  // on aapcs32 an index of single registers: s0, s1, ...; d1 is index 2
  Bytes at;
  Bytes size;
  friend bool operator==(const InFloat&, const InFloat&) = default;
};
struct OnStack {
  Bytes offset;  // from the stack pointer at the call instruction
  Bytes at;
  Bytes size;
  friend bool operator==(const OnStack&, const OnStack&) = default;
};
struct OnX87 {         // results only
  std::uint8_t depth;  // st(0), st(1)
  Bytes at;
  Bytes size;
  friend bool operator==(const OnX87&, const OnX87&) = default;
};
using Piece = std::variant<InInt, InFloat, OnStack, OnX87>;

struct Placement {
  CType type;
  // Empty for void and for what has no bytes. Pieces may hold the same bytes: win_x64 has a
  // variadic callee find a double in either sort of register. The caller fills all, a reader may
  // take any.
  std::vector<Piece> pieces;
  // The pieces bring the address of the value. An argument's is that of a copy, which the callee
  // may change; a result's is that of room which the caller has made.
  bool by_reference = false;
  // Which rule of the ABI's document said so, for people: "INTEGER, SSE [3.2.3]".
  std::string rule;
};

// One piece of one value, as the marshallers read it.
enum class Place : std::uint8_t {
  int_register,
  float_register,
  float_upper,  // bytes 8 to 15 of a float register
  stack,
  x87,
};
// How the upper bytes are filled when a step stores more bytes than the piece has.
enum class Widening : std::uint8_t { none, zero, sign };

struct Step {
  ValueKind value;  // of the whole argument: says how to convert
  Place place;
  std::uint16_t argument;  // which argument, from 0; kResultRoom
  std::uint32_t size;      // bytes of the value in this piece
  std::uint32_t at;        // the first of them; by reference: where its copy lies in the copies
  std::uint32_t index;     // register number, or byte offset on the stack
  std::uint32_t filled;    // bytes to store there: `size`, widened to what the ABI wants filled
  Widening widening;
  bool by_reference;  // what is stored is the value's address
};
// The `argument` of the step that says where the address of room for the result travels.
inline constexpr std::uint16_t kResultRoom = 0xFFFF;

struct CallPlan {
  AbiName abi = AbiName::sysv_x64;
  Convention convention = Convention::cdecl_call;
  std::vector<Placement> arguments;
  Placement result;
  // Size of the stacked argument area at the call, a multiple of stack_alignment; on win_x64 it
  // includes the 32 bytes of home space.
  Bytes stack_size;
  Bytes stack_used;           // of it, by arguments: where those for `...` would begin
  Bytes stack_alignment{16};  // of the stack pointer at the call
  Bytes copies_size;          // of the arguments that travel by reference
  Bytes copies_alignment{16};
  Bytes slot;                      // a narrow integer on the stack is widened to this size
  Bytes int_register_width;        // and in a register to this one
  Bytes callee_pops;               // ia32 stdcall, fastcall, thiscall; a result's address in cdecl
  std::uint8_t int_registers = 0;  // how many argument registers of each sort are used
  std::uint8_t float_registers = 0;  // (x86-64: what al must say to a variadic callee)
  bool variadic = false;
  bool sign_extends_words = false;  // RISC-V: a uint32_t in a 64-bit register is sign-extended
  bool wide_floats = false;         // some float register carries more than 8 bytes of an argument
  bool wide_results = false;        // or of the result
  std::uint8_t x87_results = 0;
  bool returns_room = false;  // the callee answers the address of a result by reference: rax, eax

  // The arguments' pieces in order, that of kResultRoom first, and the result's. A result by
  // reference has no result steps.
  std::vector<Step> argument_steps;
  std::vector<Step> result_steps;
};

// Fills argument_steps, result_steps and what follows from them (copies, wide registers) from the
// placements. classify() does it.
void compile_steps(CallPlan& plan);

}  // namespace banter::abi
