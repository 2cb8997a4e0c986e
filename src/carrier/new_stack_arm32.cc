#include <sys/auxv.h>

#include <cstdint>

#include "carrier/new_stack.h"

namespace banter::carrier {

namespace {

constexpr unsigned long kHwcapVfp = 1ul << 6;

struct Stopped {
  std::uint32_t fpscr, padding;
  std::uint64_t d8_to_d15[8];
  std::uint32_t r4, r5, r6_to_r11[6], unused, lr;
};
static_assert(offsetof(Stopped, r4) == 72 && offsetof(Stopped, lr) == 108);
static_assert(sizeof(Stopped) == 112);

}  // namespace

// Read by switch_arm32.S with soft float, and here. Says what the kernel says.
extern "C" {
extern const std::uint8_t banter_has_vfp;
const std::uint8_t banter_has_vfp = (getauxval(AT_HWCAP) & kHwcapVfp) != 0;
}

void* new_stack(std::byte*, std::byte* high, void (*start)(), void (*function)(void*),
                void* argument) {
  auto* frame = reinterpret_cast<Stopped*>(high) - 1;
  *frame = {};
  // mrc p10, 7, rN, cr1, cr0: vmrs rN, fpscr, for a compiler that is told of no VFP
  if (banter_has_vfp) asm volatile("mrc p10, 7, %0, cr1, cr0, 0" : "=r"(frame->fpscr));
  frame->r4 = reinterpret_cast<std::uint32_t>(argument);
  frame->r5 = reinterpret_cast<std::uint32_t>(function);
  frame->lr = reinterpret_cast<std::uint32_t>(start);
  return frame;
}

}  // namespace banter::carrier
