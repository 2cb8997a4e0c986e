// exceptions.h -- C++ exceptions end where C begins: with a report, instead of an unwinder's
// surprise at frames that it does not know.
#pragma once

#include <cxxabi.h>

#include <exception>
#include <string>

namespace banter::library {

// Prints what the exception that is being handled is and `where` it came from, and ends the program
// by std::terminate.
[[noreturn]] void exception_escaped(const std::string& where);

// Runs `body`. An exception that it throws ends the program, with `where()` in the report; the
// unwinding of a thread that is cancelled or exits is none, and passes.
template <class Body, class Where>
__attribute__((no_sanitize("null")))  // no object stands behind a forced unwinding
void contain_exceptions(Body body, Where where) {
  try {
    body();
  }
#if defined(__GLIBCXX__)
  catch (const __cxxabiv1::__forced_unwind&) {
    throw;
  }
#endif
  catch (...) {
    exception_escaped(where());
  }
}

}  // namespace banter::library
