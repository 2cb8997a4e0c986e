// code_address.h -- what is known of an address in code, for reports.
#pragma once

#include <cstdint>
#include <string>

namespace banter::platform {

// "qsort_r+0x1a4 (libc.so.6)": the nearest exported symbol before it and the file; as much of that
// as is known, or the number. Not async-signal-safe.
std::string describe_code(std::uintptr_t address);

// Whether it lies in the program or library that holds this function.
bool is_own_code(std::uintptr_t address);

}  // namespace banter::platform
