// marshal.h -- one piece of a C value between its bits and the place that a call plan names, both
// for calls (CallFrame) and for callbacks (VMCallbackContext).
//
// The bits of a value are 64, integers widened by their sign. A value that two registers share has
// a Step for each, and its bits are put together here.
#pragma once

#include <cstring>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "abi/places.h"
#include "base/check.h"
#include "native/call.h"
#include "native/vm_callback_context.h"

namespace banter::native {

// Room for the stacked arguments of nearly every call without an allocation.
class StackArea {
 public:
  explicit StackArea(abi::Bytes size) : words_(size.count / 8) {
    if (words_ > kInline) [[unlikely]]
      more_.resize(words_);
  }
  char* at(std::size_t offset) { return reinterpret_cast<char*>(data()) + offset; }
  std::uint64_t* data() { return words_ > kInline ? more_.data() : inline_; }
  std::size_t words() const { return words_; }

 private:
  static constexpr std::size_t kInline = 16;
  std::size_t words_;
  std::uint64_t inline_[kInline];
  std::vector<std::uint64_t> more_;
};

// A float register's low 8 bytes, or the 4 of a float. IA32 has none.
template <class Frame>
void store_float(Frame& frame, std::size_t index, std::uint64_t bits) {
  if constexpr (requires { frame.floats; }) {
    frame.floats[index] = bits;
  } else {
    BANTER_CHECK(false, "float register {} on an ABI without any", index);
  }
}
template <class Frame>
void store_float_upper(Frame& frame, std::size_t index, std::uint64_t bits) {
  if constexpr (requires { frame.float_uppers; }) {
    frame.float_uppers[index] = bits;
  } else {
    BANTER_CHECK(false, "float register {} on an ABI without any", index);
  }
}

inline void store_piece(CallFrame& frame, StackArea& stack, const abi::Step& step,
                        std::uint64_t bits) {
  const std::uint64_t piece = bits >> (8 * step.at);
  switch (step.place) {
    case abi::Place::int_register:
      frame.integers[step.index] = piece;
      break;
    case abi::Place::float_register:
      store_float(frame, step.index, piece);
      break;
    case abi::Place::stack:
      std::memcpy(stack.at(step.index), &piece, step.filled);
      break;
    case abi::Place::float_upper:
    case abi::Place::x87:
      break;  // only of types that are wider than these bits
  }
}

// Everything that is not an argument, for a call whose arguments are all in integer registers.
template <class Frame>
void complete_integer_frame(Frame& frame) {
  frame.stack_words = 0;
  if constexpr (requires { frame.float_count; }) frame.float_count = 0;
}

// Everything that is not an argument.
template <class Frame>
void complete_frame(Frame& frame, const void* stack, const abi::CallPlan& plan) {
  frame.stack = static_cast<const std::uint64_t*>(stack);
  frame.stack_words = plan.stack_size.count / sizeof *frame.stack;
  // What not every host's frame has: how many vector registers to load, which on x86-64 is also
  // what al says to a variadic callee; float registers of 16 bytes; the x87 stack; a stack aligned
  // to more than usual.
  if constexpr (requires { frame.float_count; }) frame.float_count = plan.float_registers;
  if constexpr (requires { frame.wide_floats; }) {
    frame.wide_floats = plan.wide_floats;
    frame.wide_results = plan.wide_results;
  }
  if constexpr (requires { frame.x87_results; }) frame.x87_results = plan.x87_results;
  if constexpr (requires { frame.x87_bytes; }) {
    const bool on_x87 = plan.x87_results > 0;
    frame.x87_bytes = on_x87 ? static_cast<std::uint8_t>(plan.result_steps[0].size) : 0;
  }
  if constexpr (requires { frame.stack_mask; }) {
    frame.stack_mask = -std::int64_t{plan.stack_alignment.count};
  }
}

// One word of CallFrame::integers.
using IntegerRegister = std::remove_reference_t<decltype(CallFrame::integers[0])>;

// Where thunkEntry leaves the float registers: the low halves first, then the upper ones.
inline constexpr std::size_t kSavedFloatStride = sizeof(double);
inline const std::byte* saved_float(const VMCallbackContext& context, std::size_t index) {
  return reinterpret_cast<const std::byte*>(&context.floatregargsp[index]);
}
inline const std::byte* saved_float_upper(const VMCallbackContext& context, std::size_t index) {
  return saved_float(context, host::kFloatRegisters + index);
}

// Where a piece of a result lies after a call, or is wanted before a callback returns.
inline const void* result_register(const ResultRegisters& results, const abi::Step& step) {
  switch (step.place) {
    case abi::Place::int_register:
      return &results.integers[step.index];
    case abi::Place::float_register:
      return &results.floats[step.index];
    case abi::Place::float_upper:
      return &results.float_uppers[step.index];
    case abi::Place::x87:
      return results.x87[step.index];
    case abi::Place::stack:
      break;
  }
  BANTER_CHECK(false, "a result on the stack");
}

// The bytes of a piece, widened as the step says: nothing else is known of a register's upper
// bytes.
inline std::uint64_t load_widened(const std::byte* from, const abi::Step& step) {
  std::uint64_t bits = 0;
  const bool with_sign = step.widening == abi::Widening::sign;
  switch (step.size) {
    case 8:
      std::memcpy(&bits, from, 8);
      return bits;
    case 4:
      std::memcpy(&bits, from, 4);
      return with_sign ? static_cast<std::uint64_t>(static_cast<std::int32_t>(bits)) : bits;
    case 2:
      std::memcpy(&bits, from, 2);
      return with_sign ? static_cast<std::uint64_t>(static_cast<std::int16_t>(bits)) : bits;
    case 1:
      std::memcpy(&bits, from, 1);
      return with_sign ? static_cast<std::uint64_t>(static_cast<std::int8_t>(bits)) : bits;
    default:
      std::memcpy(&bits, from, step.size);  // the rest of a structure: 3, 5, 6 or 7 bytes
      return bits;
  }
}

// One piece of a callback's result on its way to C.
inline void put_result_piece(ResultRegisters& results, const abi::Step& step,
                             const std::byte* from) {
  switch (step.place) {
    case abi::Place::int_register:
      results.integers[step.index] = load_widened(from, step);
      return;
    case abi::Place::float_register:
      results.floats[step.index] = load_widened(from, step);
      return;
    case abi::Place::float_upper:
      results.float_uppers[step.index] = load_widened(from, step);
      return;
    case abi::Place::x87:
      std::memcpy(results.x87[step.index], from, step.size);
      return;
    case abi::Place::stack:
      break;
  }
  BANTER_CHECK(false, "a result on the stack");
}

// The upper bits of a narrow result mean nothing.
inline std::uint64_t result_bits(const CallFrame& frame, const abi::CallPlan& plan) {
  std::uint64_t bits = 0;
  for (const abi::Step& step : plan.result_steps) {
    std::uint64_t piece = step.place == abi::Place::float_register
                              ? frame.results.floats[step.index]
                              : frame.results.integers[step.index];
    // IA32 brings every floating result there; elsewhere only those wider than these bits are.
    if constexpr (host::kFloatRegisters == 0) {
      if (step.place == abi::Place::x87) {
        piece = 0;
        std::memcpy(&piece, frame.results.x87[step.index], step.size);
      }
    }
    bits |= step.at == 0 ? piece : piece << (8 * step.at);
  }
  return bits;
}

// The bytes of one piece of an argument where thunkEntry left them.
inline std::uint64_t load_piece(const VMCallbackContext& context, const abi::Step& step) {
  std::uint64_t bits = 0;
  switch (step.place) {
    case abi::Place::int_register:
      return static_cast<std::uintptr_t>(context.intregargsp[step.index]);
    case abi::Place::float_register:
      std::memcpy(&bits, &context.floatregargsp[step.index], sizeof bits);
      return bits;
    case abi::Place::stack:
      std::memcpy(&bits, reinterpret_cast<const char*>(context.stackp) + step.index, step.size);
      return bits;
    case abi::Place::float_upper:
    case abi::Place::x87:
      break;  // only of types that are wider than these bits
  }
  return bits;
}

// The bits of the argument whose first step is steps[i]; i becomes the next argument's. The upper
// bits of a narrow argument mean nothing.
inline std::uint64_t argument_bits(const VMCallbackContext& context,
                                   std::span<const abi::Step> steps, std::size_t& i) {
  const std::uint16_t argument = steps[i].argument;
  std::uint64_t bits = load_piece(context, steps[i]);
  for (i++; i < steps.size() && steps[i].argument == argument; i++) {
    bits = (bits & 0xFFFFFFFF) | load_piece(context, steps[i]) << (8 * steps[i].at);
  }
  return bits;
}

// How a result of that kind goes back to C from VMCallbackContext::rvs.
inline ReturnCode return_code_of(abi::ValueKind kind) {
  if (kind == abi::ValueKind::float64) return ReturnCode::double_float;
  if (kind == abi::ValueKind::float32) return ReturnCode::single_float;
  const bool wide = kind == abi::ValueKind::int64 || kind == abi::ValueKind::uint64;
  return wide && sizeof(void*) < 8 ? ReturnCode::word64 : ReturnCode::word;
}

}  // namespace banter::native
