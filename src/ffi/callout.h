// callout.h -- runs a C function with Smalltalk objects.
#pragma once

#include <span>

#include "ffi/function.h"
#include "ffi/session.h"
#include "interpreter/primitive.h"

namespace banter::ffi {

// Converts receiver and arguments as the function's sources say, calls it and converts the result.
// What goes to C by address stays in place until the call is over. Fails, before anything is
// called, with the kinds kArgumentCount and kBadArgument (the text names the argument, its value
// and the C type), and with kBadResult after it. Collects, and other processes may run.
// `arguments` may point to the process's stack: nothing of it is read after the call.
interpreter::Outcome call_function(Session& session, Mutator& mutator, Function& function,
                                   Oop receiver, std::span<const Oop> arguments);

// The Function that an FFIFunction object stands for, resolved if it is not yet in this session.
// Fails with the kinds kBadSignature, kLibraryMissing and kSymbolMissing. May collect.
struct Resolved {
  Function* function;  // null: see failure
  interpreter::Outcome failure;
};
Resolved resolve(Session& session, Mutator& mutator, Oop function_object);

}  // namespace banter::ffi
