// analyzer.h -- what the names mean, which blocks are inlined, where the variables live.
#pragma once

#include "base/arena.h"
#include "base/source_text.h"
#include "compiler/ast.h"
#include "compiler/scope.h"
#include "compiler/variables.h"

namespace banter::compiler {

struct AnalyzerOptions {
  bool is_doit = false;
  bool script_variables = false;  // see DoItOptions
};

// Fills in the tree and answers the function of the method itself. Throws Failure.
Function& analyze(MethodNode& method, const SourceText& source, Scope& scope, Arena& arena,
                  const AnalyzerOptions& options);

}  // namespace banter::compiler
