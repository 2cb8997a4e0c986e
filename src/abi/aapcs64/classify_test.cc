#include "abi/classify.h"

#include <gtest/gtest.h>

#include "abi/declaration.h"
#include "abi/golden_testing.h"
#include "abi/placement_testing.h"

namespace banter::abi {
namespace {

using Texts = std::vector<std::string>;

const PlacementTesting arm(AbiName::aapcs64);
const CType kVoid = arm.type(ValueKind::nothing);
const CType kInt = arm.type(ValueKind::int32);
const CType kLong = arm.type(ValueKind::int64);
const CType kFloat = arm.type(ValueKind::float32);
const CType kDouble = arm.type(ValueKind::float64);
const CType kWide = arm.type(ValueKind::int128);
const CType kQuad = arm.type(ValueKind::float128);

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

TEST(Aapcs64, SmallStructuresAreTheirWords) {
  const CType twelve = arm.structure({kInt, kInt, kInt});
  EXPECT_EQ(arm.places(twelve, {kInt, twelve, kInt}),
            (Texts{"x0", "x1 bytes 0-7, x2 bytes 8-11", "x3", "x0 bytes 0-7, x1 bytes 8-11"}));
}

TEST(Aapcs64, LargeStructuresAreAddressesAndX8BringsRoomForTheResult) {
  const CType large = arm.bytes(17);
  EXPECT_EQ(arm.places(large, {kInt, large, kInt}),
            (Texts{"x0", "address in x1", "x2", "address in x8"}));
  const std::vector<CType> many(8, kLong);
  std::vector<CType> parameters = many;
  parameters.push_back(large);
  EXPECT_EQ(arm.places(kVoid, parameters)[8], "address in stack+0");
}

TEST(Aapcs64, HomogeneousAggregatesTakeOneRegisterALeaf) {
  const CType four = arm.structure({kDouble, kDouble, kDouble, kDouble});
  const CType three = arm.structure({kFloat, arm.array(kFloat, 2)});
  EXPECT_EQ(arm.places(four, {three, four, kDouble}),
            (Texts{"v0 bytes 0-3, v1 bytes 4-7, v2 bytes 8-11",
                   "v3 bytes 0-7, v4 bytes 8-15, v5 bytes 16-23, v6 bytes 24-31", "v7",
                   "v0 bytes 0-7, v1 bytes 8-15, v2 bytes 16-23, v3 bytes 24-31"}));
  const CType quads = arm.structure({kQuad, kQuad});
  EXPECT_EQ(arm.places(quads, {}), (Texts{"v0 bytes 0-15, v1 bytes 16-31"}));
}

TEST(Aapcs64, ARowThatOverflowedStaysClosed) {
  const CType four = arm.structure({kFloat, kFloat, kFloat, kFloat});
  const CType three = arm.structure({kFloat, kFloat, kFloat});
  EXPECT_EQ(arm.places(kVoid, {three, three, four, kFloat}),
            (Texts{"v0 bytes 0-3, v1 bytes 4-7, v2 bytes 8-11",
                   "v3 bytes 0-3, v4 bytes 4-7, v5 bytes 8-11", "stack+0", "stack+16", "nothing"}));
  const std::vector<CType> seven(7, kLong);
  std::vector<CType> parameters = seven;
  parameters.push_back(arm.bytes(16));
  parameters.push_back(kInt);
  const Texts places = arm.places(kVoid, parameters);
  EXPECT_EQ(places[7], "stack+0");
  EXPECT_EQ(places[8], "stack+16");
}

TEST(Aapcs64, SixteenByteAlignmentBeginsAtAnEvenRegister) {
  const Texts pair{"x0", "x2 bytes 0-7, x3 bytes 8-15", "nothing"};
  EXPECT_EQ(arm.places(kVoid, {kInt, kWide}), pair);
  EXPECT_EQ(arm.places(kVoid, {kInt, arm.structure({kWide})}), pair);
  EXPECT_EQ(arm.places(kVoid, {kInt, arm.aligned_member(kInt, {16})}), pair);
}

TEST(Aapcs64, AlignmentAskedForTheWholeDoesNotCount) {
  const CType whole = arm.structure({kInt}, {16});
  EXPECT_EQ(arm.places(kVoid, {kInt, whole}),
            (Texts{"x0", "x1 bytes 0-7, x2 bytes 8-15", "nothing"}));
  std::vector<CType> parameters(9, kLong);
  parameters.push_back(whole);
  parameters.push_back(arm.structure({kWide}));
  const Texts places = arm.places(kVoid, parameters);
  EXPECT_EQ(places[8], "stack+0");
  EXPECT_EQ(places[9], "stack+8");
  EXPECT_EQ(places[10], "stack+32");
}

TEST(Aapcs64, VectorsAndQuadsAreInFloatRegisters) {
  EXPECT_EQ(arm.places(kQuad, {arm.vector(ValueKind::int32, 8), kQuad,
                               arm.vector(ValueKind::float32, 16)}),
            (Texts{"v0", "v1", "v2", "v0"}));
  std::vector<CType> parameters(9, kDouble);
  parameters.push_back(kQuad);
  EXPECT_EQ(arm.places(kVoid, parameters)[9], "stack+16");
}

TEST(Aapcs64, VariadicArgumentsTravelAsOthersDo) {
  const CType pair = arm.structure({kDouble, kDouble});
  EXPECT_EQ(arm.variadic_places(kVoid, {kInt, pair, kDouble, kQuad}),
            (Texts{"x0", "v0 bytes 0-7, v1 bytes 8-15", "v2", "v3", "nothing"}));
}

TEST(Aapcs64, EmptyStructuresTravelNowhere) {
  const CType empty = arm.structure({});
  EXPECT_EQ(arm.places(empty, {empty, kInt}), (Texts{"nothing", "x0", "nothing"}));
}

}  // namespace
}  // namespace banter::abi
