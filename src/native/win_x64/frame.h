// frame.h -- everything one C call needs under the x64 convention of Windows; read by call.S.
//
//   0     integers[4]      rcx rdx r8 r9
//   32    floats[4]        xmm0-3, low 8 bytes: no argument is wider there
//   64    stack            the 32 bytes of home space, then the stacked arguments
//   72    stack_words
//   80    float_count      0 loads no float registers
//   88    stack_mask       minus the alignment of the stack pointer at the call
//   96    error_number     errno right after the call
//   100   wide_results     1: results.float_uppers are stored, too
//   104   results          rax; xmm0, its upper half at 152
#pragma once

#include <cstddef>
#include <cstdint>

#include "native/vm_callback_context.h"

namespace banter::native::win_x64 {

inline constexpr unsigned kIntegerRegisters = 4;
inline constexpr unsigned kFloatRegisters = 4;

struct CallFrame {
  std::uint64_t integers[kIntegerRegisters];
  std::uint64_t floats[kFloatRegisters];
  const std::uint64_t* stack;
  std::uint64_t stack_words;
  std::uint64_t float_count;
  std::int64_t stack_mask = -16;
  std::int32_t error_number;
  std::uint8_t wide_results = 0;
  ResultRegisters results;
};

static_assert(offsetof(CallFrame, floats) == 32);
static_assert(offsetof(CallFrame, stack) == 64);
static_assert(offsetof(CallFrame, stack_words) == 72);
static_assert(offsetof(CallFrame, float_count) == 80);
static_assert(offsetof(CallFrame, stack_mask) == 88);
static_assert(offsetof(CallFrame, wide_results) == 100);
static_assert(offsetof(CallFrame, results) == 104);
static_assert(offsetof(ResultRegisters, floats) == 16 &&
              offsetof(ResultRegisters, float_uppers) == 48);

// What thunk_entry.S lays out on the stack.
static_assert(offsetof(VMCallbackContext, record) == 64);
static_assert(offsetof(VMCallbackContext, struct_result) == 72);
static_assert(offsetof(VMCallbackContext, results) == 104 && sizeof(VMCallbackContext) == 216);

extern "C" void banter_win_x64_call(CallFrame* frame, void (*target)());

}  // namespace banter::native::win_x64
