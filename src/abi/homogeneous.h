// homogeneous.h -- aggregates whose leaves are all of one floating or vector type (HFA, HVA).
//
// Arm's procedure call standards, 32 and 64 bits, pass one of up to four such leaves in as many
// floating-point registers. [AAPCS64 5.9.5, AAPCS32 5.3.5]
//
//   4 of float32   struct { float x, y; struct { float z[2]; } rest; }
//   3 of float32   union { float f; float g[3]; }: a union counts its longest
//   2 of float64   _Complex double
//   2 of float32   struct { float x; int : 0; float y; }: `: 0` has no bits
//   1 of float32   struct { float x; struct {} empty; }
//   none           struct { double d; float f; }: two types
//   none           struct { float f; } __attribute__((aligned(16))): padding
//
// Vectors are of one type when they are of one size, whatever their lanes. The documents say
// nothing of arrays without elements: for GCC and Clang they make a structure inhomogeneous. So
// does, for GCC, a `: 0` in a union; we follow it there. For Clang before 15 any `: 0` does.
#pragma once

#include <cstdint>
#include <optional>

#include "abi/c_type.h"

namespace banter::abi {

struct Homogeneous {
  ValueKind kind;       // a floating kind or vector
  Bytes size;           // of each leaf; they follow each other without gaps
  std::uint32_t count;  // 1 to 4
};

// What `type` is made of, if it is a floating type or vector alone, or an aggregate of one to four
// of one kind. Nothing for all others.
std::optional<Homogeneous> homogeneous(const CType& type);

}  // namespace banter::abi
