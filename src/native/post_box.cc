#include "native/post_box.h"

#include <algorithm>
#include <cstring>

#include "native/thunk.h"

namespace banter::native {

void PostedCall::fill(const VMCallbackContext& from, std::size_t stack_bytes) {
  context = from;
  generation = from.record->generation;
  std::memcpy(integers, from.intregargsp, host::kIntegerRegisters * sizeof *integers);
  context.intregargsp = integers;
  if (from.record->saved_floats != SavedFloats::none && from.floatregargsp != nullptr)
    std::memcpy(floats, from.floatregargsp, host::kFloatRegisters * sizeof *floats);
  context.floatregargsp = floats;
  std::memcpy(stack, from.stackp, std::min(stack_bytes, kMostStack));
  context.stackp = reinterpret_cast<std::intptr_t*>(stack);
}

PostBox::PostBox() {
  for (std::size_t i = 0; i < kCells; i++) cells_[i].sequence.store(i, std::memory_order_relaxed);
}

bool PostBox::post(const VMCallbackContext& context, std::size_t stack_bytes) {
  std::size_t position = next_to_fill_.load(std::memory_order_relaxed);
  for (;;) {
    Cell& cell = cells_[position % kCells];
    const std::size_t sequence = cell.sequence.load(std::memory_order_acquire);
    if (sequence == position) {
      if (!next_to_fill_.compare_exchange_weak(position, position + 1, std::memory_order_relaxed))
        continue;
      cell.call.fill(context, stack_bytes);
      cell.sequence.store(position + 1, std::memory_order_release);
      return true;
    }
    // Behind, as numbers that wrap around: still full from the round before.
    if (static_cast<std::ptrdiff_t>(sequence - position) < 0) return false;
    position = next_to_fill_.load(std::memory_order_relaxed);
  }
}

bool PostBox::take(PostedCall& call) {
  Cell& cell = cells_[next_to_take_ % kCells];
  if (cell.sequence.load(std::memory_order_acquire) != next_to_take_ + 1) return false;
  call.fill(cell.call.context, PostedCall::kMostStack);
  call.generation = cell.call.generation;
  cell.sequence.store(next_to_take_ + kCells, std::memory_order_release);
  next_to_take_++;
  return true;
}

}  // namespace banter::native
