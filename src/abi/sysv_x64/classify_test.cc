#include <gtest/gtest.h>

#include "abi/classify.h"
#include "abi/declaration.h"
#include "abi/golden_testing.h"

namespace banter::abi {
namespace {

CallPlan plan_of(const char* text) {
  const Signature signature = parse_signature(text, AbiName::sysv_x64).value();
  return classify(AbiName::sysv_x64, signature).value();
}

TEST(SysvX64, AnswersTheGoldenFile) {
  expect_golden(AbiName::sysv_x64);
}

TEST(SysvX64, RowsOverflowIndependently) {
  const CallPlan plan = plan_of("void f(int, int, int, int, int, int, int, double, int)");
  EXPECT_EQ(plan.arguments[6].pieces[0], Piece(OnStack{{0}, {0}, {4}}));
  EXPECT_EQ(plan.arguments[7].pieces[0], Piece(InFloat{FloatReg{0}, {0}, {8}}));
  EXPECT_EQ(plan.arguments[8].pieces[0], Piece(OnStack{{8}, {0}, {4}}));
  EXPECT_EQ(plan.stack_size, Bytes{16});
}

TEST(SysvX64, StepsWidenNarrowIntegersToTheirSlot) {
  const CallPlan plan = plan_of("float f(int8_t, float)");
  ASSERT_EQ(plan.argument_steps.size(), 2u);
  EXPECT_EQ(plan.argument_steps[0].filled, 8u);
  EXPECT_EQ(plan.argument_steps[1].filled, 4u);
  EXPECT_EQ(plan.argument_steps[1].argument, 1);
  EXPECT_EQ(plan.result_steps[0].place, Place::float_register);
}

}  // namespace
}  // namespace banter::abi
