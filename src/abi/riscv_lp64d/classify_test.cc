#include <gtest/gtest.h>

#include "abi/classify.h"
#include "abi/declaration.h"
#include "abi/golden_testing.h"

namespace banter::abi {
namespace {

CallPlan plan_of(const char* text) {
  const Signature signature = parse_signature(text, AbiName::riscv_lp64d).value();
  return classify(AbiName::riscv_lp64d, signature).value();
}

TEST(RiscvLp64d, AnswersTheGoldenFile) {
  expect_golden(AbiName::riscv_lp64d);
}

TEST(RiscvLp64d, TheNinthDoubleTakesAnIntegerRegister) {
  const CallPlan plan = plan_of(
      "void f(double, double, double, double, double, double, double, double, double, int)");
  EXPECT_EQ(plan.arguments[8].pieces[0], Piece(InInt{IntReg{0}, {0}, {8}}));
  EXPECT_EQ(plan.arguments[9].pieces[0], Piece(InInt{IntReg{1}, {0}, {4}}));
}

TEST(RiscvLp64d, VariadicDoublesTakeIntegerRegisters) {
  const CallPlan plan = plan_of("int f(double, ..., double)");
  EXPECT_EQ(plan.arguments[0].pieces[0], Piece(InFloat{FloatReg{0}, {0}, {8}}));
  EXPECT_EQ(plan.arguments[1].pieces[0], Piece(InInt{IntReg{0}, {0}, {8}}));
}

}  // namespace
}  // namespace banter::abi
