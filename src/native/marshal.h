// marshal.h -- one piece of a C value between its bits and the place that a call plan names, both
// for calls (CallFrame) and for callbacks (VMCallbackContext).
//
// The bits of a value are 64, integers widened by their sign. A value that two registers share has
// a Step for each, and its bits are put together here.
#pragma once

#include <cstring>
#include <span>
#include <vector>

#include "abi/places.h"
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

inline void store_piece(CallFrame& frame, StackArea& stack, const abi::Step& step,
                        std::uint64_t bits) {
  const std::uint64_t piece = bits >> (8 * step.at);
  switch (step.place) {
    case abi::Place::int_register:
      frame.integers[step.index] = piece;
      break;
    case abi::Place::float_register:
      frame.floats[step.index] = piece;
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
void complete_frame(Frame& frame, StackArea& stack, const abi::CallPlan& plan) {
  frame.stack = stack.data();
  frame.stack_words = stack.words();
  // How many vector registers to load, and on x86-64 what al says to a variadic callee. Not every
  // host's frame has it.
  if constexpr (requires { frame.float_count; }) frame.float_count = plan.float_registers;
}

// The upper bits of a narrow result mean nothing.
inline std::uint64_t result_bits(const CallFrame& frame, const abi::CallPlan& plan) {
  std::uint64_t bits = 0;
  for (const abi::Step& step : plan.result_steps) {
    const std::uint64_t piece = step.place == abi::Place::float_register
                                    ? frame.results.floats[step.index]
                                    : frame.results.integers[step.index];
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
