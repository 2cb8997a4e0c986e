#include "native/fault.h"

#include <ucontext.h>

namespace banter::native {

const std::uintptr_t kEndOfUserSpace = 0;

std::uintptr_t fault_pc(const void* context) {
  return static_cast<const ucontext_t*>(context)->uc_mcontext.pc;
}

void resume_at(void* context, std::uintptr_t pc, std::uint64_t value) {
  auto& machine = static_cast<ucontext_t*>(context)->uc_mcontext;
  machine.pc = pc;
  machine.regs[0] = value;
}

}  // namespace banter::native
