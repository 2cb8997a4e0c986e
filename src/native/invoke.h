// invoke.h -- calls a C function whose arguments and result lie in memory, as C would have them.
//
// The way in for those who have no objects: the library's interface and the oracle. ffi/ goes from
// objects to registers directly and uses marshal.h.
#pragma once

#include "abi/places.h"

namespace banter::native {

// Calls `target` by `plan`, whose ABI must be one that runs here (call.h). arguments[i] is the
// address of the i-th argument's value, result that of plan.result.type.size bytes (ignored when
// that is 0), both aligned as their types are. Arguments are only read. errno is afterwards as the
// callee left it. Frames of this library are unwound properly, so that an exception of the callee
// may pass. Allocates only for calls with more than a few hundred bytes of stacked arguments and
// copies.
void invoke(const abi::CallPlan& plan, void (*target)(), void* result, void* const* arguments);

}  // namespace banter::native
