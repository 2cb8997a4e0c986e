#include <gtest/gtest.h>

#include "abi/classify.h"
#include "abi/declaration.h"
#include "abi/golden_testing.h"

namespace banter::abi {
namespace {

CallPlan plan_of(const char* text) {
  const Signature signature = parse_signature(text, AbiName::aapcs32).value();
  return classify(AbiName::aapcs32, signature).value();
}

TEST(Aapcs32, AnswersTheGoldenFiles) {
  expect_golden(AbiName::aapcs32);
  expect_golden(AbiName::aapcs32_soft);
}

TEST(Aapcs32, FloatsFillTheRegistersThatDoublesSkipped) {
  const CallPlan plan = plan_of("void f(float, double, float)");
  EXPECT_EQ(plan.arguments[1].pieces[0], Piece(InFloat{FloatReg{2}, {0}, {8}}));
  EXPECT_EQ(plan.arguments[2].pieces[0], Piece(InFloat{FloatReg{1}, {0}, {4}}));
}

TEST(Aapcs32, EightBytesTakeAnEvenPair) {
  const CallPlan plan = plan_of("int64_t f(int, int64_t, int, int64_t)");
  EXPECT_EQ(plan.arguments[1].pieces[0], Piece(InInt{IntReg{2}, {0}, {4}}));
  EXPECT_EQ(plan.arguments[1].pieces[1], Piece(InInt{IntReg{3}, {4}, {4}}));
  EXPECT_EQ(plan.arguments[2].pieces[0], Piece(OnStack{{0}, {0}, {4}}));
  EXPECT_EQ(plan.arguments[3].pieces[0], Piece(OnStack{{8}, {0}, {8}}));
  EXPECT_EQ(plan.result_steps.size(), 2u);
}

TEST(Aapcs32, VariadicFunctionsUseTheBaseStandard) {
  const CallPlan plan = plan_of("double f(double, ..., double)");
  EXPECT_EQ(plan.arguments[0].pieces[0], Piece(InInt{IntReg{0}, {0}, {4}}));
  EXPECT_EQ(plan.arguments[1].pieces[0], Piece(InInt{IntReg{2}, {0}, {4}}));
  EXPECT_EQ(plan.result.pieces[0], Piece(InInt{IntReg{0}, {0}, {4}}));
}

}  // namespace
}  // namespace banter::abi
