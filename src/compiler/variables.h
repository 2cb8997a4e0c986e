// variables.h -- where the variables of a method live, decided by the analyzer.
//
// A variable that no closure captures is a slot of its function's frame. A captured variable is
// copied into the closure, unless it is assigned after the capture or inside a closure: then it is
// an element of a tempVector, an Array that the frame and the closures share. Every function has at
// most one tempVector, and so has every body of an inlined loop, so that closures made in one
// iteration share nothing with those of the next.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "compiler/ast.h"

namespace banter::compiler {

struct Function;

// An inlined loop; what stands in it may run again.
struct Loop {
  Loop* outer = nullptr;  // in the same function
};

// The body of a function or of an inlined loop: what has its own tempVector.
struct Region {
  Function* function = nullptr;
  bool is_loop_body = false;
  Variable* vector = nullptr;     // made at the beginning of the region
  std::vector<Variable*> remote;  // the vector's elements, in order
};

struct Variable {
  std::string name;  // empty if it is the compiler's own
  Function* function = nullptr;
  Region* region = nullptr;
  Loop* loop = nullptr;  // the innermost around the declaration
  const BlockNode* block = nullptr;
  bool is_argument = false;

  // What the analyzer saw, in order of evaluation.
  bool is_captured = false;
  bool is_assigned_in_closure = false;
  bool is_used = false;
  bool begins_with_assignment = false;  // unconditional, before any other use
  std::uint32_t first_capture = std::numeric_limits<std::uint32_t>::max();
  std::uint32_t last_assignment = 0;
  std::vector<Loop*> capturing_loops;  // around a capture, inside the declaration's loop
  std::vector<Loop*> assigning_loops;  // around an assignment, likewise

  // What it decided.
  bool is_remote = false;
  std::uint32_t slot = 0;  // in the frame of `function`, or in the vector of `region`
};

// A method or a real block: what has a frame.
struct Function {
  Function* outer = nullptr;  // nullptr for the method
  BlockNode* node = nullptr;
  Region* region = nullptr;
  std::vector<Variable*> arguments;
  std::vector<Variable*> locals;  // the compiler's own included, remote ones not
  std::vector<Variable*> copied;  // variables and vectors of outer functions, in order of need
  bool needs_home = false;
  std::uint32_t created_at = 0;   // when the closure is made, in order of evaluation
  Loop* creation_loop = nullptr;  // the innermost loop of `outer` around it
};

}  // namespace banter::compiler
