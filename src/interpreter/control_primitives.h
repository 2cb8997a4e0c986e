// control_primitives.h -- the primitives that are the interpreter's own: they work on frames,
// processes and methods. Each .cc has its table; this lists them.
#pragma once

namespace banter::interpreter {

class Interpreter;

void install_control_primitives(Interpreter& vm);  // perform, execute, value; calls the others
void install_context_primitives(Interpreter& vm);
void install_process_primitives(Interpreter& vm);
void install_callback_primitives(Interpreter& vm);

}  // namespace banter::interpreter
