#include <cstdint>

#include "carrier/new_stack.h"

namespace banter::carrier {

namespace {

struct Stopped {
  std::uint64_t fcsr;
  std::uint64_t ra, s0, s1, s2_to_s11[10];
  std::uint64_t fs0_to_fs11[12];
};
static_assert(offsetof(Stopped, ra) == 8 && offsetof(Stopped, s0) == 16);
static_assert(offsetof(Stopped, fs0_to_fs11) == 112 && sizeof(Stopped) == 208);

}  // namespace

void* new_stack(std::byte*, std::byte* high, void (*start)(), void (*function)(void*),
                void* argument) {
  auto* frame = reinterpret_cast<Stopped*>(high) - 1;
  *frame = {};
  asm volatile("frcsr %0" : "=r"(frame->fcsr));
  frame->s0 = reinterpret_cast<std::uint64_t>(argument);
  frame->s1 = reinterpret_cast<std::uint64_t>(function);
  frame->ra = reinterpret_cast<std::uint64_t>(start);
  return frame;
}

}  // namespace banter::carrier
