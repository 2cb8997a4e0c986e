// flatten.h -- the one or two scalars that a structure consists of, if it does.
//
// The hardware floating-point convention looks through structures and arrays, at any depth, for the
// members that have a value. One or two of them may travel in registers of their own kind:
//
//   fa0        struct { float f; }
//   fa0, fa1   struct { struct { double d[2]; } pair; }
//   fa0, a0    struct { float f; short s; }: a bit-field counts as an integer
//   fa0        struct { float f; struct {} e; int : 0; }: what has no bits does not count
//   none       struct { float f[3]; }: three
//   none       struct { float f; void *p; }: a pointer is no integer here
//   none       union { float f; }: no union is looked through
//
// GCC does not look through a structure with an array of no bytes in it: only a floating-point
// value that fills the structure, and is aligned in it, is still found.
#pragma once

#include <vector>

#include "abi/c_type.h"

namespace banter::abi::riscv_lp64d {

struct Field {
  bool floating;
  Bytes at;    // from the start of the outermost value
  Bytes size;  // at most 8
};

// The fields of a structure or _Complex, in order. Empty for everything else, and for what has
// none, more than two, or one of another type. At least one is floating.
std::vector<Field> flattened(const CType& type);

}  // namespace banter::abi::riscv_lp64d
