// frame.h -- everything one C call needs under the System V AMD64 ABI; read by call.S.
//
//   0     integers[6]      rdi rsi rdx rcx r8 r9
//   48    floats[8]        xmm0-7, 16 bytes each
//   176   stack            words to copy to the stack, lowest address first
//   184   stack_words
//   192   float_count      al: an upper bound of the vector registers used, for varargs
//   200   error_number     errno right after the call
//   208   results          rax rdx, xmm0 xmm1
#pragma once

#include <cstddef>
#include <cstdint>

#include "native/vm_callback_context.h"

namespace banter::native::sysv_x64 {

inline constexpr unsigned kIntegerRegisters = 6;
inline constexpr unsigned kFloatRegisters = 8;

struct alignas(16) CallFrame {
  std::uint64_t integers[kIntegerRegisters];
  ResultRegisters::Vector floats[kFloatRegisters];
  const std::uint64_t* stack;
  std::uint64_t stack_words;
  std::uint64_t float_count;
  std::int32_t error_number;
  ResultRegisters results;
};

static_assert(offsetof(CallFrame, floats) == 48);
static_assert(offsetof(CallFrame, stack) == 176);
static_assert(offsetof(CallFrame, stack_words) == 184);
static_assert(offsetof(CallFrame, float_count) == 192);
static_assert(offsetof(CallFrame, error_number) == 200);
static_assert(offsetof(CallFrame, results) == 208);

extern "C" void banter_sysv_x64_call(CallFrame* frame, void (*target)());

}  // namespace banter::native::sysv_x64
