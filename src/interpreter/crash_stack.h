// crash_stack.h -- the Smalltalk stack of a thread that is about to die, as text.
//
// Interpreter::stack_trace allocates, and trusts what it reads. This one does neither more than it
// must: nothing is allocated, nothing is called in Smalltalk, every walk is bounded. What it reads
// may be broken all the same: the caller survives a fault.
#pragma once

#include "base/line.h"
#include "interpreter/interpreter.h"

namespace banter::interpreter {

// What the calling thread runs, or null: the process for which it is inside C, or the running one
// when it holds the VM. Async-signal-safe.
const ProcessStack* process_of_this_thread(Interpreter& vm);

// One line a frame, innermost first, foreign frames between, as Interpreter::stack_trace without
// places in files. Async-signal-safe but for faults.
void write_crash_stack(Interpreter& vm, const ProcessStack& stack, TextSink sink);

// "C function int abs(int n)", "callback int (*)(int)".
void add_foreign_frame(Line& line, const ForeignFrame& frame);

}  // namespace banter::interpreter
