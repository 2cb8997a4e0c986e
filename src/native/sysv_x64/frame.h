// frame.h -- everything one C call needs under the System V AMD64 ABI; read by call.S.
//
//   0     integers[6]      rdi rsi rdx rcx r8 r9
//   48    floats[8]        xmm0-7, low 8 bytes
//   112   stack            words to copy to the stack, lowest address first
//   120   stack_words
//   128   float_count      al: an upper bound of the vector registers used; 0 loads none
//   136   error_number     errno right after the call
//   140   wide_floats      1: float_uppers are loaded, too
//   141   wide_results     1: results.float_uppers are stored, too
//   142   x87_results      how many values come back on the x87 stack, 0 to 2
//   144   results          rax rdx, xmm0 xmm1; their upper halves at 192, st(0) and st(1) at 224
//   256   float_uppers[8]  xmm0-7, bytes 8 to 15
//   320   stack_mask       minus the alignment of the stack pointer at the call
#pragma once

#include <cstddef>
#include <cstdint>

#include "native/vm_callback_context.h"

namespace banter::native::sysv_x64 {

inline constexpr unsigned kIntegerRegisters = 6;
inline constexpr unsigned kFloatRegisters = 8;

struct CallFrame {
  std::uint64_t integers[kIntegerRegisters];
  std::uint64_t floats[kFloatRegisters];
  const std::uint64_t* stack;
  std::uint64_t stack_words;
  std::uint64_t float_count;
  std::int32_t error_number;
  std::uint8_t wide_floats = 0;
  std::uint8_t wide_results = 0;
  std::uint8_t x87_results = 0;
  ResultRegisters results;
  std::uint64_t float_uppers[kFloatRegisters];
  std::int64_t stack_mask = -16;
};

static_assert(offsetof(CallFrame, floats) == 48);
static_assert(offsetof(CallFrame, stack) == 112);
static_assert(offsetof(CallFrame, stack_words) == 120);
static_assert(offsetof(CallFrame, float_count) == 128);
static_assert(offsetof(CallFrame, wide_floats) == 140);
static_assert(offsetof(CallFrame, wide_results) == 141);
static_assert(offsetof(CallFrame, x87_results) == 142);
static_assert(offsetof(CallFrame, results) == 144);
static_assert(offsetof(ResultRegisters, float_uppers) == 48 &&
              offsetof(ResultRegisters, x87) == 80);
static_assert(offsetof(CallFrame, float_uppers) == 256);
static_assert(offsetof(CallFrame, stack_mask) == 320);

// What thunk_entry.S lays out on the stack.
static_assert(offsetof(VMCallbackContext, record) == 64);
static_assert(offsetof(VMCallbackContext, struct_result) == 72);
static_assert(offsetof(VMCallbackContext, x87_results) == 85);
static_assert(offsetof(VMCallbackContext, results) == 104 && sizeof(VMCallbackContext) == 216);

extern "C" void banter_sysv_x64_call(CallFrame* frame, void (*target)());

}  // namespace banter::native::sysv_x64
