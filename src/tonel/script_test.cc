#include <gtest/gtest.h>

#include "tonel/reader.h"

namespace banter::tonel {
namespace {

std::vector<ScriptChunk> chunks(const std::string& text) {
  auto result = read_script(text, "script.st");
  if (result.ok()) return std::move(result).value();
  ADD_FAILURE() << result.error().render();
  return {};
}

// The statements' sources, each with its line and column; definitions as their names.
std::vector<std::string> summary(const std::string& text) {
  std::vector<std::string> result;
  for (const ScriptChunk& chunk : chunks(text)) {
    if (const auto* statement = std::get_if<Statement>(&chunk)) {
      result.push_back(std::to_string(statement->line) + ":" + std::to_string(statement->column) +
                       (statement->is_return ? " return " : " ") + statement->source);
    } else if (const auto* definition = std::get_if<ClassDefinition>(&chunk)) {
      result.push_back("class " + definition->name);
    } else {
      const auto& method = std::get<MethodDefinition>(chunk);
      result.push_back("method " + method.class_name + (method.class_side ? " class>>" : ">>") +
                       method.selector);
    }
  }
  return result;
}

using Lines = std::vector<std::string>;

TEST(Script, SplitsStatements) {
  EXPECT_EQ(summary("a := 3. b foo.\n  ^ a + b"),
            (Lines{"1:1 a := 3", "1:9 b foo", "2:3 return ^ a + b"}));
  EXPECT_EQ(summary(""), Lines{});
  EXPECT_EQ(summary(" . . \"nothing\" ."), Lines{});
}

TEST(Script, PeriodsInsideDoNotEndAStatement) {
  EXPECT_EQ(summary("a foo: 3.14 bar: 'x. y' baz: $. qux: #(1 . 2).\n[ 1. 2 ] value. {3. 4} foo"),
            (Lines{"1:1 a foo: 3.14 bar: 'x. y' baz: $. qux: #(1 . 2)", "2:1 [ 1. 2 ] value",
                   "2:17 {3. 4} foo"}));
  EXPECT_EQ(summary("a := 3.\nb := 4.5. \"c. d\" e"),
            (Lines{"1:1 a := 3", "2:1 b := 4.5", "2:18 e"}));
}

TEST(Script, TemporariesBelongToTheStatementBehindThem) {
  EXPECT_EQ(summary("| a b |\na := 1. b := 2"), (Lines{"1:1 | a b |\na := 1", "2:9 b := 2"}));
  EXPECT_EQ(summary("| a |"), Lines{"1:1 | a |"});
  EXPECT_EQ(summary("| a |\nClass { #name : 'Foo' }"), (Lines{"1:1 | a |", "class Foo"}));
}

TEST(Script, MixesStatementsAndDefinitions) {
  const std::string text =
      "#!/usr/bin/env banter\n"
      "\"I am a script.\"\n"
      "Transcript show: 'a'; cr.\n"
      "\"I am Foo.\"\n"
      "Class {\n\t#name : 'Foo',\n\t#superclass : 'Object'\n}\n"
      "Trait { #name : 'TFoo' }\n"
      "{ #category : 'accessing' }\n"
      "Foo >> bar: x [\n\t^ x\n]\n"
      "Foo class >> new [ ^ super new ]\n"
      "(Foo new bar: 3) printNl.\n"
      "Foo >> #bar.\n";
  EXPECT_EQ(summary(text), (Lines{"3:1 Transcript show: 'a'; cr", "class Foo", "class TFoo",
                                  "method Foo>>bar:", "method Foo class>>new",
                                  "15:1 (Foo new bar: 3) printNl", "16:1 Foo >> #bar"}));
  const std::vector<ScriptChunk> all = chunks(text);
  EXPECT_EQ(std::get<ClassDefinition>(all[1]).comment, "I am Foo.");
  EXPECT_TRUE(std::get<ClassDefinition>(all[2]).is_trait);
  EXPECT_EQ(std::get<MethodDefinition>(all[3]).category, "accessing");
  EXPECT_EQ(std::get<MethodDefinition>(all[3]).line, 11u);
}

TEST(Script, BraceArraysAreNoMetadata) {
  EXPECT_EQ(summary("{ #a . #b } foo. { #a } bar. { #a -> 3 }"),
            (Lines{"1:1 { #a . #b } foo", "1:18 { #a } bar", "1:30 { #a -> 3 }"}));
}

TEST(Script, LeavesMistakesInStatementsToTheCompiler) {
  EXPECT_EQ(summary("a foo ) ] . b"), (Lines{"1:1 a foo ) ] ", "1:13 b"}));
  EXPECT_EQ(summary("|| 3"), Lines{"1:1 || 3"});
  EXPECT_EQ(summary("| 3 | 4"), Lines{"1:1 | 3 | 4"});
}

TEST(Script, SaysWhatIsWrong) {
  auto result = read_script("a foo.\nFoo >> bar [ ^ 1", "script.st");
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().render(),
            "script.st:2:12: the method that begins here is not closed\n"
            "Foo >> bar [ ^ 1\n           ^");
  EXPECT_FALSE(read_script("a foo: 'abc", "script.st").ok());
  EXPECT_FALSE(read_script("{ #category : 'x' } 3 foo", "script.st").ok());
}

}  // namespace
}  // namespace banter::tonel
