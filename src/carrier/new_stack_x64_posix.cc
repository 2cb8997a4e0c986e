#include <cstdint>

#include "carrier/new_stack.h"

namespace banter::carrier {

namespace {

struct Stopped {
  std::uint32_t mxcsr;
  std::uint16_t x87_control, padding;
  std::uint64_t r15, r14, r13, r12, rbx, rbp, return_address;
  std::uint64_t end_of_chain[2];  // rsp at the start: 16-aligned, with nothing to return to
};
static_assert(offsetof(Stopped, r12) == 32 && offsetof(Stopped, rbx) == 40);
static_assert(offsetof(Stopped, return_address) == 56 && sizeof(Stopped) % 16 == 0);

}  // namespace

void* new_stack(std::byte*, std::byte* high, void (*start)(), void (*function)(void*),
                void* argument) {
  auto* frame = reinterpret_cast<Stopped*>(high) - 1;
  *frame = {};
  asm volatile("stmxcsr %0\n\tfnstcw %1" : "=m"(frame->mxcsr), "=m"(frame->x87_control));
  frame->r12 = reinterpret_cast<std::uint64_t>(function);
  frame->rbx = reinterpret_cast<std::uint64_t>(argument);
  frame->return_address = reinterpret_cast<std::uint64_t>(start);
  return frame;
}

}  // namespace banter::carrier
