#include "native/fault.h"

#include <ucontext.h>

namespace banter::native {

const std::uintptr_t kEndOfUserSpace = 0;

std::uintptr_t fault_pc(const void* context) {
  return static_cast<const ucontext_t*>(context)->uc_mcontext.arm_pc;
}

// The accessors and what follows them are Arm code: the state stays as it is.
void resume_at(void* context, std::uintptr_t pc, std::uint64_t value) {
  auto& machine = static_cast<ucontext_t*>(context)->uc_mcontext;
  machine.arm_pc = pc;
  machine.arm_r0 = static_cast<std::uint32_t>(value);
}

}  // namespace banter::native
