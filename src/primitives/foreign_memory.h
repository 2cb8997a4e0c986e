// foreign_memory.h -- how primitives of this folder reach memory that C owns.
//
// The accessors that survive an unmapped address are the native layer's, which this folder does not
// include: src/ffi puts them into Interpreter::extensions() when it is installed.
#pragma once

#include <cstddef>
#include <cstdint>

namespace banter::primitives {

struct ForeignMemory {
  // Widths 1, 2, 4 and 8 at any alignment; the bits are the low ones. False: not mapped.
  bool (*load)(std::uint64_t address, std::size_t width, std::uint64_t* bits) = nullptr;
  bool (*store)(std::uint64_t address, std::size_t width, std::uint64_t bits) = nullptr;
};

}  // namespace banter::primitives
