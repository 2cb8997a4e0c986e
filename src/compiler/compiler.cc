#include "compiler/compiler.h"

#include "base/arena.h"
#include "compiler/analyzer.h"
#include "compiler/generator.h"
#include "compiler/parser.h"

namespace banter::compiler {
namespace {

// Runs the phases; their Failures end here.
Result<MethodCode, CompileError> compile(const SourceText& source, Scope& scope, bool is_doit,
                                         bool script_variables) {
  try {
    Arena arena;
    MethodNode method = is_doit ? parse_doit(source, arena) : parse_method(source, arena);
    const Function& function =
        analyze(method, source, scope, arena, AnalyzerOptions{is_doit, script_variables});
    MethodCode code = generate(method, function, source, scope, is_doit);
    code.source = source.text;
    code.file = source.file;
    code.line = source.line;
    code.column = source.column;
    return code;
  } catch (Failure& failure) {
    return std::move(failure.error);
  }
}

}  // namespace

Result<MethodCode, CompileError> compile_method(const SourceText& source, Scope& scope) {
  return compile(source, scope, false, false);
}

Result<MethodCode, CompileError> compile_doit(const SourceText& source, Scope& scope,
                                              const DoItOptions& options) {
  return compile(source, scope, true, options.script_variables);
}

std::optional<CompileError> syntax_error(const SourceText& source, SourceKind kind) {
  try {
    Arena arena;
    if (kind == SourceKind::method)
      parse_method(source, arena);
    else
      parse_doit(source, arena);
  } catch (Failure& failure) {
    return std::move(failure.error);
  }
  return std::nullopt;
}

std::uint32_t source_offset(const Code& code, std::uint32_t pc) {
  std::uint32_t result = 0;
  for (const PositionEntry& entry : code.positions) {
    if (entry.pc > pc) break;
    result = entry.offset;
  }
  return result;
}

std::uint32_t source_line(const MethodCode& method, std::uint32_t offset) {
  return position_of(SourceText{method.source, method.file, method.line, method.column}, offset)
      .line;
}

}  // namespace banter::compiler
