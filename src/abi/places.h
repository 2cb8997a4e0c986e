// places.h -- where the arguments and the result of a call travel.
//
//   Piece       one register or stretch of stack that holds some bytes of a value
//   Placement   all pieces of one value; a scalar has one, or two where a register is too narrow
//   CallPlan    every Placement of a call: what classify() answers, for people and golden files
//   Step        the same for machines: a few bytes, run by the callout and the callback side
#pragma once

#include <cstdint>
#include <span>
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
using Piece = std::variant<InInt, InFloat, OnStack>;

struct Placement {
  ValueKind value = ValueKind::nothing;
  std::vector<Piece> pieces;  // empty for a void result
};

// One piece of one value, as the marshallers read it.
enum class Place : std::uint8_t { int_register, float_register, stack };
struct Step {
  ValueKind value;  // of the whole argument: says how to convert and to widen
  Place place;
  std::uint8_t size;       // bytes to store there (1, 2, 4 or 8): the value's own, widened to what
                           // the ABI wants filled; who reads takes as many as `value` has
  std::uint8_t at;         // first byte of the value in this piece
  std::uint16_t index;     // register number, or byte offset on the stack
  std::uint16_t argument;  // which argument, from 0
};
static_assert(sizeof(Step) == 8);

struct CallPlan {
  AbiName abi = AbiName::sysv_x64;
  Convention convention = Convention::cdecl_call;
  std::vector<Placement> arguments;
  Placement result;
  // Size of the stacked argument area at the call, a multiple of the ABI's stack alignment; on
  // win_x64 it includes the 32 bytes of home space.
  Bytes stack_size;
  Bytes slot;                        // a narrow integer on the stack is widened to this size
  Bytes int_register_width;          // and in a register to this one
  Bytes callee_pops;                 // ia32 stdcall, fastcall, thiscall
  std::uint8_t int_registers = 0;    // how many argument registers of each sort are used
  std::uint8_t float_registers = 0;  // (x86-64: what al must say to a variadic callee)
  bool variadic = false;

  // The arguments' pieces in order, and the result's.
  std::vector<Step> argument_steps;
  std::vector<Step> result_steps;
};

// Fills argument_steps and result_steps from the placements. classify() does it.
void compile_steps(CallPlan& plan);

}  // namespace banter::abi
