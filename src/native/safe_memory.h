// safe_memory.h -- reads and writes of memory that C says is there, which answer "unmapped" where
// a plain access would end the process.
//
// The accessors are a few instructions of assembly each, with a table of where each may fault and
// where to go on; the handler for SIGSEGV and SIGBUS (a vectored one on Windows) looks there and
// passes everything else on to the handler that was installed before. It also names the native
// stack that overflowed, when that is what happened.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/check.h"
#include "native/fault.h"

namespace banter::native {

// What an accessor answers: the value, or where it faulted.
struct Access {
  std::uint64_t value;
  std::uint64_t faulted;
};
extern "C" {
Access banter_safe_load1(std::uintptr_t from);
Access banter_safe_load2(std::uintptr_t from);
Access banter_safe_load4(std::uintptr_t from);
Access banter_safe_load8(std::uintptr_t from);
}

// Set once, before any access.
inline constinit std::atomic<bool> fault_handler_is_installed{false};

// At the start, before a C library may install a handler of its own, which then is asked first; the
// first access below does it otherwise.
void install_fault_handler();

// The first address that could not be accessed.
struct Unmapped {
  std::uint64_t address;
};

// Addresses have 64 bits here on every host, as in Smalltalk objects. Where pointers have 32,
// nothing is mapped beyond those.
constexpr bool is_host_address(std::uint64_t address) {
  return address == static_cast<std::uintptr_t>(address);
}

// Widths 1, 2, 4 and 8; unaligned addresses are fine. False: not mapped, `fault` says where; a
// store that fails has changed nothing.
inline bool load(std::uint64_t address, std::size_t width, std::uint64_t* value, Unmapped* fault);
bool store(std::uint64_t address, std::size_t width, std::uint64_t value, Unmapped* fault);
// Overlap is allowed. A copy that fails may have copied a part.
bool copy(std::uint64_t to, std::uint64_t from, std::uint64_t bytes, Unmapped* fault);
// The number of bytes before the first zero byte.
bool string_length(std::uint64_t address, std::size_t* length, Unmapped* fault);

// Before an access of `bytes` at `address`: installs the handler, and refuses what would fault
// without an address.
inline bool begin_access(std::uint64_t address, std::uint64_t bytes, Unmapped* fault) {
  if (!fault_handler_is_installed.load(std::memory_order_acquire)) [[unlikely]]
    install_fault_handler();
  const std::uint64_t end = address + bytes;
  const bool fits =
      end >= address && is_host_address(end) && (kEndOfUserSpace == 0 || end <= kEndOfUserSpace);
  if (!fits) fault->address = address;
  return fits;
}

inline bool load(std::uint64_t address, std::size_t width, std::uint64_t* value, Unmapped* fault) {
  if (!begin_access(address, width, fault)) return false;
  const auto from = static_cast<std::uintptr_t>(address);
  BANTER_ASSERT(width == 1 || width == 2 || width == 4 || width == 8, "width {}", width);
  const Access access = width == 8   ? banter_safe_load8(from)
                        : width == 4 ? banter_safe_load4(from)
                        : width == 2 ? banter_safe_load2(from)
                                     : banter_safe_load1(from);
  if (access.faulted != 0) [[unlikely]] {
    fault->address = access.value;
    return false;
  }
  *value = access.value;
  return true;
}

}  // namespace banter::native
