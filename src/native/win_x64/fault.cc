#include "native/fault.h"

#include <windows.h>

namespace banter::native {

// Addresses beyond the user's half fault without an address.
const std::uintptr_t kEndOfUserSpace = 0x7FFF'FFFF'0000;

std::uintptr_t fault_pc(const void* context) {
  return static_cast<std::uintptr_t>(static_cast<const CONTEXT*>(context)->Rip);
}

void resume_at(void* context, std::uintptr_t pc, std::uint64_t value) {
  auto* registers = static_cast<CONTEXT*>(context);
  registers->Rip = pc;
  registers->Rax = value;
}

}  // namespace banter::native
