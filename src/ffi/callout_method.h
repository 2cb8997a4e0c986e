// callout_method.h -- methods that are one C call: `abs: n ^ self ffiCall: #( int abs(int n) ) ...`
//
// At its first run such a method is replaced in its class by one with the same source whose
// primitive 120 does the call, with the FFIFunction as literal 0. When the primitive fails, its
// code sends `ffiFailed: error receiver: self arguments: { ... }` to the FFIFunction, which
// converts objects that stand for C values (a Callback) and tries again, or signals the error.
#pragma once

#include "base/result.h"
#include "ffi/session.h"

namespace banter::ffi {

// Where the parameters of the signature come from in `method`: by name (its arguments, the
// receiver's instance variables, self) when every name is known there, otherwise by position.
// The numbers are those of FFIFunction's `sources`. Fails when neither fits. Never collects.
Result<std::vector<std::int64_t>> sources_for(const Heap& heap, const abi::Signature& signature,
                                              Oop method);

// Replaces `method`. Answers false, and does nothing, when it is not the one that its class has
// now, or does more than one C call. May collect.
bool install_callout(Session& session, Mutator& mutator, Oop method, Oop function);

}  // namespace banter::ffi
