#include "abi/classify.h"

#include <fmt/core.h>

#include "abi/aapcs32/classify.h"
#include "abi/aapcs64/classify.h"
#include "abi/apple_arm64/classify.h"
#include "abi/ia32/classify.h"
#include "abi/riscv_lp64d/classify.h"
#include "abi/sysv_x64/classify.h"
#include "abi/win_x64/classify.h"
#include "base/check.h"

namespace banter::abi {
namespace {

constexpr std::size_t kMostArguments = 1024;  // keeps every stack offset within a Step

CallPlan dispatch(AbiName abi, const Signature& signature) {
  switch (abi) {
    case AbiName::sysv_x64:
      return sysv_x64::classify(signature);
    case AbiName::aapcs64:
      return aapcs64::classify(signature);
    case AbiName::win_x64:
      return win_x64::classify(signature);
    case AbiName::ia32:
      return ia32::classify(signature);
    case AbiName::aapcs32:
    case AbiName::aapcs32_soft:
      return aapcs32::classify(signature);
    case AbiName::riscv_lp64d:
      return riscv_lp64d::classify(signature);
    case AbiName::apple_arm64:
      return apple_arm64::classify(signature);
  }
  BANTER_CHECK(false, "no ABI {}", static_cast<int>(abi));
}

}  // namespace

Result<CallPlan> classify(AbiName abi, const Signature& signature) {
  BANTER_CHECK(signature.abi == abi, "a signature for {} asked of {}", name_of(signature.abi),
               name_of(abi));
  if (signature.parameters.size() > kMostArguments) {
    return Error{fmt::format("{} arguments are more than the {} that a call can have in '{}'",
                             signature.parameters.size(), kMostArguments, to_text(signature))};
  }
  if (signature.variadic && signature.convention != Convention::cdecl_call) {
    return Error{
        fmt::format("a variadic function is cdecl, '{}' says otherwise", to_text(signature))};
  }
  CallPlan plan = dispatch(abi, signature);
  compile_steps(plan);
  return plan;
}

}  // namespace banter::abi
