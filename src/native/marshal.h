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

// One word of CallFrame::integers.
using IntegerRegister = std::remove_reference_t<decltype(CallFrame::integers[0])>;

// On 32-bit Arm a plan counts float registers in singles, and results of up to four words come in
// integer registers.
inline constexpr bool kCountsSingles =
    kHostAbi == abi::AbiName::aapcs32 || kHostAbi == abi::AbiName::aapcs32_soft;
inline constexpr std::size_t kFloatStride = kCountsSingles ? 4 : 8;
inline constexpr std::size_t kIntegerResultStride = kCountsSingles ? 4 : 8;
// On RISC-V the upper half of a register that holds a float is all ones. [ISA 12.2]
inline constexpr bool kBoxesFloats = kHostAbi == abi::AbiName::riscv_lp64d;

// The low 8 bytes of a float register, or the 4 of a float, among those that begin at `registers`.
inline void put_float(std::uint64_t* registers, const abi::Step& step, std::uint64_t bits) {
  std::byte* to = reinterpret_cast<std::byte*>(registers) + step.index * kFloatStride;
  if constexpr (kBoxesFloats) {
    if (step.size == 4) bits |= 0xFFFFFFFF00000000;
  }
  if (kCountsSingles && step.size == 4) {
    std::memcpy(to, &bits, 4);
  } else {
    std::memcpy(to, &bits, 8);
  }
}
template <class Frame>
void store_float(Frame& frame, const abi::Step& step, std::uint64_t bits) {
  if constexpr (requires { frame.floats; }) {
    put_float(frame.floats, step, bits);
  } else {
    BANTER_CHECK(false, "float register {} on an ABI without any", step.index);
  }
}
template <class Frame>
void store_float_upper(Frame& frame, const abi::Step& step, std::uint64_t bits) {
  if constexpr (requires { frame.float_uppers; }) {
    frame.float_uppers[step.index] = bits;
  } else {
    BANTER_CHECK(false, "float register {} on an ABI without upper halves", step.index);
  }
}

inline void store_piece(CallFrame& frame, StackArea& stack, const abi::Step& step,
                        std::uint64_t bits) {
  const std::uint64_t piece = bits >> (8 * step.at);
  switch (step.place) {
    case abi::Place::int_register:
      frame.integers[step.index] = static_cast<IntegerRegister>(piece);
      break;
    case abi::Place::float_register:
      store_float(frame, step, piece);
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
  if constexpr (requires { frame.wide_floats; }) frame.wide_floats = plan.wide_floats;
  if constexpr (requires { frame.wide_results; }) frame.wide_results = plan.wide_results;
  if constexpr (requires { frame.x87_results; }) frame.x87_results = plan.x87_results;
  if constexpr (requires { frame.x87_bytes; }) {
    const bool on_x87 = plan.x87_results > 0;
    frame.x87_bytes = on_x87 ? static_cast<std::uint8_t>(plan.result_steps[0].size) : 0;
  }
  if constexpr (requires { frame.stack_mask; }) {
    frame.stack_mask = -std::int64_t{plan.stack_alignment.count};
  }
}

// Where thunkEntry leaves the float registers: the low halves first, then the upper ones.
inline const std::byte* saved_float(const VMCallbackContext& context, std::size_t index) {
  return reinterpret_cast<const std::byte*>(context.floatregargsp) + index * kFloatStride;
}
inline const std::byte* saved_float_upper(const VMCallbackContext& context, std::size_t index) {
  return reinterpret_cast<const std::byte*>(context.floatregargsp + host::kFloatRegisters + index);
}

// Where a piece of a result lies after a call, or is wanted before a callback returns.
inline const void* result_register(const ResultRegisters& results, const abi::Step& step) {
  switch (step.place) {
    case abi::Place::int_register:
      return reinterpret_cast<const std::byte*>(results.integers) +
             step.index * kIntegerResultStride;
    case abi::Place::float_register:
      return reinterpret_cast<const std::byte*>(results.floats) + step.index * kFloatStride;
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

inline void put_integer(ResultRegisters& results, std::size_t index, std::uint64_t bits) {
  std::memcpy(reinterpret_cast<std::byte*>(results.integers) + index * kIntegerResultStride, &bits,
              kIntegerResultStride);
}

// One piece of a callback's result on its way to C.
inline void put_result_piece(ResultRegisters& results, const abi::Step& step,
                             const std::byte* from) {
  switch (step.place) {
    case abi::Place::int_register:
      put_integer(results, step.index, load_widened(from, step));
      return;
    case abi::Place::float_register:
      put_float(results.floats, step, load_widened(from, step));
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
    std::uint64_t piece = 0;
    const bool narrow = (kCountsSingles || step.place == abi::Place::x87) && step.size <= 4;
    std::memcpy(&piece, result_register(frame.results, step), narrow ? 4 : 8);
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
      std::memcpy(&bits, saved_float(context, step.index),
                  kCountsSingles ? step.size : sizeof bits);
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
