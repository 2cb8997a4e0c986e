// layout.h -- where the members of a C structure lie under an ABI.
//
// Each member stands at the next multiple of its alignment, and the structure ends at a multiple of
// the largest one: the rule of every ABI here for members that are no bit-fields.
#pragma once

#include <vector>

#include "abi/declaration.h"

namespace banter::abi {

struct Member {
  Field field;
  Bytes offset;
};

struct StructLayout {
  std::vector<Member> members;
  Bytes size;
  Bytes alignment{1};
};

StructLayout layout_of(const std::vector<Field>& fields);

}  // namespace banter::abi
