#include <cstdint>

#include "carrier/new_stack.h"

namespace banter::carrier {

namespace {

struct Stopped {
  std::uint32_t mxcsr;
  std::uint16_t x87_control, padding;
  std::uint32_t edi, esi, ebx, ebp, return_address;
  std::uint32_t end_of_chain[4];  // esp at the start: 16-aligned, with nothing to return to
};
static_assert(offsetof(Stopped, esi) == 12 && offsetof(Stopped, ebx) == 16);
static_assert(offsetof(Stopped, return_address) == 24);
static_assert((sizeof(Stopped) - offsetof(Stopped, end_of_chain)) % 16 == 0);

}  // namespace

void* new_stack(std::byte*, std::byte* high, void (*start)(), void (*function)(void*),
                void* argument) {
  auto* frame = reinterpret_cast<Stopped*>(high) - 1;
  *frame = {};
  asm volatile("stmxcsr %0\n\tfnstcw %1" : "=m"(frame->mxcsr), "=m"(frame->x87_control));
  frame->esi = reinterpret_cast<std::uint32_t>(function);
  frame->ebx = reinterpret_cast<std::uint32_t>(argument);
  frame->return_address = reinterpret_cast<std::uint32_t>(start);
  return frame;
}

}  // namespace banter::carrier
