// The compiler, Tonel and scripts as primitives.
#include "heap/layouts.h"
#include "primitives/primitive_testing.h"
#include "primitives/script_scope.h"
#include "primitives/symbols.h"

namespace banter::primitives {
namespace {

class SourceTest : public StressedPrimitiveTest {
 protected:
  SourceTest() {
    heap().set_stress_gc(false);
    Rooted<> state(mutator(), make_class("AdditionalMethodState", Format::kFixedIndexable, 2));
    heap().set_special(heap::Special::kClassAdditionalMethodState, state.oop());
    Rooted<> pragma(mutator(), make_class("Pragma", Format::kFixed, 3));
    heap().set_special(heap::Special::kClassPragma, pragma.oop());
    heap().set_stress_gc(true);
  }

  Oop small(std::int64_t value) { return Oop::small_int(value); }
  Outcome compile(Oop cls, std::string_view source) {
    const Rooted<> self(mutator(), cls);
    const Rooted<> text_oop(mutator(), string(source));
    const Rooted<> file(mutator(), string("Foo.st"));
    return call("primitiveCompileMethod",
                {self.oop(), text_oop.oop(), nil(), file.oop(), small(10)});
  }
  Oop element(const Outcome& outcome, std::size_t i) {
    return outcome.result().as_object()->slot(i);
  }
};

TEST_F(SourceTest, CompilesMethods) {
  const Rooted<> cls(mutator(), make_class("Foo", Format::kFixed, 0));
  const Outcome method = compile(cls.oop(), "double: x\n\t^ x\n\t\t+ x");
  ASSERT_TRUE(method.is_success());
  EXPECT_TRUE(is_compiled_code(method.result()));
  const Rooted<> kept(mutator(), method.result());
  const auto end = static_cast<std::int64_t>(kept->initial_pc());
  EXPECT_EQ(call("primitiveMethodLineForPc", {kept.oop(), small(end)}).result(), small(11));
  EXPECT_EQ(call("primitiveMethodLineForPc", {kept.oop(), small(end + 3)}).result(), small(12));
  const Rooted<> names(mutator(), call("primitiveMethodTempNames", {kept.oop()}).result());
  ASSERT_EQ(names->slot_count(), 1u);
  EXPECT_EQ(text(names->slot(0)), "x");
  EXPECT_NE(text(call("primitiveDisassemble", {kept.oop()})).find("return"), std::string::npos);
}

TEST_F(SourceTest, FindsLinesInBlocks) {
  const Rooted<> cls(mutator(), make_class("Foo", Format::kFixed, 0));
  const Rooted<> method(
      mutator(),
      compile(cls.oop(), "foo\n\t^ [ :a |\n\t\ta foo:\n\t\t\t[ a\n\t\t\t\tbar ] ]").result());
  Oop block = nil();
  for (std::size_t i = 0; i < method->literal_count(); ++i) {
    if (is_of(method->literal(i), ClassIndex::kCompiledBlock)) block = method->literal(i);
  }
  ASSERT_NE(block, nil());
  const Rooted<> outer(mutator(), block);
  for (std::size_t i = 0; i < outer->literal_count(); ++i) {
    if (is_of(outer->literal(i), ClassIndex::kCompiledBlock)) block = outer->literal(i);
  }
  const Rooted<> inner(mutator(), block);
  ASSERT_NE(inner.oop(), outer.oop());
  const auto first = static_cast<std::int64_t>(inner->initial_pc());
  EXPECT_EQ(call("primitiveMethodLineForPc", {inner.oop(), small(first + 2)}).result(), small(14));
  EXPECT_EQ(text(call("primitiveMethodTempNames", {outer.oop()}).result().as_object()->slot(0)),
            "a");
}

TEST_F(SourceTest, SaysWhatIsWrongAndWhere) {
  const Rooted<> cls(mutator(), make_class("Foo", Format::kFixed, 0));
  const Outcome failed = compile(cls.oop(), "foo\n\t^ unknownThing");
  expect_failure(failed, Failure::failed);
  ASSERT_TRUE(failed.detail());
  const Rooted<> detail(mutator(), *failed.detail());
  EXPECT_EQ(detail->slot(1), small(11));
  EXPECT_EQ(text(detail->slot(3)), "unknownThing");
  EXPECT_TRUE(text(detail->slot(4)).starts_with("Foo.st:11:"));
  const Rooted<> source(mutator(), string("foo"));
  expect_failure(call("primitiveCompileMethod", {small(3), source.oop(), nil(), nil(), small(1)}),
                 Failure::bad_receiver);
  expect_failure(call("primitiveCompileMethod", {cls.oop(), source.oop(), nil(), nil(), small(0)}),
                 Failure::bad_argument);
}

TEST_F(SourceTest, ScriptVariablesLiveInTheirDictionary) {
  heap().set_stress_gc(false);
  Rooted<> entries(mutator(), mutator().new_array(4));
  const Rooted<> variables(mutator(), mutator().new_point(small(0), entries.oop()));
  heap().set_stress_gc(true);
  for (int i = 0; i < 20; ++i) {
    const Rooted<> source(mutator(), string("variable" + std::to_string(i) + " := 3 + 4"));
    const Outcome method =
        call("primitiveCompileDoIt", {nil(), source.oop(), nil(), small(1), variables.oop()});
    ASSERT_TRUE(method.is_success());
    ASSERT_EQ(variables->slot(0), small(i + 1));
  }
  ASSERT_TRUE(ScriptScope::is_dictionary(heap(), variables.oop()));
  for (int i = 0; i < 20; ++i) {
    const Rooted<> key(mutator(), intern(mutator(), "variable" + std::to_string(i)));
    ASSERT_EQ(call("primitiveDictionaryAt", {variables.oop(), key.oop()}).result(), nil());
  }
  const Rooted<> source(mutator(), string("x := 3"));
  EXPECT_TRUE(
      call("primitiveCompileDoIt", {nil(), source.oop(), nil(), small(1), nil()}).is_failure());
  expect_failure(call("primitiveCompileDoIt", {nil(), source.oop(), nil(), small(1), small(7)}),
                 Failure::bad_argument);
}

TEST_F(SourceTest, ParsesTonel) {
  const Rooted<> source(
      mutator(),
      string("\"I am a comment\"\nClass {\n\t#name : 'Foo',\n\t#superclass : 'Object',\n"
             "\t#instVars : [ 'a', 'b' ],\n\t#category : 'Pack',\n\t#package : 'Pack'\n}\n\n"
             "{ #category : 'testing' }\nFoo class >> bar: x [\n\t^ x\n]\n"));
  const Rooted<> file(mutator(), string("Foo.class.st"));
  const Rooted<> packages(
      mutator(), call("primitiveParseTonelText", {nil(), source.oop(), file.oop()}).result());
  ASSERT_EQ(packages->slot_count(), 1u);
  const Object& package = *packages->slot(0).as_object();
  const Object& definition = *package.slot(1).as_object()->slot(0).as_object();
  ASSERT_EQ(definition.slot_count(), 17u);
  EXPECT_EQ(text(definition.slot(1)), "Foo");
  EXPECT_EQ(text(definition.slot(3)), "normal");
  EXPECT_EQ(text(definition.slot(4).as_object()->slot(1)), "b");
  EXPECT_EQ(text(definition.slot(13)), "I am a comment");
  const Object& method = *package.slot(2).as_object()->slot(0).as_object();
  ASSERT_EQ(method.slot_count(), 10u);
  EXPECT_EQ(text(method.slot(1)), "Foo");
  EXPECT_EQ(method.slot(2), yes());
  EXPECT_EQ(text(method.slot(4)), "bar:");
  EXPECT_EQ(text(method.slot(5)), "testing");
}

TEST_F(SourceTest, ParsesScripts) {
  const Rooted<> source(mutator(), string("x := 3.\nObject >> foo [ ^ 1 ]\n^ x foo"));
  const Rooted<> file(mutator(), string("script.st"));
  const Rooted<> chunks(mutator(),
                        call("primitiveParseScript", {nil(), source.oop(), file.oop()}).result());
  ASSERT_EQ(chunks->slot_count(), 3u);
  EXPECT_EQ(text(chunks->slot(0).as_object()->slot(0)), "statement");
  EXPECT_EQ(text(chunks->slot(1).as_object()->slot(0)), "method");
  EXPECT_EQ(chunks->slot(2).as_object()->slot(5), yes());
  const Rooted<> broken(mutator(), string("Class { #name : "));
  expect_failure(call("primitiveParseScript", {nil(), broken.oop(), file.oop()}), Failure::failed);
}

TEST_F(SourceTest, FindsTheSelectorOfASource) {
  const Rooted<> source(mutator(), string("at: x put: y\n\t^ unknown"));
  EXPECT_EQ(text(call("primitiveMethodSelectorOfSource", {nil(), source.oop()})), "at:put:");
  const Rooted<> broken(mutator(), string("foo ["));
  EXPECT_EQ(call("primitiveMethodSelectorOfSource", {nil(), broken.oop()}).result(), nil());
}

}  // namespace
}  // namespace banter::primitives
