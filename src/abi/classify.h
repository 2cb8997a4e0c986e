// classify.h -- an ABI as a pure function from a signature to places.
//
// One folder per ABI holds its rules (sysv_x64/classify.cc ...); all are compiled on every host.
#pragma once

#include <string>

#include "abi/places.h"
#include "abi/signature.h"
#include "base/result.h"

namespace banter::abi {

// Decides where every argument and the result of `signature` travel under `abi`, which must be
// the one the signature was parsed for. Arguments from fixed_count on follow the rules for `...`.
// Fails, naming the parameter, for what the ABI cannot pass (a variadic stdcall function).
Result<CallPlan> classify(AbiName abi, const Signature& signature);

// The plan as text, one line for each argument and one for the result:
//
//   double f(int, double)
//     arg 0   rdi bytes 0-3
//     arg 1   xmm0
//     result  xmm0
std::string explain(const Signature& signature, const CallPlan& plan);

}  // namespace banter::abi
