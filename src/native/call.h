// call.h -- calls a C function on this host with registers and stack filled in.
//
// The crossing itself (Ownership::enter_c and leave_c) is the caller's: it has state of its own to
// save around it.
#pragma once

#include <cerrno>

#include "native/host.h"

namespace banter::native {

using CallFrame = host::CallFrame;

// The routine that does it for this host's own ABI.
inline auto call_routine() {
#if defined(BANTER_HOST_SYSV_X64)
  return host::banter_sysv_x64_call;
#elif defined(BANTER_HOST_WIN_X64)
  return host::banter_win_x64_call;
#elif defined(BANTER_HOST_IA32)
  return host::banter_ia32_call;
#elif defined(BANTER_HOST_AAPCS32)
  return host::banter_aapcs32_call;
#elif defined(BANTER_HOST_RISCV_LP64D)
  return host::banter_riscv_lp64d_call;
#else
  return host::banter_aapcs64_call;
#endif
}

// Runs `target` with the frame's registers; the results and errno are in the frame afterwards.
// C++ exceptions and longjmp must not pass over this call.
inline void call(CallFrame& frame, void (*target)()) {
  call_routine()(&frame, target);
  frame.error_number = errno;
}

// Whether this host runs functions of that ABI: its own, on x86-64 also Windows', and on AArch64
// also Apple's, which has other rules for the same registers and the same stack.
constexpr bool runs_here(abi::AbiName abi) {
#if defined(BANTER_HOST_SYSV_X64)
  if (abi == abi::AbiName::win_x64) return true;
#elif defined(BANTER_HOST_AAPCS64)
  if (abi == abi::AbiName::apple_arm64) return true;
#endif
  return abi == kHostAbi;
}

// The same for a function of an ABI that runs here.
inline void call_abi([[maybe_unused]] abi::AbiName abi, CallFrame& frame, void (*target)()) {
#if defined(BANTER_HOST_SYSV_X64)
  if (abi == abi::AbiName::win_x64) {
    ms_abi::banter_ms_abi_call(&frame, target);
    frame.error_number = errno;
    return;
  }
#endif
  call(frame, target);
}

}  // namespace banter::native
