// frame.h -- everything one C call needs under RISC-V's LP64D; read by call.S.
//
//   0     integers[8]      a0-a7
//   64    floats[8]        fa0-fa7; a float's upper half is all ones
//   128   stack            words to copy to the stack, lowest address first
//   136   stack_words
//   144   float_count      0 loads no float registers
//   152   error_number     errno right after the call
//   160   results          a0 a1, fa0 fa1
#pragma once

#include <cstddef>
#include <cstdint>

#include "native/vm_callback_context.h"

namespace banter::native::riscv_lp64d {

inline constexpr unsigned kIntegerRegisters = 8;
inline constexpr unsigned kFloatRegisters = 8;

struct CallFrame {
  std::uint64_t integers[kIntegerRegisters];
  std::uint64_t floats[kFloatRegisters];
  const std::uint64_t* stack;
  std::uint64_t stack_words;
  std::uint64_t float_count;
  std::int32_t error_number;
  ResultRegisters results;
};

static_assert(offsetof(CallFrame, floats) == 64);
static_assert(offsetof(CallFrame, stack) == 128);
static_assert(offsetof(CallFrame, stack_words) == 136);
static_assert(offsetof(CallFrame, float_count) == 144);
static_assert(offsetof(CallFrame, results) == 160);

// What thunk_entry.S lays out on the stack.
static_assert(offsetof(VMCallbackContext, record) == 64);
static_assert(offsetof(VMCallbackContext, struct_result) == 72);
static_assert(offsetof(VMCallbackContext, results) == 104 && sizeof(VMCallbackContext) == 216);

extern "C" void banter_riscv_lp64d_call(CallFrame* frame, void (*target)());

}  // namespace banter::native::riscv_lp64d
