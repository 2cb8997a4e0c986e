// classify.cc -- AAPCS64: Linux and BSD on AArch64. Apple's variant has a folder of its own; what
// both share, the rows of registers and what closes them, is allocation.cc.
//
//   x0 ... x7    bool, integers, addresses; __int128 is two; an aggregate of up to 16 bytes is one
//                or two [C.9, C.11, C.12]
//   v0 ... v7    float (s), double (d), long double and vectors (d, q); an aggregate of one to four
//                of one of these is as many: HFA, HVA [C.1, C.2]
//   x8           the address of room for a result that is not returned in registers [6.9]
//   stack        from sp up, in slots of 8 bytes [C.14, C.16]
//
// What is odd here:
// - `long double` is IEEE binary128 in a q register. _Complex is an HFA of two. [5.9.5, 10.1.4]
// - An aggregate above 16 bytes that is no HFA or HVA is copied by the caller, and the address of
//   the copy is the argument. An HFA may have 64 bytes and travels by value. [B.4]
// - What is aligned to 16 by nature begins at an even x register; an odd one that is skipped stays
//   unused. Alignment that was asked for the whole type does not count, that of a member does: of
//   `struct { int x; } __attribute__((aligned(16)))` two registers are used from the next one on,
//   of `struct { _Alignas(16) int x; }` from an even one on. [5.9, C.10]
// - The same on the stack: 16 for what is aligned to 16 or more by nature, else 8. So sp needs no
//   more than its own 16. [C.4, C.14]
// - A row that has overflowed stays closed: after a pair that found only x7, nothing goes to x7;
//   after an HFA of four that found v5, nothing goes to v5. [C.3, C.13]
// - The callee widens narrow integers, not the caller: upper bits are unspecified. We widen all the
//   same, which is allowed. [6.8.2, "unspecified bits"]
// - Variadic functions take their arguments where others do; Apple's do not. [6.8.2]
// - An argument of no bytes (an empty structure in C) travels nowhere.
// - Results travel as a first argument would; memory is addressed by x8, which is no argument
//   register: nothing shifts, and the callee need not answer it. [6.9]
#include "abi/aapcs64/classify.h"

#include "abi/aapcs64/allocation.h"
#include "abi/aggregate.h"

namespace banter::abi::aapcs64 {
namespace {

constexpr Bytes kSlot{8};

// [C.4, C.14, C.16]
Room room_of(const CType& type) {
  const bool wide = natural_alignment(type, AbiName::aapcs64) > kSlot;
  return {wide ? Bytes{16} : kSlot, rounded_up(type.size, kSlot)};
}

}  // namespace

CallPlan classify(const Signature& signature) {
  CallPlan plan = begin(AbiName::aapcs64, signature, kSlot);
  for (const Parameter& each : signature.parameters) {
    add_argument(plan, each.type, {.pairs_start_even = true, .room = room_of});
  }
  finish(plan);
  return plan;
}

}  // namespace banter::abi::aapcs64
