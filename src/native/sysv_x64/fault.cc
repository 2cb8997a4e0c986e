#include "native/fault.h"

#include <ucontext.h>

namespace banter::native {

// Addresses that are not canonical fault without an address, as those of the kernel's half do not.
const std::uintptr_t kEndOfUserSpace = std::uintptr_t{1} << 47;

std::uintptr_t fault_pc(const void* context) {
  const auto* registers = static_cast<const ucontext_t*>(context)->uc_mcontext.gregs;
  return static_cast<std::uintptr_t>(registers[REG_RIP]);
}

void resume_at(void* context, std::uintptr_t pc, std::uint64_t value) {
  auto* registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  registers[REG_RIP] = static_cast<greg_t>(pc);
  registers[REG_RAX] = static_cast<greg_t>(value);
}

}  // namespace banter::native
