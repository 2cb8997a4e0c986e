// foreign_return.h -- the ways in which a C function gives control back: it returns, it throws a
// C++ exception, or its frames are left by a callback under it (native/foreign_unwinding.h). A
// fourth one, the end of its thread, passes through.
#pragma once

#include <cxxabi.h>

#include <memory>
#include <string>

#include "interpreter/callback.h"

namespace banter::ffi {

enum class ForeignReturn : std::uint8_t { normal, left, exception };

// A C++ exception that came out of a C function.
struct ForeignException {
  std::string type;  // as C++ writes it; "" for one of another language
  std::string text;  // what() of a std::exception, else ""
};

// Inside of a handler: what is being handled.
std::unique_ptr<ForeignException> current_exception();

// The thread of `callout` ends in C (pthread_exit, cancellation). One of the VM's own cannot: ends
// the program with a report.
void check_end_of_thread(interpreter::Interpreter& vm, const interpreter::Callout& callout,
                         const char* function);

// Runs `body`, the call, inside of `callout`.
template <class Body>
// No object stands behind a forced unwinding.
__attribute__((no_sanitize("null"))) inline ForeignReturn run_foreign(
    interpreter::Interpreter& vm, const interpreter::Callout& callout, const char* function,
    std::unique_ptr<ForeignException>& exception, Body body) {
  try {
    body();
    return ForeignReturn::normal;
  } catch (const __cxxabiv1::__forced_unwind&) {
    if (callout.was_left()) return ForeignReturn::left;
    check_end_of_thread(vm, callout, function);
    throw;
  } catch (...) {
    exception = current_exception();
    return ForeignReturn::exception;
  }
}

}  // namespace banter::ffi
