// c_type.h -- a C type as a signature names it, with the layout it has under one ABI.
//
// A CType is a plain value. What machines care about is `value` (how many bytes, which sort of
// register, how to widen); what people and marshallers care about is `role` (a text? an address of
// code?) and `spelling`. A type is made for one ABI, because `long` and pointers differ.
//
// Aggregates (struct, union, vectors, _Complex) are not types yet: the parser refuses them by
// name. They will be a further ValueKind with members, and a value in several pieces, for which
// Placement (places.h) already has room.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "abi/abi_name.h"
#include "abi/bytes.h"

namespace banter::abi {

struct Signature;

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
  float32,
  float64,
  address,  // a pointer of the ABI's width
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

struct CType {
  ValueKind value = ValueKind::nothing;
  Role role = Role::plain;
  Bytes size;       // 0 for void
  Bytes alignment;  // 1 for void
  std::string spelling;
  std::shared_ptr<const Signature> function;
};

constexpr bool is_floating(ValueKind kind) {
  return kind == ValueKind::float32 || kind == ValueKind::float64;
}
constexpr bool is_signed(ValueKind kind) {
  return kind == ValueKind::int8 || kind == ValueKind::int16 || kind == ValueKind::int32 ||
         kind == ValueKind::int64;
}
// A char * that C only reads: its text goes both ways.
constexpr bool is_text(Role role) {
  return role == Role::text || role == Role::string;
}
// True for what travels where integers do: integers, bool and addresses.
constexpr bool is_integral(ValueKind kind) {
  return kind != ValueKind::nothing && !is_floating(kind);
}

// How many bytes a value of that kind has under `abi`.
Bytes size_of(ValueKind kind, AbiName abi);
// A type of that kind, spelled as stdint.h does ("int32_t", "void *", "double").
CType type_of(ValueKind kind, AbiName abi);
// The type that a variadic argument of `type` has after C's default promotions: float becomes
// double, integers narrower than int become int. [C11 6.5.2.2 p6]
CType promoted(const CType& type, AbiName abi);

}  // namespace banter::abi
