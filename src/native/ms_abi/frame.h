// frame.h -- what one C call needs under the x64 convention of Windows, on a host that otherwise
// follows System V: GCC's and Clang's functions with the attribute ms_abi.
//
// The frame is that of sysv_x64, read by call.S of this folder in another order:
//
//   integers[0-3]     rcx rdx r8 r9
//   floats[0-3]       xmm0-3, low 8 bytes; loaded if float_count is not 0
//   stack             the 32 bytes of home space, then the stacked arguments
//   results           rax; xmm0, its upper half if wide_results is not 0
#pragma once

#include "native/sysv_x64/frame.h"

namespace banter::native::ms_abi {

extern "C" {
void banter_ms_abi_call(sysv_x64::CallFrame* frame, void (*target)());
// thunk_entry.S: reached from thunks only. Saves 4 registers of each sort.
void banter_ms_abi_thunk_entry();
}

}  // namespace banter::native::ms_abi
