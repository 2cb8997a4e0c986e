// tables.h -- every table of primitives, one a Smalltalk class or module, and their installation.
#pragma once

#include <span>

#include "interpreter/primitive.h"

namespace banter::interpreter {
class Interpreter;
}

namespace banter::primitives {

// The numbered and the named primitives of this folder, a span for each file.
std::span<const std::span<const interpreter::Entry>> numbered_tables();
std::span<const std::span<const interpreter::NamedEntry>> named_tables();

// Makes all of them known to `vm`.
void install_all(interpreter::Interpreter& vm);

}  // namespace banter::primitives
