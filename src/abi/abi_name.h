// abi_name.h -- the ABIs that Banter knows, and how wide C's types are in each.
//
// An ABI is data here: every one is compiled into every build and can be asked on any host. Which
// one the running program itself follows is said by native/host.h, not here.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "abi/bytes.h"

namespace banter::abi {

enum class AbiName : std::uint8_t {
  sysv_x64,
  win_x64,
  ia32,
  aapcs64,
  aapcs32,       // hard float: floating point travels in VFP registers
  aapcs32_soft,  // soft float: floating point travels as integers
  riscv_lp64d,
  apple_arm64,
};

inline constexpr std::array kAllAbis = {
    AbiName::sysv_x64, AbiName::win_x64,      AbiName::ia32,        AbiName::aapcs64,
    AbiName::aapcs32,  AbiName::aapcs32_soft, AbiName::riscv_lp64d, AbiName::apple_arm64,
};

// How a caller and its callee agree on one function. Only ia32 has more than one.
enum class Convention : std::uint8_t { cdecl_call, stdcall_call, fastcall_call, thiscall_call };

// The widths that C leaves to the ABI. `int` has 4 bytes, `short` 2 and `long long` 8 in all.
struct DataModel {
  Bytes pointer;       // also size_t, ptrdiff_t, intptr_t
  Bytes long_integer;  // C's long
  Bytes wide_char;     // wchar_t
  Bytes align_of_8;    // alignment of long long and double inside a structure
  bool char_is_signed;
  bool wide_char_is_signed;
};

// The name used in code, folders and options: "sysv_x64".
std::string_view name_of(AbiName abi);
// The ABI of that name, or nothing.
std::optional<AbiName> abi_named(std::string_view name);
// The name that Alien's image code uses (Callback class >> abi): "X64", "ARMv8". Empty for
// apple_arm64, which no Callback class runs on.
std::string_view alien_name_of(AbiName abi);
// The document whose sections the rules of placements cite: "System V AMD64 psABI 1.0". The
// README of the ABI's folder has its full name.
std::string_view document_of(AbiName abi);
const DataModel& data_model(AbiName abi);

}  // namespace banter::abi
