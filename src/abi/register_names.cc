#include "abi/register_names.h"

#include <fmt/core.h>

#include <span>
#include <string_view>

#include "base/check.h"

namespace banter::abi {
namespace {

constexpr std::string_view kSysvX64[] = {"rdi", "rsi", "rdx", "rcx", "r8", "r9"};
constexpr std::string_view kWinX64[] = {"rcx", "rdx", "r8", "r9"};
constexpr std::string_view kX64Results[] = {"rax", "rdx"};
constexpr std::string_view kIa32[] = {"ecx", "edx"};  // fastcall and thiscall
constexpr std::string_view kIa32Results[] = {"eax", "edx"};

std::string pick(std::span<const std::string_view> row, std::size_t index) {
  BANTER_CHECK(index < row.size(), "register {} of a row of {}", index, row.size());
  return std::string(row[index]);
}

}  // namespace

std::string name_of(AbiName abi, IntReg reg, bool is_result) {
  const auto index = static_cast<std::size_t>(reg);
  switch (abi) {
    case AbiName::sysv_x64:
      return is_result ? pick(kX64Results, index) : pick(kSysvX64, index);
    case AbiName::win_x64:
      return is_result ? pick(kX64Results, index) : pick(kWinX64, index);
    case AbiName::ia32:
      return is_result ? pick(kIa32Results, index) : pick(kIa32, index);
    case AbiName::aapcs64:
    case AbiName::apple_arm64:
      return fmt::format("x{}", index);
    case AbiName::aapcs32:
    case AbiName::aapcs32_soft:
      return fmt::format("r{}", index);
    case AbiName::riscv_lp64d:
      return fmt::format("a{}", index);
  }
  return "";
}

std::string name_of(AbiName abi, FloatReg reg, Bytes size) {
  const auto index = static_cast<std::size_t>(reg);
  switch (abi) {
    case AbiName::sysv_x64:
    case AbiName::win_x64:
    case AbiName::ia32:
      return fmt::format("xmm{}", index);
    case AbiName::aapcs64:
    case AbiName::apple_arm64:
      return fmt::format("v{}", index);
    case AbiName::aapcs32:
    case AbiName::aapcs32_soft:
      return size == Bytes{8} ? fmt::format("d{}", index / 2) : fmt::format("s{}", index);
    case AbiName::riscv_lp64d:
      return fmt::format("fa{}", index);
  }
  return "";
}

}  // namespace banter::abi
