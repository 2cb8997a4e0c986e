#include "abi/abi_name.h"

#include "base/check.h"

namespace banter::abi {
namespace {

struct Description {
  AbiName abi;
  std::string_view name;
  std::string_view alien_name;
  DataModel model;
};

// wchar_t and char: psABI of each architecture; on ARM and RISC-V plain char is unsigned.
constexpr Description kDescriptions[] = {
    {AbiName::sysv_x64, "sysv_x64", "X64", {{8}, {8}, {4}, {8}, true, true}},
    {AbiName::win_x64, "win_x64", "X64Win64", {{8}, {4}, {2}, {8}, true, false}},
    {AbiName::ia32, "ia32", "IA32", {{4}, {4}, {4}, {4}, true, true}},
    {AbiName::aapcs64, "aapcs64", "ARMv8", {{8}, {8}, {4}, {8}, false, false}},
    {AbiName::aapcs32, "aapcs32", "ARM32", {{4}, {4}, {4}, {8}, false, false}},
    {AbiName::aapcs32_soft, "aapcs32_soft", "ARM32", {{4}, {4}, {4}, {8}, false, false}},
    {AbiName::riscv_lp64d, "riscv_lp64d", "RiscV64", {{8}, {8}, {4}, {8}, false, true}},
    {AbiName::apple_arm64, "apple_arm64", "", {{8}, {8}, {4}, {8}, true, true}},
};

const Description& description(AbiName abi) {
  for (const Description& each : kDescriptions) {
    if (each.abi == abi) return each;
  }
  BANTER_CHECK(false, "no ABI {}", static_cast<int>(abi));
}

}  // namespace

std::string_view name_of(AbiName abi) {
  return description(abi).name;
}

std::optional<AbiName> abi_named(std::string_view name) {
  for (const Description& each : kDescriptions) {
    if (each.name == name) return each.abi;
  }
  return std::nullopt;
}

std::string_view alien_name_of(AbiName abi) {
  return description(abi).alien_name;
}

std::string_view document_of(AbiName abi) {
  switch (abi) {
    case AbiName::sysv_x64:
      return "System V AMD64 psABI 1.0";
    case AbiName::win_x64:
      return "Microsoft Learn, x64 calling convention";
    case AbiName::ia32:
      return "System V i386 psABI 1.1, Microsoft Learn";
    case AbiName::aapcs64:
      return "AAPCS64 2022Q3";
    case AbiName::aapcs32:
      return "AAPCS32 2022Q3, VFP registers";
    case AbiName::aapcs32_soft:
      return "AAPCS32 2022Q3, base standard";
    case AbiName::riscv_lp64d:
      return "RISC-V ABIs 1.0, LP64D";
    case AbiName::apple_arm64:
      return "AAPCS64 2022Q3 and Apple's departures";
  }
  BANTER_CHECK(false, "no ABI {}", static_cast<int>(abi));
}

const DataModel& data_model(AbiName abi) {
  return description(abi).model;
}

}  // namespace banter::abi
