// c_type.h -- a C type as a signature names it, with the layout it has under one ABI.
//
// A CType is a plain value. What machines care about is `value` (how many bytes, which sort of
// register, how to widen); what people and marshallers care about is `role` (a text? an address of
// code?) and `spelling`. A type is made for one ABI, because `long` and pointers differ.
//
// A type that has parts (struct, union, array, _Complex, vector) shares an Aggregate with its
// copies; layout.h makes those, aggregate.h asks what lies where in them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "abi/abi_name.h"
#include "abi/bytes.h"

namespace banter::abi {

struct Signature;
struct Aggregate;

// How the value looks to the machine.
enum class ValueKind : std::uint8_t {
  nothing,  // void, only as a result
  boolean,  // one byte, 0 or 1
  int8,
  uint8,
  int16,
  uint16,
  int32,
  uint32,
  int64,
  uint64,
  int128,  // where the target's compiler has __int128: the 64-bit ABIs
  uint128,
  float32,
  float64,
  extended80,  // x87's format: `long double` of System V x86-64 (16 bytes) and IA32 (12)
  float128,    // IEEE binary128: `long double` of AAPCS64 and RISC-V
  address,     // a pointer of the ABI's width
  structure,   // from here on `aggregate` says what is inside
  union_of,
  array,    // only as a member: C passes no arrays
  complex,  // two float32, float64, extended80 or float128
  vector,   // 8 or 16 bytes of equal integers or floats, as vector_size(8), vector_size(16)
};

// What the value means to a program.
enum class Role : std::uint8_t {
  plain,
  character,   // `char`: a Character on the Smalltalk side
  pointer,     // to data, or to anything
  characters,  // char *: text that C may write to, or a buffer
  text,        // const char *: text that ends with NUL, UTF-8
  string,      // Pharo's String: the same, and wanted as a Smalltalk String everywhere
  code,        // pointer to a function; `function` says which kind, when the text did
  object,      // Pharo's Object and oop: the address of an object's body, pinned
};

inline constexpr std::size_t kAtEnd = std::string::npos;

struct CType {
  ValueKind value = ValueKind::nothing;
  Role role = Role::plain;
  Bytes size;       // 0 for void
  Bytes alignment;  // 1 for void
  std::string spelling;
  // Where a declared name stands in `spelling`: "int (*|)(int)", "char|[4]". See spelling.h.
  std::size_t name_at = kAtEnd;
  std::shared_ptr<const Signature> function;
  std::shared_ptr<const Aggregate> aggregate;  // set from ValueKind::structure on
};

constexpr bool is_floating(ValueKind kind) {
  return kind >= ValueKind::float32 && kind <= ValueKind::float128;
}
constexpr bool is_signed(ValueKind kind) {
  return kind == ValueKind::int8 || kind == ValueKind::int16 || kind == ValueKind::int32 ||
         kind == ValueKind::int64 || kind == ValueKind::int128;
}
// A char * that C only reads: its text goes both ways.
constexpr bool is_text(Role role) {
  return role == Role::text || role == Role::string;
}
// True for a type with parts.
constexpr bool is_aggregate(ValueKind kind) {
  return kind >= ValueKind::structure;
}
// True for what travels where integers do: integers, bool and addresses.
constexpr bool is_integral(ValueKind kind) {
  return kind != ValueKind::nothing && !is_floating(kind) && !is_aggregate(kind);
}

// How many bytes a value of that kind has under `abi`; not for kinds with parts.
Bytes size_of(ValueKind kind, AbiName abi);
// A type of that kind, spelled as stdint.h does ("int32_t", "void *", "double"), with the alignment
// that it has as a member of a structure. Not for kinds with parts: layout.h makes those.
CType type_of(ValueKind kind, AbiName abi);
// C's long double: extended80, float128 or float64.
CType long_double(AbiName abi);
// True where the ABI's compilers have __int128.
bool has_int128(AbiName abi);
// The type that a variadic argument of `type` has after C's default promotions: float becomes
// double, integers narrower than int become int. [C11 6.5.2.2 p6]
CType promoted(const CType& type, AbiName abi);

}  // namespace banter::abi
