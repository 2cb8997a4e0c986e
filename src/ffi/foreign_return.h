// foreign_return.h -- the ways in which a C function gives control back: it returns, it throws a
// C++ exception, or its frames are left by a callback under it (native/foreign_unwinding.h). A
// fourth one, the end of its thread, passes through.
#pragma once

#include <cxxabi.h>

#include <memory>
#include <string>

#include "interpreter/callback.h"

namespace banter::ffi {

// How a C function ended that did not return.
struct ForeignEnding {
  bool left = false;  // by a callback under it; otherwise by a C++ exception:
  std::string type;   // as C++ writes it; "" for one of another language
  std::string text;   // what() of a std::exception, else ""
};

// Inside of a handler: what is being handled.
std::unique_ptr<ForeignEnding> ended_by_exception();
std::unique_ptr<ForeignEnding> ended_by_leaving();

// The thread of `callout` ends in C (pthread_exit, cancellation). One of the VM's own cannot: ends
// the program with a report.
void check_end_of_thread(interpreter::Interpreter& vm, const interpreter::Callout& callout,
                         const char* function);

// Runs `body`, the call, inside of `callout`. Null: it returned.
template <class Body>
// No object stands behind a forced unwinding.
__attribute__((no_sanitize("null"))) inline std::unique_ptr<ForeignEnding> run_foreign(
    interpreter::Interpreter& vm, const interpreter::Callout& callout, const char* function,
    Body body) {
  try {
    body();
    return nullptr;
  } catch (const __cxxabiv1::__forced_unwind&) {
    if (callout.was_left()) return ended_by_leaving();
    check_end_of_thread(vm, callout, function);
    throw;
  } catch (...) {
    return ended_by_exception();
  }
}

}  // namespace banter::ffi
