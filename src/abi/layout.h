// layout.h -- where the members of a C structure lie under an ABI, bit-fields included.
//
// Two rules for bit-fields are in use. GCC's (System V and the ARM and RISC-V documents agree but
// for unnamed ones) lets a bit-field start at any bit, unless it would then cross a boundary of its
// declared type. Microsoft's gives a run of bit-fields of types of one size a unit of that size.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "abi/aggregate.h"
#include "base/result.h"

namespace banter::abi {

// A member before it has a place.
struct MemberRequest {
  std::string name;
  CType type;
  std::optional<std::uint32_t> bits;  // the width of a bit-field; 0 ends a unit
  Bytes alignment{0};                 // asked for with aligned(n); 0: the type's own
  bool packed = false;                // __attribute__((packed)) on this member
};

struct AggregateRequest {
  AbiName abi = AbiName::sysv_x64;
  bool is_union = false;
  std::string tag;
  std::vector<MemberRequest> members;
  bool packed = false;  // __attribute__((packed)) on the whole
  Bytes pack{0};        // #pragma pack(n): no member is aligned to more; 0: none
  Bytes alignment{0};   // __attribute__((aligned(n))) on the whole
  // Microsoft's rule for bit-fields: always on win_x64, elsewhere where ms_struct asks for it.
  bool ms_bit_fields = false;
};

// The structure or union with every member at its place. Without members its size is 0, as in GNU
// C. Fails, naming the member, for a bit-field wider than its type, of a type that is no integer,
// or unnamed and aligned; for a member of type void; for a size of 2^28 bytes or more.
Result<CType> lay_out(const AggregateRequest& request);

// `count` elements, one after the other. Fails for void and for a size of 2^28 bytes or more.
Result<CType> array_of(const CType& element, std::uint32_t count);

// _Complex of a floating type. Fails for any other.
Result<CType> complex_of(const CType& element);

// A vector of 8 or 16 bytes, aligned to its size, but to no more than 8 on 32-bit Arm. Fails for
// other sizes and for elements that are neither integers nor float32 or float64.
Result<CType> vector_of(const CType& element, Bytes size, AbiName abi);

// The same type aligned to `alignment` at least, as a typedef or variable with aligned(n) is.
CType aligned(const CType& type, Bytes alignment);

}  // namespace banter::abi
