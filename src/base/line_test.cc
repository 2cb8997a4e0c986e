#include "base/line.h"

#include <gtest/gtest.h>

#include <string>

namespace banter {
namespace {

TEST(Line, PutsValuesBehindEachOther) {
  Line line;
  EXPECT_TRUE(line.empty());
  line.add("{} and {:#x}", 1, 255);
  line.add_text(" {}");
  EXPECT_EQ(line.view(), "1 and 0xff {}");
}

TEST(Line, CutsOffWhatDoesNotFit) {
  Line line;
  const std::string much(700, 'x');
  line.add("{}{}", much, much);
  line.add("more");
  EXPECT_EQ(line.view(), std::string(1000, 'x'));
}

}  // namespace
}  // namespace banter
