// generator.h -- an analyzed tree to code values.
#pragma once

#include "base/source_text.h"
#include "compiler/ast.h"
#include "compiler/scope.h"
#include "compiler/variables.h"

namespace banter::compiler {

// Everything but source, file and line is filled in. The last statement's value is answered if
// `is_doit`, the receiver otherwise. Throws Failure when a limit of the instruction set is reached.
MethodCode generate(const MethodNode& method, const Function& function, const SourceText& source,
                    const Scope& scope, bool is_doit);

}  // namespace banter::compiler
