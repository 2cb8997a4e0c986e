#include "native/invoke.h"

#include <cstring>
#include <memory>

#include "native/marshal.h"

namespace banter::native {
namespace {

using abi::Place;
using abi::Step;

// Memory for one call that is aligned to any power of two: inline while it fits.
class Room {
 public:
  Room(abi::Bytes size, abi::Bytes alignment) {
    const std::size_t needed = size.count + alignment.count;
    std::byte* base = inline_;
    if (needed > sizeof inline_) [[unlikely]] {
      more_ = std::make_unique<std::byte[]>(needed);
      base = more_.get();
    }
    const auto address = reinterpret_cast<std::uintptr_t>(base);
    const std::uintptr_t mask = alignment.count - 1;
    start_ = base + (((address + mask) & ~mask) - address);
  }
  std::byte* at(std::size_t offset) { return start_ + offset; }

 private:
  std::byte* start_;
  std::unique_ptr<std::byte[]> more_;
  alignas(16) std::byte inline_[192];
};

void put(CallFrame& frame, std::byte* stack, const Step& step, const std::byte* from) {
  switch (step.place) {
    case Place::int_register:
      frame.integers[step.index] = static_cast<IntegerRegister>(load_widened(from, step));
      return;
    case Place::float_register:
      store_float(frame, step, load_widened(from, step));
      return;
    case Place::float_upper:
      store_float_upper(frame, step, load_widened(from, step));
      return;
    case Place::stack:
      if (step.filled == step.size) {
        std::memcpy(stack + step.index, from, step.size);
      } else {
        const std::uint64_t bits = load_widened(from, step);
        std::memcpy(stack + step.index, &bits, step.filled);
      }
      return;
    case Place::x87:
      return;  // brings results only
  }
}

// The address of the value that a step by reference stores: of room for the result, or of a copy.
const void* reference(const abi::CallPlan& plan, const Step& step, Room& copies, void* result,
                      void* const* arguments) {
  if (step.argument == abi::kResultRoom) return result;
  std::byte* copy = copies.at(step.at);
  // An empty value need have no address.
  const std::size_t size = plan.arguments[step.argument].type.size.count;
  if (size > 0) std::memcpy(copy, arguments[step.argument], size);
  return copy;
}

void take_result(const abi::CallPlan& plan, const CallFrame& frame, std::byte* result) {
  for (const Step& step : plan.result_steps) {
    std::memcpy(result + step.at, result_register(frame.results, step), step.size);
  }
}

}  // namespace

void invoke(const abi::CallPlan& plan, void (*target)(), void* result, void* const* arguments) {
  CallFrame frame;
  Room stack(plan.stack_size, plan.stack_alignment);
  Room copies(plan.copies_size, plan.copies_alignment);
  for (const Step& step : plan.argument_steps) {
    if (step.by_reference) [[unlikely]] {
      const void* address = reference(plan, step, copies, result, arguments);
      Step plain = step;
      plain.size = sizeof address;
      put(frame, stack.at(0), plain, reinterpret_cast<const std::byte*>(&address));
      continue;
    }
    put(frame, stack.at(0), step,
        static_cast<const std::byte*>(arguments[step.argument]) + step.at);
  }
  complete_frame(frame, stack.at(0), plan);
  call_abi(plan.abi, frame, target);
  take_result(plan, frame, static_cast<std::byte*>(result));
}

}  // namespace banter::native
