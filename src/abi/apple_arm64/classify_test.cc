#include <gtest/gtest.h>

#include "abi/classify.h"
#include "abi/declaration.h"
#include "abi/golden_testing.h"

namespace banter::abi {
namespace {

CallPlan plan_of(const char* text) {
  const Signature signature = parse_signature(text, AbiName::apple_arm64).value();
  return classify(AbiName::apple_arm64, signature).value();
}

TEST(AppleArm64, AnswersTheGoldenFile) {
  expect_golden(AbiName::apple_arm64);
}

TEST(AppleArm64, StackedArgumentsArePacked) {
  const CallPlan plan =
      plan_of("void f(int, int, int, int, int, int, int, int, int8_t, int8_t, int16_t, int64_t)");
  EXPECT_EQ(plan.arguments[9].pieces[0], Piece(OnStack{{1}, {0}, {1}}));
  EXPECT_EQ(plan.arguments[10].pieces[0], Piece(OnStack{{2}, {0}, {2}}));
  EXPECT_EQ(plan.arguments[11].pieces[0], Piece(OnStack{{8}, {0}, {8}}));
  EXPECT_EQ(plan.argument_steps[9].filled, 1u);
}

TEST(AppleArm64, VariadicArgumentsAreAlwaysStacked) {
  const CallPlan plan = plan_of("int f(const char *, ..., int, double)");
  EXPECT_EQ(plan.arguments[1].pieces[0], Piece(OnStack{{0}, {0}, {4}}));
  EXPECT_EQ(plan.arguments[2].pieces[0], Piece(OnStack{{8}, {0}, {8}}));
}

}  // namespace
}  // namespace banter::abi
