// aggregate.h -- what lies where in a C type that has parts.
//
//   structure, union_of   members, each at its own offset
//   array                 one member at offset 0, `count` times
//   complex               the same, twice: real part, imaginary part
//   vector                the same, `count` lanes
//
// A classifier that asks only "which bytes are of which kind" walks the leaves; one whose rule
// speaks of members (homogeneous aggregates, RISC-V's flattening) walks the members itself.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "abi/c_type.h"

namespace banter::abi {

// A bit-field, counted from the first byte of the structure; least significant bit first, as every
// ABI here has it.
struct BitField {
  std::uint32_t first_bit;
  std::uint32_t width;  // 0 only for `int : 0`
  friend bool operator==(const BitField&, const BitField&) = default;
};

struct Member {
  std::string name;  // empty for an anonymous structure or union and for an unnamed bit-field
  CType type;
  Bytes offset;  // of a bit-field: of the byte its first bit is in
  std::optional<BitField> bits;
};

struct Aggregate {
  std::string tag;  // of a structure or union; may be empty
  std::vector<Member> members;
  std::uint32_t count = 1;  // how often members[0] comes in an array, complex or vector
  // The largest alignment of a member, before an alignment asked for the whole: what AAPCS64 and
  // AAPCS32 call natural alignment. [AAPCS64 5.9]
  Bytes natural_alignment{1};
  bool packed = false;
};

// A scalar or vector inside a value.
struct Leaf {
  const CType& type;             // has no parts, or is a vector
  Bytes offset;                  // from the start of the outermost value
  std::optional<BitField> bits;  // first_bit from there, too
};

// Calls `see` with each leaf in order of declaration; a union's overlap. Unnamed bit-fields are
// padding and are left out. A type without parts, or a vector, is its own single leaf; void has
// none.
void for_each_leaf(const CType& type, const std::function<void(const Leaf&)>& see);

// Whether there is any leaf at all: quick for the largest array.
bool has_leaves(const CType& type);

// The alignment that Arm's documents call natural: what a type would have if nobody had asked for
// more for the whole of it. [AAPCS64 5.9, AAPCS32 5.3]
Bytes natural_alignment(const CType& type, AbiName abi);

// The value of a bit-field of the structure at `base`, widened by the type's sign, and back; the
// bits around it stay. Requires member.bits with a width of 1 to 64.
std::uint64_t load_bits(const void* base, const Member& member);
void store_bits(void* base, const Member& member, std::uint64_t value);

}  // namespace banter::abi
