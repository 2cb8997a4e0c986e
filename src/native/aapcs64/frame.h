// frame.h -- everything one C call needs under AAPCS64 (Linux); read by call.S.
//
//   0     integers[8]      x0-x7
//   64    struct_result    x8
//   72    floats[8]        d0-d7
//   136   stack            words to copy to the stack, lowest address first
//   144   stack_words
//   152   error_number     errno right after the call
//   160   results          x0 x1, d0-d3
#pragma once

#include <cstddef>
#include <cstdint>

#include "native/vm_callback_context.h"

namespace banter::native::aapcs64 {

inline constexpr unsigned kIntegerRegisters = 8;
inline constexpr unsigned kFloatRegisters = 8;

struct CallFrame {
  std::uint64_t integers[kIntegerRegisters];
  void* struct_result;
  std::uint64_t floats[kFloatRegisters];
  const std::uint64_t* stack;
  std::uint64_t stack_words;
  std::int32_t error_number;
  ResultRegisters results;
};

static_assert(offsetof(CallFrame, struct_result) == 64);
static_assert(offsetof(CallFrame, floats) == 72);
static_assert(offsetof(CallFrame, stack) == 136);
static_assert(offsetof(CallFrame, stack_words) == 144);
static_assert(offsetof(CallFrame, results) == 160);

// What thunk_entry.S lays out on the stack.
static_assert(offsetof(VMCallbackContext, record) == 64);
static_assert(offsetof(VMCallbackContext, struct_result) == 72);
static_assert(offsetof(VMCallbackContext, results) == 104 && sizeof(VMCallbackContext) == 152);

extern "C" void banter_aapcs64_call(CallFrame* frame, void (*target)());

}  // namespace banter::native::aapcs64
