#include "abi/c_type.h"

#include <string_view>

namespace banter::abi {
namespace {

std::string_view spelling_of(ValueKind kind) {
  switch (kind) {
    case ValueKind::nothing:
      return "void";
    case ValueKind::boolean:
      return "bool";
    case ValueKind::int8:
      return "int8_t";
    case ValueKind::uint8:
      return "uint8_t";
    case ValueKind::int16:
      return "int16_t";
    case ValueKind::uint16:
      return "uint16_t";
    case ValueKind::int32:
      return "int32_t";
    case ValueKind::uint32:
      return "uint32_t";
    case ValueKind::int64:
      return "int64_t";
    case ValueKind::uint64:
      return "uint64_t";
    case ValueKind::int128:
      return "__int128";
    case ValueKind::uint128:
      return "unsigned __int128";
    case ValueKind::float32:
      return "float";
    case ValueKind::float64:
      return "double";
    case ValueKind::extended80:
    case ValueKind::float128:
      return "long double";
    case ValueKind::address:
      return "void *";
    default:
      break;
  }
  return "";
}

}  // namespace

Bytes size_of(ValueKind kind, AbiName abi) {
  switch (kind) {
    case ValueKind::nothing:
      return {0};
    case ValueKind::boolean:
    case ValueKind::int8:
    case ValueKind::uint8:
      return {1};
    case ValueKind::int16:
    case ValueKind::uint16:
      return {2};
    case ValueKind::int32:
    case ValueKind::uint32:
    case ValueKind::float32:
      return {4};
    case ValueKind::int64:
    case ValueKind::uint64:
    case ValueKind::float64:
      return {8};
    case ValueKind::int128:
    case ValueKind::uint128:
    case ValueKind::float128:
      return {16};
    case ValueKind::extended80:
      return {abi == AbiName::ia32 ? 12u : 16u};
    case ValueKind::address:
      return data_model(abi).pointer;
    default:
      break;
  }
  return {0};
}

CType type_of(ValueKind kind, AbiName abi) {
  CType type;
  type.value = kind;
  type.role = kind == ValueKind::address ? Role::pointer : Role::plain;
  type.size = size_of(kind, abi);
  type.alignment = kind == ValueKind::nothing ? Bytes{1} : type.size;
  if (type.size == Bytes{8}) type.alignment = data_model(abi).align_of_8;
  if (type.size == Bytes{12}) type.alignment = {4};
  type.spelling = spelling_of(kind);
  return type;
}

CType long_double(AbiName abi) {
  CType type = [&] {
    switch (abi) {
      case AbiName::sysv_x64:
      case AbiName::ia32:
        return type_of(ValueKind::extended80, abi);
      case AbiName::aapcs64:
      case AbiName::riscv_lp64d:
        return type_of(ValueKind::float128, abi);
      // GCC's ms_abi functions keep the x87 format; Microsoft's own compiler, which is what the
      // name stands for, has a long double of 8 bytes.
      case AbiName::win_x64:
      case AbiName::aapcs32:
      case AbiName::aapcs32_soft:
      case AbiName::apple_arm64:
        break;
    }
    return type_of(ValueKind::float64, abi);
  }();
  type.spelling = "long double";
  return type;
}

bool has_int128(AbiName abi) {
  return data_model(abi).pointer == Bytes{8};
}

CType promoted(const CType& type, AbiName abi) {
  switch (type.value) {
    case ValueKind::float32:
      return type_of(ValueKind::float64, abi);
    case ValueKind::boolean:
    case ValueKind::int8:
    case ValueKind::uint8:
    case ValueKind::int16:
    case ValueKind::uint16:
      return type_of(ValueKind::int32, abi);
    default:
      return type;
  }
}

}  // namespace banter::abi
