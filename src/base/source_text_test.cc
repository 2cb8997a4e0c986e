#include "base/source_text.h"

#include <gtest/gtest.h>

namespace banter {
namespace {

TEST(SourceText, PositionsCountFromThePlaceInTheFile) {
  const SourceText source{"ab\ncd\r\nef\rgh", "f.st", 5, 3};
  EXPECT_EQ(position_of(source, 0), (SourcePosition{5, 3}));
  EXPECT_EQ(position_of(source, 1), (SourcePosition{5, 4}));
  EXPECT_EQ(position_of(source, 3), (SourcePosition{6, 1}));
  EXPECT_EQ(position_of(source, 7), (SourcePosition{7, 1}));
  EXPECT_EQ(position_of(source, 10), (SourcePosition{8, 1}));
  EXPECT_EQ(position_of(source, 1000), (SourcePosition{8, 3}));
}

TEST(SourceText, ErrorsShowTheLineAndACaret) {
  const SourceText source{"first\n\tsecond line\nthird", "f.st", 1, 1};
  const SourceError error = error_at(source, 14, 4, "wrong");
  EXPECT_EQ(error.offending, "line");
  EXPECT_EQ(error.render(), "f.st:2:9: wrong\n\tsecond line\n\t       ^");
}

TEST(SourceText, TheFirstLineIsShownAtItsColumn) {
  const SourceText source{"foo bar", "f.st", 3, 8};
  EXPECT_EQ(error_at(source, 4, 3, "wrong").render(),
            "f.st:3:12: wrong\n       foo bar\n           ^");
}

TEST(SourceText, AnErrorOnAnEmptyLineShowsNoLine) {
  EXPECT_EQ(error_at(SourceText{"foo\n", "f.st", 1, 1}, 4, 0, "early").render(), "f.st:2:1: early");
  EXPECT_EQ(error_at(SourceText{"", "f.st", 1, 1}, 10, 5, "empty").render(), "f.st:1:1: empty");
}

TEST(SourceText, BytesOfOneCharacterTakeOneColumnOnTheScreen) {
  const SourceText source{"'\xC3\xA9' x", "f.st", 1, 1};
  EXPECT_EQ(error_at(source, 5, 1, "wrong").render(), "f.st:1:6: wrong\n'\xC3\xA9' x\n    ^");
}

}  // namespace
}  // namespace banter
