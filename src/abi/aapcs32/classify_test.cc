#include "abi/classify.h"

#include <gtest/gtest.h>

#include "abi/declaration.h"
#include "abi/golden_testing.h"
#include "abi/placement_testing.h"

namespace banter::abi {
namespace {

using Texts = std::vector<std::string>;

const PlacementTesting hard(AbiName::aapcs32);
const PlacementTesting soft(AbiName::aapcs32_soft);
const CType kVoid = hard.type(ValueKind::nothing);
const CType kInt = hard.type(ValueKind::int32);
const CType kLong = hard.type(ValueKind::int64);
const CType kFloat = hard.type(ValueKind::float32);
const CType kDouble = hard.type(ValueKind::float64);

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
  const CType pair = hard.structure({kDouble, kDouble});
  EXPECT_EQ(hard.variadic_places(pair, {kInt}), (Texts{"r1", "address in r0"}));
}

TEST(Aapcs32, StructuresAreSplitWhileTheStackIsEmpty) {
  EXPECT_EQ(
      soft.places(kVoid, {kInt, kInt, soft.bytes(13), kInt}),
      (Texts{"r0", "r1", "r2 bytes 0-3, r3 bytes 4-7, stack+0 bytes 8-12", "stack+8", "nothing"}));
  std::vector<CType> parameters(9, kDouble);
  parameters.insert(parameters.end(), {kInt, hard.bytes(20), kInt});
  const Texts places = hard.places(kVoid, parameters);
  EXPECT_EQ(places[8], "stack+0");
  EXPECT_EQ(places[9], "r0");
  EXPECT_EQ(places[10], "stack+8");
  EXPECT_EQ(places[11], "stack+28");
}

TEST(Aapcs32, AlignmentToEightIsThatOfMembers) {
  const CType member = soft.structure({kLong});
  const CType whole = soft.structure({kInt}, {8});
  EXPECT_EQ(soft.places(kVoid, {kInt, member, kInt, member}),
            (Texts{"r0", "r2 bytes 0-3, r3 bytes 4-7", "stack+0", "stack+8", "nothing"}));
  EXPECT_EQ(soft.places(kVoid, {kInt, whole, kInt, kInt, whole}),
            (Texts{"r0", "r1 bytes 0-3, r2 bytes 4-7", "r3", "stack+0", "stack+4", "nothing"}));
}

TEST(Aapcs32, CandidatesFillTheVfpRowFromBehind) {
  const CType three = hard.structure({kFloat, kFloat, kFloat});
  const CType doubles = hard.structure({kDouble, kDouble});
  EXPECT_EQ(hard.places(three, {kFloat, doubles, kFloat, three}),
            (Texts{"s0", "d1 bytes 0-7, d2 bytes 8-15", "s1",
                   "s6 bytes 0-3, s7 bytes 4-7, "
                   "s8 bytes 8-11",
                   "s0 bytes 0-3, s1 bytes 4-7, s2 bytes 8-11"}));
}

TEST(Aapcs32, ACandidateOnTheStackClosesTheVfpRow) {
  const CType four = hard.structure({kDouble, kDouble, kDouble, kDouble});
  EXPECT_EQ(hard.places(kVoid, {kFloat, four, four, kFloat, kInt})[2], "stack+0");
  EXPECT_EQ(hard.places(kVoid, {kFloat, four, four, kFloat, kInt})[3], "stack+32");
  EXPECT_EQ(hard.places(kVoid, {kFloat, four, four, kFloat, kInt})[4], "r0");
}

TEST(Aapcs32, VectorsOf16BytesAreTwoDoubleRegisters) {
  const CType quad = hard.vector(ValueKind::float32, 16);
  EXPECT_EQ(hard.places(quad, {kFloat, quad, hard.vector(ValueKind::int32, 8)}),
            (Texts{"s0", "d2 bytes 0-7, d3 bytes 8-15", "d1", "d0 bytes 0-7, d1 bytes 8-15"}));
  EXPECT_EQ(soft.places(quad, {kInt, quad}),
            (Texts{"r0", "r2 bytes 0-3, r3 bytes 4-7, stack+0 bytes 8-15",
                   "r0 bytes 0-3, r1 bytes 4-7, r2 bytes 8-11, r3 bytes 12-15"}));
}

TEST(Aapcs32, LargerStructuresReturnInMemory) {
  EXPECT_EQ(soft.places(soft.bytes(4), {kInt}), (Texts{"r0", "r0"}));
  EXPECT_EQ(soft.places(soft.bytes(5), {kInt}), (Texts{"r1", "address in r0"}));
  EXPECT_EQ(soft.places(soft.complex(ValueKind::float32), {}), (Texts{"address in r0"}));
  EXPECT_EQ(hard.places(hard.complex(ValueKind::float32), {}),
            (Texts{"s0 bytes 0-3, s1 bytes 4-7"}));
}

TEST(Aapcs32, EmptyStructuresTravelNowhere) {
  const CType empty = hard.structure({});
  EXPECT_EQ(hard.places(empty, {empty, kInt}), (Texts{"nothing", "r0", "nothing"}));
}

}  // namespace
}  // namespace banter::abi
