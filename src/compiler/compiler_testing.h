// compiler_testing.h -- what the compiler's tests share: a scope, code as text, a checker of code.
#pragma once

#include <string>

#include "compiler/compiler.h"

namespace banter::compiler {

// Instance variables `first` to `twentieth` (only some are named), class variables `Shared` and
// `Count` of `Sample`, the globals of a few classes, and a variable for each script declaration.
class SampleScope : public Scope {
 public:
  std::optional<std::uint32_t> instance_variable(std::string_view name) const override;
  std::optional<Binding> lookup(std::string_view name) override;
  std::optional<Binding> declare(std::string_view name) override;
  bool instances_are_contexts() const override { return is_context; }
  std::vector<std::string> known_names() const override;

  bool is_context = false;
  bool allows_script_variables = false;
  std::vector<std::string> declared;
};

// A literal as source text; what has none stands in angle brackets.
std::string literal_text(const Literal& literal);

// Header, pragmas, bytecodes and literals of a method and of its blocks.
std::string code_text(const MethodCode& method);

// What is wrong with the code, or an empty string: every path keeps the stack's depth within
// max_stack and ends in a return, jumps go to instructions, indexes are in range, headers agree
// with what the code does.
std::string code_problem(const MethodCode& method);

// The code; fails the test and answers an empty method if the text does not compile.
MethodCode compiled(const std::string& text);
MethodCode compiled_doit(const std::string& text);
// The rendered error; fails the test if the text does compile.
std::string error_of(const std::string& text);

}  // namespace banter::compiler
