#include <cstdint>

#include "carrier/new_stack.h"

namespace banter::carrier {

namespace {

struct Stopped {
  std::uint32_t mxcsr;
  std::uint16_t x87_control, padding;
  unsigned char xmm[10][16];
  std::byte* stack_base;
  std::byte* stack_limit;
  std::byte* deallocation_stack;
  std::uint64_t r15, r14, r13, r12, rdi, rsi, rbx, rbp, return_address;
  std::uint64_t home_space[4];  // rsp at the start, 16-aligned: of the function that is called
};
static_assert(offsetof(Stopped, xmm) == 8 && offsetof(Stopped, stack_base) == 168);
static_assert(offsetof(Stopped, deallocation_stack) == 184 && offsetof(Stopped, r15) == 192);
static_assert(offsetof(Stopped, r12) == 216 && offsetof(Stopped, rbx) == 240);
static_assert(offsetof(Stopped, return_address) == 256);
static_assert((sizeof(Stopped) - offsetof(Stopped, home_space)) % 16 == 0);

}  // namespace

void* new_stack(std::byte* low, std::byte* high, void (*start)(), void (*function)(void*),
                void* argument) {
  auto* frame = reinterpret_cast<Stopped*>(high) - 1;
  *frame = {};
  asm volatile("stmxcsr %0\n\tfnstcw %1" : "=m"(frame->mxcsr), "=m"(frame->x87_control));
  frame->stack_base = high;
  frame->stack_limit = low;
  frame->deallocation_stack = low;
  frame->r12 = reinterpret_cast<std::uint64_t>(function);
  frame->rbx = reinterpret_cast<std::uint64_t>(argument);
  frame->return_address = reinterpret_cast<std::uint64_t>(start);
  return frame;
}

}  // namespace banter::carrier
