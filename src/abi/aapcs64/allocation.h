// allocation.h -- the rules that AAPCS64 and Apple's variant of it share.
//
//   NGRN   next general-purpose register:  x0 ... x7     integers, addresses, other aggregates
//   NSRN   next SIMD and FP register:      v0 ... v7     float, double, quad, vectors, HFA, HVA
//   NSAA   next stacked argument address, from sp up
//
// They are the plan's int_registers, float_registers and stack_size. The rows are counted
// independently. An argument that does not fit into what is left of its row closes the row, and
// goes to the stack whole: nothing is split. [C.3, C.13]
#pragma once

#include "abi/places.h"
#include "abi/signature.h"

namespace banter::abi::aapcs64 {

// What a value takes on the stack.
struct Room {
  Bytes alignment;
  Bytes size;
};

// Where the variants differ.
struct Variant {
  bool pairs_start_even;  // [C.10] a value aligned to 16 begins at an even x register
  Room (*room)(const CType& type);
};

// A plan without arguments. `slot` is what a narrow integer fills on the stack.
CallPlan begin(AbiName abi, const Signature& signature, Bytes slot);
// Places one more argument.
void add_argument(CallPlan& plan, const CType& type, const Variant& variant);
// The same where only the stack may be used.
void add_stacked_argument(CallPlan& plan, const CType& type, const Variant& variant);
// Rounds up the stack. Requires that all arguments have places.
void finish(CallPlan& plan);

}  // namespace banter::abi::aapcs64
