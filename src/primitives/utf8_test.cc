#include "primitives/utf8.h"

#include <gtest/gtest.h>

namespace banter::primitives {
namespace {

TEST(Utf8, GoesThereAndBack) {
  for (const char32_t code :
       {char32_t{0}, char32_t{0x61}, char32_t{0x7F}, char32_t{0x80}, char32_t{0x7FF},
        char32_t{0x800}, char32_t{0xFFFF}, char32_t{0x10000}, char32_t{0x10FFFF}}) {
    std::string text;
    append_utf8(text, code);
    const DecodedText decoded = decode_utf8(text);
    EXPECT_FALSE(decoded.bad_byte);
    EXPECT_EQ(decoded.codes, std::u32string(1, code));
    EXPECT_EQ(decoded.largest, code);
  }
}

TEST(Utf8, NamesTheFirstBadByte) {
  const std::pair<std::string_view, std::size_t> kBad[] = {{"\x80", 0},
                                                           {"ab\xFF", 2},
                                                           {"\xC0\x80", 0},
                                                           {"\xC3", 0},
                                                           {"a\xE2\x82", 1},
                                                           {"\xED\xA0\x80", 0},
                                                           {"\xF4\x90\x80\x80", 0},
                                                           {"\xE0\x9F\xBF", 0},
                                                           {"\xF0\x8F\xBF\xBF", 0},
                                                           {"ok\xC3\x28", 2}};
  for (const auto& [text, at] : kBad) EXPECT_EQ(decode_utf8(text).bad_byte, at);
}

TEST(Utf8, WritesAReplacementForWhatHasNoForm) {
  for (const char32_t code : {char32_t{0xD800}, char32_t{0x110000}, char32_t{1u << 29}}) {
    std::string text;
    append_utf8(text, code);
    EXPECT_EQ(text, "\xEF\xBF\xBD");
  }
}

TEST(Utf8, ReadsBadBytesAsCodesWhenLenient) {
  EXPECT_EQ(decode_utf8_lenient("a\xFF\xC3\xA9"), std::u32string(U"a\u00FF\u00E9"));
}

}  // namespace
}  // namespace banter::primitives
