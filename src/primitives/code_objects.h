// code_objects.h -- the compiler's plain values as CompiledMethods and CompiledBlocks, and back to
// source positions.
//
// A method keeps what was written in its AdditionalMethodState, as Associations: #source, #file,
// #line, #protocol and #package; its pragmas follow. So a line number is found by compiling the
// source once more, and no table of positions is kept.
#pragma once

#include <string>

#include "compiler/code.h"
#include "heap/rooted.h"
#include "primitives/class_scope.h"

namespace banter::primitives {

// What is known of a method beyond its code.
struct MethodOrigin {
  std::string protocol;  // its category
  std::string package;   // that defined it
};

// The CompiledMethod of `code`, whose names `scope` has answered. It is not installed in the class.
// May collect.
heap::Oop make_method(heap::Mutator& mutator, const compiler::MethodCode& code,
                      const ClassScope& scope, const MethodOrigin& origin);

// A literal that holds no variable and no block. May collect.
heap::Oop make_literal(heap::Mutator& mutator, const compiler::Literal& literal);

// The header word of compiled code, as Spur lays it out; its sign says Sista V1.
heap::Oop method_header(const compiler::Code& code, bool has_primitive);

}  // namespace banter::primitives
