#include "abi/type_names.h"

#include <fmt/core.h>

#include "abi/layout.h"

namespace banter::abi {
namespace {

enum class Width : std::uint8_t { pointer, long_integer, fast };

struct FixedName {
  std::string_view name;
  ValueKind kind;
  Role role = Role::plain;
};

// Names whose width is the same in every ABI.
constexpr FixedName kFixedNames[] = {
    {"void", ValueKind::nothing},
    {"bool", ValueKind::boolean},
    {"_Bool", ValueKind::boolean},
    {"Boolean", ValueKind::boolean},
    {"boolean", ValueKind::boolean},
    {"float", ValueKind::float32},
    {"float32", ValueKind::float32},
    {"double", ValueKind::float64},
    {"float64", ValueKind::float64},
    {"_Float32", ValueKind::float32},
    {"_Float64", ValueKind::float64},
    {"_Float32x", ValueKind::float64},
    // stdint.h and uchar.h
    {"int8_t", ValueKind::int8},
    {"uint8_t", ValueKind::uint8},
    {"int16_t", ValueKind::int16},
    {"uint16_t", ValueKind::uint16},
    {"int32_t", ValueKind::int32},
    {"uint32_t", ValueKind::uint32},
    {"int64_t", ValueKind::int64},
    {"uint64_t", ValueKind::uint64},
    {"int_least8_t", ValueKind::int8},
    {"uint_least8_t", ValueKind::uint8},
    {"int_least16_t", ValueKind::int16},
    {"uint_least16_t", ValueKind::uint16},
    {"int_least32_t", ValueKind::int32},
    {"uint_least32_t", ValueKind::uint32},
    {"int_least64_t", ValueKind::int64},
    {"uint_least64_t", ValueKind::uint64},
    {"int_fast8_t", ValueKind::int8},
    {"uint_fast8_t", ValueKind::uint8},
    {"int_fast64_t", ValueKind::int64},
    {"uint_fast64_t", ValueKind::uint64},
    {"intmax_t", ValueKind::int64},
    {"uintmax_t", ValueKind::uint64},
    {"char8_t", ValueKind::uint8},
    {"char16_t", ValueKind::uint16},
    {"char32_t", ValueKind::uint32},
    // Pharo's UFFI
    {"int8", ValueKind::int8},
    {"sint8", ValueKind::int8},
    {"sbyte", ValueKind::int8},
    {"schar", ValueKind::int8},
    {"uint8", ValueKind::uint8},
    {"byte", ValueKind::uint8},
    {"ubyte", ValueKind::uint8},
    {"uchar", ValueKind::uint8},
    {"int16", ValueKind::int16},
    {"sint16", ValueKind::int16},
    {"sshort", ValueKind::int16},
    {"uint16", ValueKind::uint16},
    {"ushort", ValueKind::uint16},
    {"int32", ValueKind::int32},
    {"sint32", ValueKind::int32},
    {"sint", ValueKind::int32},
    {"uint32", ValueKind::uint32},
    {"uint", ValueKind::uint32},
    {"int64", ValueKind::int64},
    {"sint64", ValueKind::int64},
    {"longlong", ValueKind::int64},
    {"slonglong", ValueKind::int64},
    {"uint64", ValueKind::uint64},
    {"ulonglong", ValueKind::uint64},
    {"String", ValueKind::address, Role::string},
    {"externalString", ValueKind::address, Role::string},
    {"Object", ValueKind::address, Role::object},
    {"oop", ValueKind::address, Role::object},
    {"ExternalAddress", ValueKind::address, Role::pointer},
    {"Callback", ValueKind::address, Role::code},
    {"FFICallback", ValueKind::address, Role::code},
};

struct VariableName {
  std::string_view name;
  Width width;
  bool is_signed;
};

constexpr VariableName kVariableNames[] = {
    {"size_t", Width::pointer, false},     {"ssize_t", Width::pointer, true},
    {"intptr_t", Width::pointer, true},    {"uintptr_t", Width::pointer, false},
    {"ptrdiff_t", Width::pointer, true},   {"slong", Width::long_integer, true},
    {"ulong", Width::long_integer, false}, {"int_fast16_t", Width::fast, true},
    {"uint_fast16_t", Width::fast, false}, {"int_fast32_t", Width::fast, true},
    {"uint_fast32_t", Width::fast, false},
};

// glibc makes the fast 16- and 32-bit types as wide as a register; elsewhere 32 bits serve both,
// but for 16 bits on macOS.
Bytes fast_width(std::string_view name, AbiName abi) {
  if (abi == AbiName::apple_arm64) return {name.find("16") != name.npos ? 2u : 4u};
  if (abi == AbiName::win_x64) return {4};
  return data_model(abi).pointer;
}

Bytes width_of(const VariableName& entry, AbiName abi) {
  switch (entry.width) {
    case Width::pointer:
      return data_model(abi).pointer;
    case Width::long_integer:
      return data_model(abi).long_integer;
    case Width::fast:
      return fast_width(entry.name, abi);
  }
  return {0};
}

CType character_type(AbiName abi) {
  CType type = type_of(data_model(abi).char_is_signed ? ValueKind::int8 : ValueKind::uint8, abi);
  type.role = Role::character;
  return type;
}

}  // namespace

ValueKind integer_of(Bytes size, bool is_signed) {
  switch (size.count) {
    case 1:
      return is_signed ? ValueKind::int8 : ValueKind::uint8;
    case 2:
      return is_signed ? ValueKind::int16 : ValueKind::uint16;
    case 4:
      return is_signed ? ValueKind::int32 : ValueKind::uint32;
    default:
      return is_signed ? ValueKind::int64 : ValueKind::uint64;
  }
}

std::optional<CType> type_named(std::string_view name, AbiName abi) {
  auto spelled = [&](CType type) {
    type.spelling = name;
    return type;
  };
  for (const FixedName& each : kFixedNames) {
    if (each.name != name) continue;
    CType type = type_of(each.kind, abi);
    if (each.kind == ValueKind::address) type.role = each.role;
    return spelled(type);
  }
  for (const VariableName& each : kVariableNames) {
    if (each.name == name)
      return spelled(type_of(integer_of(width_of(each, abi), each.is_signed), abi));
  }
  const DataModel& model = data_model(abi);
  if (name == "wchar_t") {
    return spelled(type_of(integer_of(model.wide_char, model.wide_char_is_signed), abi));
  }
  if (name == "wint_t") {
    return spelled(type_of(integer_of(model.wide_char, false), abi));
  }
  if (name == "__int128_t" || name == "__uint128_t") {
    if (!has_int128(abi)) return std::nullopt;
    return spelled(type_of(name == "__int128_t" ? ValueKind::int128 : ValueKind::uint128, abi));
  }
  KeywordCount words;
  if (!words.add(name)) return std::nullopt;
  auto type = type_of(words, abi);
  if (!type.ok()) return std::nullopt;
  return std::move(type).value();
}

bool KeywordCount::add(std::string_view word) {
  if (word == "signed" || word == "__signed__" || word == "__signed") return ++is_signed;
  if (word == "unsigned") return ++is_unsigned;
  if (word == "short") return ++shorts;
  if (word == "long") return ++longs;
  if (word == "int") return ++ints;
  if (word == "char") return ++chars;
  if (word == "double") return ++doubles;
  if (word == "float") return ++floats;
  if (word == "__int128") return ++int128s;
  if (word == "__float128" || word == "_Float128") return ++float128s;
  if (word == "_Complex" || word == "__complex__" || word == "__complex") return ++complexes;
  // Microsoft's, synonyms of C's
  if (word == "__int8") return ++chars;
  if (word == "__int16") return ++shorts;
  if (word == "__int32") return ++ints;
  if (word == "__int64") return longs += 2;
  return false;
}

bool KeywordCount::empty() const {
  return is_signed + is_unsigned + shorts + longs + ints + chars + doubles + floats + float128s +
             int128s + complexes ==
         0;
}

namespace {

Error no_such_type() {
  return Error{"these words make no C type together"};
}

// GCC has it on x86 and where long double is this format. What IA32 would do with it is written
// nowhere but in GCC.
Result<CType> binary128(AbiName abi) {
  if (abi != AbiName::sysv_x64 && abi != AbiName::aapcs64 && abi != AbiName::riscv_lp64d) {
    return Error{fmt::format("{} has no __float128", name_of(abi))};
  }
  CType type = type_of(ValueKind::float128, abi);
  type.spelling = "__float128";
  return type;
}

// [C11 6.7.2 p2: double with long, each perhaps with _Complex]
Result<CType> floating_type(const KeywordCount& words, AbiName abi) {
  const int others =
      words.is_signed + words.is_unsigned + words.shorts + words.ints + words.chars + words.int128s;
  const int which = words.doubles + words.floats + words.float128s;
  const int longs = words.doubles ? 1 : 0;
  if (others > 0 || which > 1 || words.longs > longs || words.complexes > 1) return no_such_type();
  if (which == 0 && words.longs > 0) return no_such_type();
  Result<CType> real = words.float128s ? binary128(abi)
                       : words.longs   ? long_double(abi)
                                       : *type_named(words.floats ? "float" : "double", abi);
  if (!real.ok() || !words.complexes) return real;
  return complex_of(real.value());
}

Result<CType> int128_type(const KeywordCount& words, AbiName abi) {
  if (words.int128s > 1 || words.shorts + words.longs > 0) return no_such_type();
  if (!has_int128(abi)) return Error{fmt::format("{} has no __int128", name_of(abi))};
  return type_of(words.is_unsigned ? ValueKind::uint128 : ValueKind::int128, abi);
}

}  // namespace

Result<CType> type_of(const KeywordCount& words, AbiName abi) {
  if (words.doubles + words.floats + words.float128s + words.complexes > 0) {
    return floating_type(words, abi);
  }
  const int signs = words.is_signed + words.is_unsigned;
  if (signs > 1 || words.ints > 1 || words.chars > 1) return no_such_type();
  if (words.chars) {
    if (words.shorts + words.longs + words.ints + words.int128s > 0) return no_such_type();
    CType type = character_type(abi);
    if (signs) type = type_of(words.is_signed ? ValueKind::int8 : ValueKind::uint8, abi);
    type.spelling = words.is_unsigned ? "unsigned char" : words.is_signed ? "signed char" : "char";
    return type;
  }
  if (words.int128s) {
    if (words.ints) return no_such_type();
    return int128_type(words, abi);
  }
  if (words.shorts > 1 || words.longs > 2 || (words.shorts && words.longs)) return no_such_type();
  Bytes width{4};
  std::string spelling = "int";
  if (words.shorts) width = {2}, spelling = "short";
  if (words.longs == 1) width = data_model(abi).long_integer, spelling = "long";
  if (words.longs == 2) width = {8}, spelling = "long long";
  CType type = type_of(integer_of(width, !words.is_unsigned), abi);
  type.spelling = (words.is_unsigned ? "unsigned " : "") + spelling;
  return type;
}

}  // namespace banter::abi
