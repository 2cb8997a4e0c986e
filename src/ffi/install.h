// install.h -- makes the primitives of this folder known to an interpreter.
#pragma once

namespace banter::interpreter {
class Interpreter;
}

namespace banter::ffi {

// Also makes the VM's Session, which lives as long as the VM.
void install(interpreter::Interpreter& vm);

}  // namespace banter::ffi
