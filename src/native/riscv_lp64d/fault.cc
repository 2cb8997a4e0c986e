#include "native/fault.h"

#include <ucontext.h>

namespace banter::native {

const std::uintptr_t kEndOfUserSpace = 0;

std::uintptr_t fault_pc(const void* context) {
  return static_cast<const ucontext_t*>(context)->uc_mcontext.__gregs[REG_PC];
}

void resume_at(void* context, std::uintptr_t pc, std::uint64_t value) {
  auto& registers = static_cast<ucontext_t*>(context)->uc_mcontext.__gregs;
  registers[REG_PC] = pc;
  registers[REG_A0] = value;
}

}  // namespace banter::native
