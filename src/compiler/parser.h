// parser.h -- tokens to a tree.
#pragma once

#include "base/arena.h"
#include "compiler/ast.h"
#include "compiler/scanner.h"

namespace banter::compiler {

// Brackets, assignments and literal arrays may be nested this deeply, so that no source text can
// exhaust the native stack. Chains of messages are not nesting.
inline constexpr unsigned kMaxNesting = 120;

// Both throw Failure. The tree refers to the source's text and lives in `arena`.
MethodNode parse_method(const SourceText& source, Arena& arena);
MethodNode parse_doit(const SourceText& source, Arena& arena);

}  // namespace banter::compiler
