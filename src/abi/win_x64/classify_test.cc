#include <gtest/gtest.h>

#include "abi/classify.h"
#include "abi/declaration.h"
#include "abi/golden_testing.h"

namespace banter::abi {
namespace {

CallPlan plan_of(const char* text) {
  const Signature signature = parse_signature(text, AbiName::win_x64).value();
  return classify(AbiName::win_x64, signature).value();
}

TEST(WinX64, AnswersTheGoldenFile) {
  expect_golden(AbiName::win_x64);
}

TEST(WinX64, PositionsHaveOneRegisterOfEachSort) {
  const CallPlan plan = plan_of("void f(int, double, int, float, int)");
  EXPECT_EQ(plan.arguments[1].pieces[0], Piece(InFloat{FloatReg{1}, {0}, {8}}));
  EXPECT_EQ(plan.arguments[2].pieces[0], Piece(InInt{IntReg{2}, {0}, {4}}));
  EXPECT_EQ(plan.arguments[4].pieces[0], Piece(OnStack{{32}, {0}, {4}}));
  EXPECT_EQ(plan.stack_size, Bytes{48});
}

TEST(WinX64, VariadicDoublesTravelTwice) {
  const CallPlan plan = plan_of("int f(const char *, ..., double)");
  ASSERT_EQ(plan.arguments[1].pieces.size(), 2u);
  EXPECT_EQ(plan.arguments[1].pieces[1], Piece(InInt{IntReg{1}, {0}, {8}}));
}

}  // namespace
}  // namespace banter::abi
