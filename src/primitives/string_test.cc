#include "primitives/primitive_testing.h"
#include "primitives/symbols.h"

namespace banter::primitives {
namespace {

constexpr std::string_view kEuro = "\xE2\x82\xAC";

class StringTest : public PrimitiveTest {
 protected:
  Oop small(std::int64_t value) { return Oop::small_int(value); }
  std::vector<std::string> texts(const Outcome& outcome) {
    std::vector<std::string> result;
    const Object& elements = *outcome.result().as_object();
    for (std::size_t i = 0; i < elements.slot_count(); ++i)
      result.push_back(text(elements.slot(i)));
    return result;
  }
  std::int64_t int_of(const Outcome& outcome) {
    EXPECT_TRUE(outcome.is_success());
    return outcome.is_success() ? outcome.result().as_int() : -1;
  }
};

TEST_F(StringTest, EncodesAndDecodes) {
  const Rooted<> encoded(mutator(), call("primitiveUtf8Encode", {string("\xC3\xA9")}).result());
  EXPECT_EQ(encoded->byte_count(), 2u);
  const Rooted<> decoded(mutator(), call("primitiveUtf8Decode", {encoded.oop()}).result());
  EXPECT_EQ(decoded->byte_count(), 1u);
  EXPECT_EQ(heap().class_of(decoded.oop()), class_at(ClassIndex::kByteString));
  const Outcome wide = call("primitiveUtf8Decode", {bytes(kEuro)});
  EXPECT_EQ(heap().class_of(wide.result()), class_at(ClassIndex::kWideString));
  const Outcome bad = call("primitiveUtf8Decode", {bytes("ab\xFFz")});
  expect_failure(bad, Failure::bad_argument);
  EXPECT_EQ(bad.detail(), small(3));
  expect_failure(call("primitiveUtf8Encode", {small(3)}), Failure::bad_receiver);
}

TEST_F(StringTest, ComparesByCodePoints) {
  EXPECT_EQ(int_of(call("primitiveStringCompare", {string("abc"), string("abd")})), -1);
  EXPECT_EQ(int_of(call("primitiveStringCompare", {string("abc"), string("ab")})), 1);
  EXPECT_EQ(int_of(call("primitiveStringCompare", {string(kEuro), string("z")})), 1);
  EXPECT_EQ(int_of(call("primitiveStringCompareCaseless", {string("ABC"), string("abc")})), 0);
  const Rooted<> wide(mutator(), call("primitiveStringAsWide", {string("abc")}).result());
  EXPECT_EQ(call("primitiveStringEqual", {string("abc"), wide.oop()}).result(), yes());
  EXPECT_EQ(call("primitiveStringEqual", {string("abc"), intern(mutator(), "abc")}).result(),
            yes());
  EXPECT_EQ(call("primitiveStringEqual", {string("abc"), small(3)}).result(), no());
  EXPECT_EQ(call("primitiveStringEqual", {string("abc"), string("abx")}).result(), no());
}

TEST_F(StringTest, HashesTheSameInEveryForm) {
  const Rooted<> wide(mutator(), call("primitiveStringAsWide", {string("hello")}).result());
  const Oop hash = call("primitiveStringHash", {string("hello")}).result();
  EXPECT_EQ(call("primitiveStringHash", {wide.oop()}).result(), hash);
  EXPECT_EQ(call("primitiveStringHash", {intern(mutator(), "hello")}).result(), hash);
  EXPECT_EQ(call("MiscPrimitivePlugin", "primitiveStringHash", {nil(), string("hello"), small(0)})
                .result(),
            hash);
  std::uint32_t expected = 0;
  for (const char c : std::string_view("hello")) {
    expected = (expected + static_cast<std::uint8_t>(c)) * 1664525u;
  }
  EXPECT_EQ(hash, small(expected & 0x0FFFFFFF));
}

TEST_F(StringTest, ConvertsCase) {
  EXPECT_EQ(text(call("primitiveStringAsUppercase", {string("h\xC3\xA9llo 1")})), "H\xC3\x89LLO 1");
  EXPECT_EQ(text(call("primitiveStringAsLowercase", {string("\xC3\x84RGER")})), "\xC3\xA4rger");
  // The capital of y with diaeresis is no byte.
  EXPECT_EQ(text(call("primitiveStringAsUppercase", {string("\xC3\xBF")})), "\xC5\xB8");
  EXPECT_EQ(call("primitiveCharacterAsUppercase", {Oop::character(0x3B1)}).result(),
            Oop::character(0x391));
  EXPECT_EQ(call("primitiveCharacterIsLetter", {Oop::character(0xE9)}).result(), yes());
  EXPECT_EQ(call("primitiveCharacterIsLetter", {Oop::character('7')}).result(), no());
  EXPECT_EQ(call("primitiveCharacterIsDigit", {Oop::character('7')}).result(), yes());
  EXPECT_EQ(call("primitiveCharacterIsSeparator", {Oop::character(' ')}).result(), yes());
  EXPECT_EQ(call("primitiveCharacterIsUppercase", {Oop::character(0x391)}).result(), yes());
  expect_failure(call("primitiveCharacterIsUppercase", {small(65)}), Failure::bad_receiver);
}

TEST_F(StringTest, PutsStringsTogether) {
  EXPECT_EQ(text(call("primitiveStringConcatenate", {string("ab"), string("cd")})), "abcd");
  const Outcome wide = call("primitiveStringConcatenate", {string("ab"), string(kEuro)});
  EXPECT_EQ(text(wide), "ab" + std::string(kEuro));
  expect_failure(call("primitiveStringConcatenate", {string("ab"), small(1)}),
                 Failure::bad_argument);
  EXPECT_EQ(text(call("primitiveStringCopyFromTo", {string("hello"), small(2), small(4)})), "ell");
  EXPECT_EQ(text(call("primitiveStringCopyFromTo", {string("hello"), small(2), small(1)})), "");
  EXPECT_EQ(text(call("primitiveStringCopyFromTo", {string("hello"), small(6), small(5)})), "");
  expect_failure(call("primitiveStringCopyFromTo", {string("hello"), small(0), small(4)}),
                 Failure::bad_index);
  expect_failure(call("primitiveStringCopyFromTo", {string("hello"), small(2), small(6)}),
                 Failure::bad_index);
}

TEST_F(StringTest, ReplacesAcrossWidths) {
  const Rooted<> wide(mutator(), call("primitiveStringAsWide", {string("hello")}).result());
  EXPECT_TRUE(
      call("primitiveStringReplace", {wide.oop(), small(1), small(2), string("HEY"), small(2)})
          .is_success());
  EXPECT_EQ(text(wide.oop()), "EYllo");
  const Rooted<> narrow(mutator(), string("hello"));
  expect_failure(
      call("primitiveStringReplace", {narrow.oop(), small(1), small(1), string(kEuro), small(1)}),
      Failure::bad_argument);
  EXPECT_TRUE(
      call("primitiveStringReplace", {narrow.oop(), small(2), small(5), narrow.oop(), small(1)})
          .is_success());
  EXPECT_EQ(text(narrow.oop()), "hhell");
  expect_failure(
      call("primitiveStringReplace", {narrow.oop(), small(2), small(6), narrow.oop(), small(1)}),
      Failure::bad_index);
  EXPECT_EQ(text(call("primitiveStringAsNarrow", {wide.oop()})), "EYllo");
  expect_failure(call("primitiveStringAsNarrow", {string(kEuro)}), Failure::bad_receiver);
}

TEST_F(StringTest, FindsCharactersAndStrings) {
  const auto index = [this](std::string_view where, std::string_view what, std::int64_t start,
                            bool exact) {
    return int_of(call("primitiveStringIndexOfString",
                       {string(where), string(what), small(start), exact ? yes() : no()}));
  };
  EXPECT_EQ(index("hello world", "o", 1, true), 5);
  EXPECT_EQ(index("hello world", "o", 6, true), 8);
  EXPECT_EQ(index("hello world", "WORLD", 1, true), 0);
  EXPECT_EQ(index("hello world", "WORLD", 1, false), 7);
  EXPECT_EQ(index("hello", "", 1, true), 0);
  EXPECT_EQ(index("lo", "hello", 1, true), 0);
  EXPECT_EQ(index("a\xE2\x82\xAC"
                  "b",
                  "b", 1, true),
            3);
  EXPECT_EQ(
      int_of(call("primitiveStringIndexOf", {string("hello"), Oop::character('l'), small(4)})), 4);
  EXPECT_EQ(
      int_of(call("primitiveStringIndexOf", {string("hello"), Oop::character(0x20AC), small(1)})),
      0);
  EXPECT_EQ(int_of(call("primitiveStringIndexOf", {string("a"), Oop::character('a'), small(9)})),
            0);
}

TEST_F(StringTest, CutsStrings) {
  EXPECT_EQ(text(call("primitiveStringTrim", {string(" \t hi there \n")})), "hi there");
  EXPECT_EQ(text(call("primitiveStringTrim", {string("  ")})), "");
  using Texts = std::vector<std::string>;
  EXPECT_EQ(texts(call("primitiveStringLines", {string("a\nb\r\nc\rd\n")})),
            (Texts{"a", "b", "c", "d"}));
  EXPECT_EQ(texts(call("primitiveStringLines", {string("\n\n")})), (Texts{"", ""}));
  EXPECT_EQ(texts(call("primitiveStringLines", {string("")})), Texts{});
  EXPECT_EQ(text(call("primitiveStringReplaceAll", {string("a-b-c"), string("-"), string("+ ")})),
            "a+ b+ c");
  expect_failure(call("primitiveStringReplaceAll", {string("a"), string(""), string("x")}),
                 Failure::bad_argument);
}

TEST_F(StringTest, RunsSqueaksByteLoops) {
  std::string order(256, '\0');
  for (int i = 0; i < 256; ++i) order[static_cast<std::size_t>(i)] = static_cast<char>(i);
  const Rooted<> table(mutator(), bytes(order));
  const auto ask = [this](std::string_view name, std::initializer_list<Oop> operands) {
    return call("MiscPrimitivePlugin", name, operands);
  };
  EXPECT_EQ(int_of(ask("primitiveCompareString", {nil(), string("a"), string("b"), table.oop()})),
            1);
  EXPECT_EQ(int_of(ask("primitiveFindSubstring",
                       {nil(), string("lo"), string("hello"), small(1), table.oop()})),
            4);
  EXPECT_EQ(
      int_of(ask("primitiveIndexOfAsciiInString", {nil(), small('l'), string("hello"), small(1)})),
      3);
  std::string map(256, '\0');
  map['l'] = 1;
  EXPECT_EQ(
      int_of(ask("primitiveFindFirstInString", {nil(), string("hello"), bytes(map), small(1)})), 3);
  std::string upper = order;
  for (char c = 'a'; c <= 'z'; ++c) upper[static_cast<std::size_t>(c)] = static_cast<char>(c - 32);
  const Rooted<> target(mutator(), string("hello"));
  EXPECT_TRUE(ask("primitiveTranslateStringWithTable",
                  {nil(), target.oop(), small(2), small(4), bytes(upper)})
                  .is_success());
  EXPECT_EQ(text(target.oop()), "hELLo");
}

// --- symbols ---

class SymbolTest : public StressedPrimitiveTest {};

TEST_F(SymbolTest, ThereIsOneForEachText) {
  const Rooted<> first(mutator(), intern(mutator(), "hello"));
  // Each call may move `first`: it is read after the call.
  const Oop again = intern(mutator(), "hello");
  EXPECT_EQ(again, first.oop());
  const Oop other = intern(mutator(), "hellp");
  EXPECT_NE(other, first.oop());
  const Outcome interned = call("primitiveInternSymbol", {nil(), string("hello")});
  EXPECT_EQ(interned.result(), first.oop());
  EXPECT_EQ(call("primitiveFindSymbol", {nil(), string("never seen")}).result(), nil());
  expect_failure(call("primitiveInternSymbol", {nil(), nil()}), Failure::bad_argument);
  EXPECT_TRUE(first->is_immutable());
}

TEST_F(SymbolTest, TheTableGrows) {
  for (int i = 0; i < 2000; ++i) intern(mutator(), "symbol" + std::to_string(i));
  for (int i = 0; i < 2000; ++i) {
    const std::string name = "symbol" + std::to_string(i);
    const auto found = find_symbol(heap(), std::u32string(name.begin(), name.end()));
    ASSERT_TRUE(found);
    ASSERT_EQ(text(*found), name);
  }
  EXPECT_GE(call("primitiveAllSymbols", {nil()}).result().as_object()->slot_count(), 2000u);
}

TEST_F(SymbolTest, WideSymbolsAreSymbolsToo) {
  const Rooted<> wide(mutator(), intern(mutator(), "\xE2\x82\xAC"));
  EXPECT_EQ(heap().class_index_of(wide.oop()), ClassIndex::kWideSymbol);
  const Oop again = intern(mutator(), "\xE2\x82\xAC");
  EXPECT_EQ(again, wide.oop());
}

}  // namespace
}  // namespace banter::primitives
