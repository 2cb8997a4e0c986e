#include <gtest/gtest.h>

#include "abi/classify.h"
#include "abi/declaration.h"
#include "abi/golden_testing.h"

namespace banter::abi {
namespace {

CallPlan plan_of(const char* text) {
  const Signature signature = parse_signature(text, AbiName::ia32).value();
  return classify(AbiName::ia32, signature).value();
}

TEST(Ia32, AnswersTheGoldenFile) {
  expect_golden(AbiName::ia32);
}

TEST(Ia32, ConventionsDifferInRegistersAndWhoPops) {
  EXPECT_EQ(plan_of("void f(int, double)").callee_pops, Bytes{0});
  EXPECT_EQ(plan_of("void __stdcall f(int, double)").callee_pops, Bytes{12});
  const CallPlan fast = plan_of("void __fastcall f(int, double, short, int)");
  EXPECT_EQ(fast.arguments[0].pieces[0], Piece(InInt{IntReg{0}, {0}, {4}}));
  EXPECT_EQ(fast.arguments[1].pieces[0], Piece(OnStack{{0}, {0}, {8}}));
  EXPECT_EQ(fast.arguments[2].pieces[0], Piece(InInt{IntReg{1}, {0}, {2}}));
  EXPECT_EQ(fast.arguments[3].pieces[0], Piece(OnStack{{8}, {0}, {4}}));
  EXPECT_EQ(fast.callee_pops, Bytes{12});
  EXPECT_EQ(plan_of("void __thiscall f(void *, int)").callee_pops, Bytes{4});
}

TEST(Ia32, VariadicFunctionsAreCdecl) {
  const Signature signature = parse_signature("int __stdcall f(int, ...)", AbiName::ia32).value();
  EXPECT_FALSE(classify(AbiName::ia32, signature).ok());
}

}  // namespace
}  // namespace banter::abi
