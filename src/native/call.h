// call.h -- calls a C function on this host with registers and stack filled in.
//
// The crossing itself (Ownership::enter_c and leave_c) is the caller's: it has state of its own to
// save around it.
#pragma once

#include <cerrno>

#include "native/host.h"

namespace banter::native {

using CallFrame = host::CallFrame;

// Runs `target` with the frame's registers; the results and errno are in the frame afterwards.
// C++ exceptions and longjmp must not pass over this call.
inline void call(CallFrame& frame, void (*target)()) {
#if defined(BANTER_HOST_SYSV_X64)
  host::banter_sysv_x64_call(&frame, target);
#elif defined(BANTER_HOST_IA32)
  host::banter_ia32_call(&frame, target);
#else
  host::banter_aapcs64_call(&frame, target);
#endif
  frame.error_number = errno;
}

}  // namespace banter::native
