// install.h -- makes the primitives of this folder known to an interpreter.
#pragma once

namespace banter::interpreter {
class Interpreter;
}

namespace banter::ffi {

// Also makes the VM's Session, which lives as long as the VM.
void install(interpreter::Interpreter& vm);

// Off: every callback takes the image-level path. On at first. Requires install().
void set_fast_callbacks(interpreter::Interpreter& vm, bool on);

}  // namespace banter::ffi
