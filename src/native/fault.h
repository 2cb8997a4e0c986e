// fault.h -- the registers of an interrupted instruction that safe_memory.cc reads and changes
// (<abi>/fault.cc), for the handler that install_fault_handler() installs (fault_handler_<os>.cc).
#pragma once

#include <cstdint>

namespace banter::native {

// `context` is the third argument of a signal handler, on Windows a CONTEXT.
std::uintptr_t fault_pc(const void* context);
// The interrupted code goes on at `pc` with `value` in the first integer result register.
void resume_at(void* context, std::uintptr_t pc, std::uint64_t value);
// User space ends here: an access beyond it need not tell its address. 0: it always does.
extern const std::uintptr_t kEndOfUserSpace;

// Told of a fault (SIGSEGV or SIGBUS; `info` is its siginfo_t) that nobody handles, before it ends
// the program: in the signal handler, on the thread's signal stack. May be null. Not on Windows.
using FaultReporter = void (*)(int number, void* info, void* context);
void set_fault_reporter(FaultReporter reporter);

// If the code that faulted at `address` is one of the accessors, makes it fail and answers true.
bool resume_access(void* context, const void* address);

}  // namespace banter::native
