// frame.h -- everything one C call needs under the System V AMD64 ABI; read by call.S.
//
//   0     integers[6]      rdi rsi rdx rcx r8 r9
//   48    floats[8]        xmm0-7, low 8 bytes
//   112   stack            words to copy to the stack, lowest address first
//   120   stack_words
//   128   float_count      al: an upper bound of the vector registers used; 0 loads none
//   136   error_number     errno right after the call
//   144   results          rax rdx, xmm0 xmm1
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
  ResultRegisters results;
};

static_assert(offsetof(CallFrame, floats) == 48);
static_assert(offsetof(CallFrame, stack) == 112);
static_assert(offsetof(CallFrame, stack_words) == 120);
static_assert(offsetof(CallFrame, float_count) == 128);
static_assert(offsetof(CallFrame, results) == 144);

// What thunk_entry.S lays out on the stack.
static_assert(offsetof(VMCallbackContext, record) == 64);
static_assert(offsetof(VMCallbackContext, struct_result) == 72);
static_assert(offsetof(VMCallbackContext, results) == 104 && sizeof(VMCallbackContext) == 152);

extern "C" void banter_sysv_x64_call(CallFrame* frame, void (*target)());

}  // namespace banter::native::sysv_x64
