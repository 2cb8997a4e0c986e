// frame.h -- everything one C call needs under AAPCS64 (Linux); read by call.S.
//
//   0     integers[9]      x0-x7, and x8: where a struct result goes
//   72    floats[8]        d0-d7
//   136   stack            words to copy to the stack, lowest address first
//   144   stack_words
//   152   error_number     errno right after the call
//   156   wide_floats      1: float_uppers are loaded, too
//   157   wide_results     1: results.float_uppers are stored, too
//   160   results          x0 x1, d0-d3; the upper halves of v0-v3 at 208
//   272   float_uppers[8]  v0-v7, bytes 8 to 15
#pragma once

#include <cstddef>
#include <cstdint>

#include "native/vm_callback_context.h"

namespace banter::native::aapcs64 {

inline constexpr unsigned kIntegerRegisters = 8;
inline constexpr unsigned kFloatRegisters = 8;

struct CallFrame {
  std::uint64_t integers[kIntegerRegisters + 1];
  std::uint64_t floats[kFloatRegisters];
  const std::uint64_t* stack;
  std::uint64_t stack_words;
  std::int32_t error_number;
  std::uint8_t wide_floats = 0;
  std::uint8_t wide_results = 0;
  ResultRegisters results;
  std::uint64_t float_uppers[kFloatRegisters];
};

static_assert(offsetof(CallFrame, floats) == 72);
static_assert(offsetof(CallFrame, stack) == 136);
static_assert(offsetof(CallFrame, stack_words) == 144);
static_assert(offsetof(CallFrame, wide_floats) == 156);
static_assert(offsetof(CallFrame, wide_results) == 157);
static_assert(offsetof(CallFrame, results) == 160);
static_assert(offsetof(ResultRegisters, float_uppers) == 48);
static_assert(offsetof(CallFrame, float_uppers) == 272);

// What thunk_entry.S lays out on the stack.
static_assert(offsetof(VMCallbackContext, record) == 64);
static_assert(offsetof(VMCallbackContext, struct_result) == 72);
static_assert(offsetof(VMCallbackContext, results) == 104 && sizeof(VMCallbackContext) == 216);

extern "C" void banter_aapcs64_call(CallFrame* frame, void (*target)());

}  // namespace banter::native::aapcs64
