#include <gtest/gtest.h>

#include "abi/classify.h"
#include "abi/declaration.h"
#include "abi/golden_testing.h"

namespace banter::abi {
namespace {

CallPlan plan_of(const char* text) {
  const Signature signature = parse_signature(text, AbiName::aapcs64).value();
  return classify(AbiName::aapcs64, signature).value();
}

TEST(Aapcs64, AnswersTheGoldenFile) {
  expect_golden(AbiName::aapcs64);
}

TEST(Aapcs64, EightRegistersOfEachRowAreUsed) {
  const CallPlan plan =
      plan_of("void f(int, int, int, int, int, int, int, int, uint8_t, double, int16_t)");
  EXPECT_EQ(plan.arguments[7].pieces[0], Piece(InInt{IntReg{7}, {0}, {4}}));
  EXPECT_EQ(plan.arguments[8].pieces[0], Piece(OnStack{{0}, {0}, {1}}));
  EXPECT_EQ(plan.arguments[9].pieces[0], Piece(InFloat{FloatReg{0}, {0}, {8}}));
  EXPECT_EQ(plan.arguments[10].pieces[0], Piece(OnStack{{8}, {0}, {2}}));
}

TEST(Aapcs64, PlainCharIsUnsigned) {
  const CallPlan plan = plan_of("char f(char)");
  EXPECT_EQ(plan.result.type.value, ValueKind::uint8);
}

}  // namespace
}  // namespace banter::abi
