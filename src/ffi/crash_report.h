// crash_report.h -- what is written on standard error when a signal ends the program: in C or in
// the virtual machine itself.
//
//   SIGSEGV, SIGBUS   native's fault handler, if no access of ours and no earlier handler has it
//   SIGILL, SIGFPE, SIGABRT   a handler of our own, where there was none
//
// The report runs on the thread's signal stack. A fault inside one of its parts ends that part.
// Then the signal's default action follows, so that the program's status is what a debugger or a
// shell expects.
#pragma once

namespace banter::interpreter {
class Interpreter;
}

namespace banter::ffi {

// From now on, for the rest of the program; `vm` must live as long. A handler that somebody else
// has installed is left in its place and goes before the report. Requires install().
void report_crashes(interpreter::Interpreter& vm);

}  // namespace banter::ffi
