// frame.h -- everything one C call needs under the conventions of 32-bit x86; read by call.S.
//
//   0     integers[2]      ecx edx: fastcall and thiscall
//   8     stack            words of 8 bytes to copy to the stack, lowest address first
//   12    stack_words
//   16    error_number     errno right after the call
//   20    x87_bytes        of the result in st(0): 4, 8 or 10; 0 if there is none
//   24    stack_mask       minus the alignment of the stack pointer at the call
//   32    results          eax edx, st(0) at 112 with as many bytes as x87_bytes says
//
// There are no float registers: what `floats` is elsewhere is missing.
#pragma once

#include <cstddef>
#include <cstdint>

#include "native/vm_callback_context.h"

namespace banter::native::ia32 {

inline constexpr unsigned kIntegerRegisters = 2;
inline constexpr unsigned kFloatRegisters = 0;

struct CallFrame {
  std::uint32_t integers[kIntegerRegisters];
  const std::uint64_t* stack;
  std::uint32_t stack_words;
  std::int32_t error_number;
  std::uint8_t x87_bytes = 0;
  std::int32_t stack_mask = -16;
  alignas(8) ResultRegisters results;
};

static_assert(offsetof(CallFrame, stack) == 8);
static_assert(offsetof(CallFrame, stack_words) == 12);
static_assert(offsetof(CallFrame, x87_bytes) == 20);
static_assert(offsetof(CallFrame, stack_mask) == 24);
static_assert(offsetof(CallFrame, results) == 32 && offsetof(ResultRegisters, x87) == 80);

// What thunk_entry.S lays out on the stack.
static_assert(offsetof(VMCallbackContext, rvs) == 24);
static_assert(offsetof(VMCallbackContext, record) == 32);
static_assert(offsetof(VMCallbackContext, struct_result) == 36);
static_assert(offsetof(VMCallbackContext, x87_results) == 45);
static_assert(offsetof(VMCallbackContext, results) == 56 && sizeof(VMCallbackContext) == 168);

extern "C" void banter_ia32_call(CallFrame* frame, void (*target)());

}  // namespace banter::native::ia32
