// c_stack.h -- the native stack below a signal, as text.
#pragma once

#include <cstdint>

#include "base/line.h"

namespace banter::ffi {

// Loads what unwinding needs, so that nothing is allocated for it later. Before any signal.
void prepare_c_stack();
// One line a frame, beginning with the instruction at `pc` that was interrupted: "#1 0x7f00
// strlen+0x12 (libc.so.6)". In a signal handler; what cannot be unwound is left out.
void write_c_stack(std::uintptr_t pc, TextSink sink);

}  // namespace banter::ffi
