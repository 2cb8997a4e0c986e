// frame.h -- everything one C call needs under AAPCS for 32-bit Arm, hard and soft float; read by
// call.S.
//
//   0     integers[4]      r0-r3
//   16    stack            words of 8 bytes to copy to the stack, lowest address first
//   20    stack_words
//   24    float_count      0 loads no float registers
//   28    error_number     errno right after the call
//   32    results          r0-r3 in the first 16 bytes, d0-d7 at 48
//   144   floats           d0-d7, which are also s0-s15
//
// A plan counts float registers in singles, and a result of four words is one vector (soft float):
// so both are stored in strides of 4 bytes (marshal.h). With soft float nothing looks at floats.
#pragma once

#include <cstddef>
#include <cstdint>

#include "native/vm_callback_context.h"

namespace banter::native::aapcs32 {

inline constexpr unsigned kIntegerRegisters = 4;
inline constexpr unsigned kFloatRegisters = 8;

struct CallFrame {
  std::uint32_t integers[kIntegerRegisters];
  const std::uint64_t* stack;
  std::uint32_t stack_words;
  std::uint32_t float_count;
  std::int32_t error_number;
  ResultRegisters results;
  std::uint64_t floats[kFloatRegisters];
};

static_assert(offsetof(CallFrame, stack) == 16);
static_assert(offsetof(CallFrame, stack_words) == 20);
static_assert(offsetof(CallFrame, float_count) == 24);
static_assert(offsetof(CallFrame, results) == 32);
static_assert(offsetof(ResultRegisters, floats) == 16);
static_assert(offsetof(ResultRegisters, x87) == 16 + 64, "d0-d7 are floats and float_uppers");
static_assert(offsetof(CallFrame, floats) == 144);

// What thunk_entry.S lays out on the stack.
static_assert(offsetof(VMCallbackContext, rvs) == 24);
static_assert(offsetof(VMCallbackContext, record) == 32);
static_assert(offsetof(VMCallbackContext, struct_result) == 36);
static_assert(offsetof(VMCallbackContext, results) == 56 && sizeof(VMCallbackContext) == 168);

extern "C" void banter_aapcs32_call(CallFrame* frame, void (*target)());

}  // namespace banter::native::aapcs32
