// install.h -- makes the primitives of this folder known to an interpreter.
#pragma once

namespace banter::interpreter {
class Interpreter;
}

namespace banter::ffi {

// Also makes the VM's Session, which lives as long as the VM.
void install(interpreter::Interpreter& vm);

// The program ends: callbacks that C calls from now on get their defaults. Any number of times.
void end(interpreter::Interpreter& vm);
// Prints which callbacks have been refused since the last report.
void report_refused(interpreter::Interpreter& vm);

// Off: every callback takes the image-level path. On at first. Requires install().
void set_fast_callbacks(interpreter::Interpreter& vm, bool on);

}  // namespace banter::ffi
