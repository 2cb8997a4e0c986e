#include <cstdint>

#include "carrier/new_stack.h"

namespace banter::carrier {

namespace {

struct Stopped {
  std::uint64_t fpcr, padding;
  std::uint64_t d8_to_d15[8];
  std::uint64_t x19, x20, x21_to_x28[8], x29, x30;
};
static_assert(offsetof(Stopped, x19) == 80 && offsetof(Stopped, x30) == 168);
static_assert(sizeof(Stopped) == 176);

}  // namespace

void* new_stack(std::byte*, std::byte* high, void (*start)(), void (*function)(void*),
                void* argument) {
  auto* frame = reinterpret_cast<Stopped*>(high) - 1;
  *frame = {};
  asm volatile("mrs %0, fpcr" : "=r"(frame->fpcr));
  frame->x20 = reinterpret_cast<std::uint64_t>(function);
  frame->x19 = reinterpret_cast<std::uint64_t>(argument);
  frame->x30 = reinterpret_cast<std::uint64_t>(start);
  return frame;
}

}  // namespace banter::carrier
