#include "compiler/compiler.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "bytecode/decoder.h"
#include "compiler/compiler_testing.h"

namespace banter::compiler {
namespace {

// The method of a file, which begins on line 10, column 8.
MethodCode placed(const std::string& text) {
  SampleScope scope;
  auto result = compile_method(SourceText{text, "Foo.st", 10, 8}, scope);
  EXPECT_TRUE(result.ok());
  return result.ok() ? std::move(result).value() : MethodCode{};
}

TEST(Compiler, KeepsTheSourceAndItsPlace) {
  const MethodCode code = placed("foo\n\t^ 1");
  EXPECT_EQ(code.selector, "foo");
  EXPECT_EQ(code.source, "foo\n\t^ 1");
  EXPECT_EQ(code.file, "Foo.st");
  EXPECT_EQ(code.line, 10u);
  EXPECT_EQ(code.column, 8u);
}

TEST(Compiler, PositionsLeadFromEachSendToItsLine) {
  const MethodCode code = placed("foo\n\tself one.\n\t^ self\n\t\ttwo: 1\n\t\tthree: 2");
  std::vector<std::uint32_t> lines;
  for (std::uint32_t pc = 0; pc < code.bytecodes.size();) {
    const auto instruction = bytecode::decode(code.bytecodes, pc);
    ASSERT_TRUE(instruction);
    pc = instruction->next_pc;
    if (instruction->operation != bytecode::Operation::send) continue;
    lines.push_back(source_line(code, source_offset(code, pc - 1)));
  }
  EXPECT_EQ(lines, (std::vector<std::uint32_t>{11, 13}));
}

TEST(Compiler, PositionsOfBlocksCountFromTheMethod) {
  const MethodCode code = placed("foo\n\t^ [\n\t\tself bar ]");
  const auto block = std::get<Literal::Block>(code.literals[0].value);
  EXPECT_EQ(source_line(code, source_offset(*block, 1)), 12u);
}

TEST(Compiler, ErrorsCountLinesAndColumnsFromTheFile) {
  SampleScope scope;
  auto first = compile_method(SourceText{"foo bar", "Foo.st", 10, 8}, scope);
  ASSERT_FALSE(first.ok());
  EXPECT_EQ(first.error().render(),
            "Foo.st:10:12: 'bar' is not declared\n"
            "       foo bar\n"
            "           ^");
  auto second = compile_method(SourceText{"foo\n ^ bar", "Foo.st", 10, 8}, scope);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().position, (SourcePosition{11, 4}));
  EXPECT_EQ(second.error().offending, "bar");
  EXPECT_EQ(second.error().offset, 7u);
}

TEST(Compiler, UndeclaredNamesInAScriptAreErrorsUnlessAssigned) {
  SampleScope scope;
  scope.allows_script_variables = true;
  const SourceText source{"x ifNil: [ x := 3 ]", "script.st", 1, 1};
  EXPECT_TRUE(compile_doit(source, scope, {.script_variables = true}).ok());
  EXPECT_EQ(scope.declared, std::vector<std::string>{"x"});
  // Declared now, it may be read by the next statement.
  const SourceText next{"x + 1", "script.st", 2, 1};
  EXPECT_TRUE(compile_doit(next, scope, {.script_variables = true}).ok());
  const SourceText wrong{"y + 1", "script.st", 3, 1};
  EXPECT_FALSE(compile_doit(wrong, scope, {.script_variables = true}).ok());
}

TEST(Compiler, ADoItWithoutScriptVariablesKeepsItsTemporaries) {
  const MethodCode code = compiled_doit("| a | a := 1. a");
  EXPECT_EQ(code.temp_names, std::vector<std::string>{"a"});
}

TEST(Compiler, SyntaxAloneKnowsNoNames) {
  const auto message = [](const std::string& text, SourceKind kind) {
    const auto error = syntax_error(SourceText{text, "sample.st", 1, 1}, kind);
    return error ? error->message : "";
  };
  EXPECT_EQ(message("foo ^ unknown", SourceKind::method), "");
  EXPECT_EQ(message("unknown foo. x := y", SourceKind::statements), "");
  EXPECT_EQ(message("foo ^", SourceKind::method), "expected an expression, but the text ends here");
  EXPECT_EQ(message("x foo: (1", SourceKind::statements), "'(' is not closed");
}

std::string nested(const std::string& open, const std::string& inside, const std::string& close,
                   int depth) {
  std::string result = "foo ^ ";
  for (int i = 0; i < depth; ++i) result += open;
  result += inside;
  for (int i = 0; i < depth; ++i) result += close;
  return result;
}

TEST(Compiler, NestingIsLimited) {
  for (const auto& [open, close] : std::vector<std::pair<std::string, std::string>>{
           {"(", ")"}, {"[", "]"}, {"{", "}"}, {"a := ", ""}, {"self a: (", ")"}}) {
    EXPECT_EQ(code_problem(compiled(nested(open == "a := " ? "first := " : open, "1", close, 40))),
              "")
        << open;
    EXPECT_NE(error_of(nested(open, "1", close, 100000)).find("nested more than 120 deep"),
              std::string::npos)
        << open;
  }
  EXPECT_EQ(code_problem(compiled(nested("#(", "1", ")", 100))), "");
  EXPECT_NE(error_of(nested("#(", "1", ")", 100000)).find("nested more than 120 deep"),
            std::string::npos);
}

TEST(Compiler, ChainsOfMessagesAreNotNesting) {
  std::string text = "foo ^ self";
  for (int i = 0; i < 100000; ++i) text += " foo";
  EXPECT_EQ(code_problem(compiled(text)), "");
  text = "foo ^ 1";
  for (int i = 0; i < 100000; ++i) text += " + 1";
  EXPECT_EQ(code_problem(compiled(text)), "");
}

std::string variables(int count) {
  std::string result = "foo |";
  for (int i = 0; i < count; ++i) result += fmt::format(" v{}", i);
  return result + " | ";
}

TEST(Compiler, VariablesAreLimited) {
  EXPECT_EQ(compiled(variables(56)).num_temps, 56);
  EXPECT_NE(error_of(variables(57)).find("needs 57 slots"), std::string::npos);
  EXPECT_NE(error_of(variables(64)).find("64 variables in one method or block"), std::string::npos);
  EXPECT_NE(error_of(variables(1000)).find("1000 variables"), std::string::npos);
}

TEST(Compiler, VariablesSharedWithBlocksAreLimited) {
  std::string text = variables(128);
  for (int i = 0; i < 128; ++i) text += fmt::format("[ v{} := 1 ] value. ", i);
  EXPECT_NE(error_of(text).find("more than 127 variables are shared with blocks"),
            std::string::npos);
  text = variables(127);
  for (int i = 0; i < 127; ++i) text += fmt::format("[ v{} := 1 ] value. ", i);
  EXPECT_EQ(code_problem(compiled(text)), "");
}

TEST(Compiler, OperandsAreLimitedByTheFrame) {
  std::string text = "foo ^ ";
  for (int i = 0; i < 30; ++i) text += "self a: 1 b: (";
  text += "1";
  for (int i = 0; i < 30; ++i) text += ")";
  EXPECT_NE(error_of(text).find("slots for variables and intermediate results"), std::string::npos);
}

TEST(Compiler, ManyLiteralsUsePrefixesAndAreLimited) {
  std::string text = "foo";
  for (int i = 0; i < 3000; ++i) text += fmt::format(" self foo{} bar: 'x{}'.", i, i);
  EXPECT_EQ(code_problem(compiled(text)), "");
  text = "foo";
  for (int i = 0; i < 33000; ++i) text += " self foo: 'x'.";
  EXPECT_NE(error_of(text).find("more than 32767 literals"), std::string::npos);
}

TEST(Compiler, JumpsMayBeLongButNotTooLong) {
  const auto conditional = [](int statements) {
    std::string text = "foo: a a ifTrue: [";
    for (int i = 0; i < statements; ++i) text += " self foo.";
    return text + " ]. [ a ] whileTrue: [ self bar ]";
  };
  EXPECT_EQ(code_problem(compiled(conditional(80))), "");
  EXPECT_EQ(code_problem(compiled(conditional(90))), "");
  EXPECT_EQ(code_problem(compiled(conditional(10000))), "");
  EXPECT_NE(error_of(conditional(12000)).find("too long for a jump"), std::string::npos);
}

TEST(Compiler, LongBraceArraysUseTheClassArray) {
  std::string text = "foo ^ { 1";
  for (int i = 0; i < 200; ++i) text += ". self foo";
  const MethodCode code = compiled(text + " }");
  EXPECT_EQ(code_problem(code), "");
  EXPECT_EQ(literal_text(code.literals[0]), "Array");
  EXPECT_FALSE(code.large_frame);
}

}  // namespace
}  // namespace banter::compiler
