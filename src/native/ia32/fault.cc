#include "native/fault.h"

#include <ucontext.h>

namespace banter::native {

// Every address is canonical: a fault always tells it.
const std::uintptr_t kEndOfUserSpace = 0;

std::uintptr_t fault_pc(const void* context) {
  const auto* registers = static_cast<const ucontext_t*>(context)->uc_mcontext.gregs;
  return static_cast<std::uintptr_t>(registers[REG_EIP]);
}

void resume_at(void* context, std::uintptr_t pc, std::uint64_t value) {
  auto* registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  registers[REG_EIP] = static_cast<greg_t>(pc);
  registers[REG_EAX] = static_cast<greg_t>(value);
}

}  // namespace banter::native
