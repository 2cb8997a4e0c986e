#include "compiler/scanner.h"

#include <gtest/gtest.h>

namespace banter::compiler {
namespace {

// The texts of all tokens, separated by blanks.
std::string tokens(const std::string& text) {
  const SourceText source{text, "sample.st", 1, 1};
  Scanner scanner(source);
  std::string result;
  for (Token token = scanner.next(); !token.is(TokenKind::end); token = scanner.next()) {
    result += (result.empty() ? "" : " ") + std::string(token.text);
  }
  return result;
}

TEST(Scanner, SplitsWhatTouches) {
  EXPECT_EQ(tokens("a:=b"), "a := b");
  EXPECT_EQ(tokens("a:b"), "a: b");
  EXPECT_EQ(tokens("at:put:"), "at: put:");
  EXPECT_EQ(tokens("[:a|^a]"), "[ : a | ^ a ]");
  EXPECT_EQ(tokens("3+4"), "3 + 4");
  EXPECT_EQ(tokens("x>=y"), "x >= y");
  EXPECT_EQ(tokens("#foo:bar:#+"), "#foo:bar: #+");
  EXPECT_EQ(tokens("$a$b"), "$a $b");
  EXPECT_EQ(tokens("a.b;c"), "a . b ; c");
}

TEST(Scanner, AMinusSignBeginsATokenOfItsOwn) {
  EXPECT_EQ(tokens("3-4"), "3 - 4");
  EXPECT_EQ(tokens("3--4"), "3 - - 4");
  EXPECT_EQ(tokens("x<-1"), "x < - 1");
  EXPECT_EQ(tokens("a->b"), "a -> b");
}

TEST(Scanner, SkipsComments) {
  EXPECT_EQ(tokens("a \"b 'c\" d \"\" e \"f\"\"g\" h"), "a d e h");
}

TEST(Scanner, QuotesInsideQuotes) {
  EXPECT_EQ(tokens("'a\"b' \"c'd\" $' $\" 'e'"), "'a\"b' $' $\" 'e'");
}

TEST(Scanner, ByteOrderMarkIsLeftOut) {
  EXPECT_EQ(tokens("\xEF\xBB\xBF"
                   "foo"),
            "foo");
}

TEST(Scanner, Utf8) {
  EXPECT_EQ(utf8_length("a", 0), 1u);
  EXPECT_EQ(utf8_length("\xC3\xA9", 0), 2u);
  EXPECT_EQ(utf8_length("\xE2\x82\xAC", 0), 3u);
  EXPECT_EQ(utf8_length("\xF0\x9F\x98\x80", 0), 4u);
  for (const char* wrong : {"\x80", "\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80",
                            "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xFF", "\xE2\x82"}) {
    EXPECT_EQ(utf8_length(wrong, 0), 0u) << wrong;
  }
}

TEST(Scanner, RefusesWhatIsNotUtf8) {
  try {
    tokens("foo \xFF");
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.error.message, "the byte 0xFF is not UTF-8");
    EXPECT_EQ(failure.error.offset, 4u);
  }
}

}  // namespace
}  // namespace banter::compiler
