#include "base/result.h"

#include <gtest/gtest.h>

namespace banter {
namespace {

Result<int> half(int n) {
  if (n % 2 != 0) return Error{fmt::format("{} is odd", n)};
  return n / 2;
}

TEST(Result, CarriesAValueOrAnError) {
  EXPECT_EQ(half(8).value(), 4);
  EXPECT_FALSE(half(7).ok());
  EXPECT_EQ(half(7).error().message, "7 is odd");
}

TEST(Result, OfNothingIsOkUntilAnErrorIsGiven) {
  EXPECT_TRUE(Result<void>().ok());
  EXPECT_FALSE(Result<void>(Error{"no"}).ok());
}

TEST(ResultDeathTest, TakingTheValueOfAnErrorNamesTheError) {
  EXPECT_DEATH((void)half(7).value(), "7 is odd");
}

}  // namespace
}  // namespace banter
