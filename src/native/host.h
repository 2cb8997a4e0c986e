// host.h -- which ABI this build runs: the only place under native/ that asks the compiler. Others
// ask BANTER_HOST_SYSV_X64 and its like, where a constant will not do.
#pragma once

#include "abi/abi_name.h"

#if defined(__x86_64__) && !defined(_WIN32)
#define BANTER_HOST_SYSV_X64 1
#include "native/ms_abi/frame.h"
#include "native/sysv_x64/frame.h"
namespace banter::native {
namespace host = sysv_x64;
inline constexpr abi::AbiName kHostAbi = abi::AbiName::sysv_x64;
}  // namespace banter::native
#elif defined(__x86_64__)
#define BANTER_HOST_WIN_X64 1
#include "native/win_x64/frame.h"
namespace banter::native {
namespace host = win_x64;
inline constexpr abi::AbiName kHostAbi = abi::AbiName::win_x64;
}  // namespace banter::native
#elif defined(__i386__) && !defined(_WIN32)
#define BANTER_HOST_IA32 1
#include "native/ia32/frame.h"
namespace banter::native {
namespace host = ia32;
inline constexpr abi::AbiName kHostAbi = abi::AbiName::ia32;
}  // namespace banter::native
#elif defined(__aarch64__) && !defined(__APPLE__)
#define BANTER_HOST_AAPCS64 1
#include "native/aapcs64/frame.h"
namespace banter::native {
namespace host = aapcs64;
inline constexpr abi::AbiName kHostAbi = abi::AbiName::aapcs64;
}  // namespace banter::native
#elif defined(__arm__)
#define BANTER_HOST_AAPCS32 1
#include "native/aapcs32/frame.h"
namespace banter::native {
namespace host = aapcs32;
#if defined(__ARM_PCS_VFP)
inline constexpr abi::AbiName kHostAbi = abi::AbiName::aapcs32;
#else
inline constexpr abi::AbiName kHostAbi = abi::AbiName::aapcs32_soft;
#endif
}  // namespace banter::native
#elif defined(__riscv) && __riscv_xlen == 64 && defined(__riscv_float_abi_double)
#define BANTER_HOST_RISCV_LP64D 1
#include "native/riscv_lp64d/frame.h"
namespace banter::native {
namespace host = riscv_lp64d;
inline constexpr abi::AbiName kHostAbi = abi::AbiName::riscv_lp64d;
}  // namespace banter::native
#else
#error "native/ has no folder for this host yet"
#endif
