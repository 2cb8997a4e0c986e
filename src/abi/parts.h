// parts.h -- the members of a value as a list to read, nested ones after the one they are in.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "abi/aggregate.h"

namespace banter::abi {

struct Part {
  int depth;                // 0 for a member of the value itself
  std::string declaration;  // "float x", "int n[2]", "unsigned int flags : 3"
  std::string path;         // "x", "from.x"; without the names that anonymous members lack
  Bytes offset;             // from the start of the value
  Bytes size;               // 0 for a bit-field
  std::optional<BitField> bits;
  Bytes element;  // size of an array's elements, when they are no arrays; otherwise 0
  bool is_leaf;   // has no parts of its own in the list
};

// At most `most` of them. A value without members has none; nor is a complex or a vector taken
// apart, nor an array.
std::vector<Part> parts_of(const CType& type, std::size_t most);

// The type as it fits a table: the body of a long structure is left out, "struct line { ... }".
std::string short_text(const CType& type, std::size_t most);

}  // namespace banter::abi
