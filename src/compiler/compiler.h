// compiler.h -- source text to plain code values.
#pragma once

#include <optional>

#include "base/result.h"
#include "base/source_text.h"
#include "compiler/code.h"
#include "compiler/scope.h"

namespace banter::compiler {

using CompileError = SourceError;

// Compiles a whole method: pattern, pragmas, temporaries, statements.
Result<MethodCode, CompileError> compile_method(const SourceText& source, Scope& scope);

struct DoItOptions {
  // Temporaries declared on the top level, and unknown names that are assigned, become variables
  // of the script (Scope::declare) rather than temporaries of this one method.
  bool script_variables = false;
};

// Compiles statements, with temporaries before them, to a method `DoIt` without arguments that
// answers the last statement's value, or what a `^` says; no statement answers nil.
Result<MethodCode, CompileError> compile_doit(const SourceText& source, Scope& scope,
                                              const DoItOptions& options = {});

enum class SourceKind { method, statements };

// The first mistake that needs no knowledge of names to be seen; nothing when there is none.
std::optional<CompileError> syntax_error(const SourceText& source, SourceKind kind);

}  // namespace banter::compiler
