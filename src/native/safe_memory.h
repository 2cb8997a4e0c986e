// safe_memory.h -- reads and writes of memory that C says is there, which answer "unmapped" where
// a plain access would end the process.
//
// The accessors are a few instructions of assembly each, with a table of where each may fault and
// where to go on; the handler for SIGSEGV and SIGBUS looks there and passes everything else on to
// the handler that was installed before. It also names the native stack that overflowed, when that
// is what happened.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace banter::native {

// Before the first use of C; the first access below does it otherwise.
void install_fault_handler();

// The first address that could not be accessed.
struct Unmapped {
  std::uintptr_t address;
};

// Widths 1, 2, 4 and 8; unaligned addresses are fine. False: not mapped, `fault` says where; a
// store that fails has changed nothing.
bool load(std::uintptr_t address, std::size_t width, std::uint64_t* value, Unmapped* fault);
bool store(std::uintptr_t address, std::size_t width, std::uint64_t value, Unmapped* fault);
// Overlap is allowed. A copy that fails may have copied a part.
bool copy(std::uintptr_t to, std::uintptr_t from, std::size_t bytes, Unmapped* fault);
// The number of bytes before the first zero byte.
bool string_length(std::uintptr_t address, std::size_t* length, Unmapped* fault);

}  // namespace banter::native
