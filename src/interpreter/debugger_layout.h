// debugger_layout.h -- what a debugger must know to find Smalltalk's frames in a program without
// debug information: tools/banter-gdb.py reads it, in a live process or a core file.
#pragma once

#include <cstdint>

namespace banter::interpreter {

class Interpreter;

// A name such as "Frame.method" and an offset, a size or another number. The last name is empty.
struct DebuggerFact {
  char name[40];
  std::uint64_t value;
};

}  // namespace banter::interpreter

extern "C" {
extern const banter::interpreter::DebuggerFact banter_gdb_layout[];
// The virtual machine that was made last, or null.
extern banter::interpreter::Interpreter* banter_gdb_vm;
}
