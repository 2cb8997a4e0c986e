// frame.h -- everything one C call needs under AAPCS64 (Linux); read by call.S.
//
//   0     integers[8]      x0-x7
//   64    struct_result    x8
//   80    floats[8]        v0-v7, 16 bytes each
//   208   stack            words to copy to the stack, lowest address first
//   216   stack_words
//   224   error_number     errno right after the call
//   240   results          x0 x1, v0-v3
#pragma once

#include <cstddef>
#include <cstdint>

#include "native/vm_callback_context.h"

namespace banter::native::aapcs64 {

inline constexpr unsigned kIntegerRegisters = 8;
inline constexpr unsigned kFloatRegisters = 8;

struct alignas(16) CallFrame {
  std::uint64_t integers[kIntegerRegisters];
  void* struct_result;
  ResultRegisters::Vector floats[kFloatRegisters];
  const std::uint64_t* stack;
  std::uint64_t stack_words;
  std::int32_t error_number;
  ResultRegisters results;
};

static_assert(offsetof(CallFrame, struct_result) == 64);
static_assert(offsetof(CallFrame, floats) == 80);
static_assert(offsetof(CallFrame, stack) == 208);
static_assert(offsetof(CallFrame, stack_words) == 216);
static_assert(offsetof(CallFrame, error_number) == 224);
static_assert(offsetof(CallFrame, results) == 240);

extern "C" void banter_aapcs64_call(CallFrame* frame, void (*target)());

}  // namespace banter::native::aapcs64
