#include "compiler/suggestion.h"

#include <gtest/gtest.h>

namespace banter::compiler {
namespace {

TEST(Suggestion, FindsTheNearestName) {
  const std::vector<std::string> known = {"counter", "count", "OrderedCollection", "x", "y"};
  EXPECT_EQ(closest_name("conuter", known), "counter");
  EXPECT_EQ(closest_name("cuont", known), "count");
  EXPECT_EQ(closest_name("orderedcollection", known), "OrderedCollection");
  EXPECT_EQ(closest_name("OrderedColection", known), "OrderedCollection");
}

TEST(Suggestion, IsSilentWhenNothingIsNear) {
  EXPECT_EQ(closest_name("z", {"x", "y"}), "");
  EXPECT_EQ(closest_name("elephant", {"counter"}), "");
  EXPECT_EQ(closest_name("foo", {}), "");
  EXPECT_EQ(closest_name("", {"x"}), "");
}

}  // namespace
}  // namespace banter::compiler
