#include "abi/classify.h"

#include <gtest/gtest.h>

#include "abi/declaration.h"
#include "abi/golden_testing.h"
#include "abi/placement_testing.h"

namespace banter::abi {
namespace {

using Texts = std::vector<std::string>;

const PlacementTesting apple(AbiName::apple_arm64);
const CType kVoid = apple.type(ValueKind::nothing);
const CType kChar = apple.type(ValueKind::int8);
const CType kInt = apple.type(ValueKind::int32);
const CType kLong = apple.type(ValueKind::int64);
const CType kFloat = apple.type(ValueKind::float32);
const CType kDouble = apple.type(ValueKind::float64);
const CType kWide = apple.type(ValueKind::int128);

// The places of `parameters` when all registers are used up.
Texts stacked(const std::vector<CType>& parameters) {
  std::vector<CType> all(8, kLong);
  all.insert(all.end(), 8, kDouble);
  all.insert(all.end(), parameters.begin(), parameters.end());
  const Texts places = apple.places(kVoid, all);
  return {places.begin() + 16, places.end() - 1};
}

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

TEST(AppleArm64, StackedAggregatesHaveSlotsAndHomogeneousOnesHaveNot) {
  const CType floats = apple.structure({kFloat, kFloat, kFloat});
  EXPECT_EQ(stacked({kChar, apple.bytes(3), kChar, floats, kChar}),
            (Texts{"stack+0", "stack+8", "stack+16", "stack+20", "stack+32"}));
  EXPECT_EQ(stacked({kChar, apple.bytes(17), kFloat, apple.structure({kWide})}),
            (Texts{"stack+0", "address in stack+8", "stack+16", "stack+32"}));
}

TEST(AppleArm64, PairsMayBeginAtAnOddRegister) {
  EXPECT_EQ(apple.places(kVoid, {kInt, kWide}),
            (Texts{"x0", "x1 bytes 0-7, x2 bytes 8-15", "nothing"}));
}

TEST(AppleArm64, VariadicArgumentsAreAlwaysStacked) {
  const CallPlan plan = plan_of("int f(const char *, ..., int, double)");
  EXPECT_EQ(plan.arguments[1].pieces[0], Piece(OnStack{{0}, {0}, {4}}));
  EXPECT_EQ(plan.arguments[2].pieces[0], Piece(OnStack{{8}, {0}, {8}}));
  const CType floats = apple.structure({kFloat, kFloat, kFloat});
  EXPECT_EQ(apple.variadic_places(kVoid, {kInt, kInt, floats, apple.bytes(17), kWide, kInt}),
            (Texts{"x0", "stack+0", "stack+8", "address in stack+24", "stack+32", "stack+48",
                   "nothing"}));
}

TEST(AppleArm64, ResultsAreThoseOfAapcs64) {
  EXPECT_EQ(apple.places(apple.bytes(17), {kInt}), (Texts{"x0", "address in x8"}));
  EXPECT_EQ(apple.places(apple.structure({kFloat, kFloat}), {}),
            (Texts{"v0 bytes 0-3, v1 bytes 4-7"}));
}

TEST(AppleArm64, UnnamedBitFieldsAloneAreNothing) {
  AggregateRequest request;
  request.abi = AbiName::apple_arm64;
  request.members = {{"", kInt, 3}};
  request.alignment = {4};
  const CType type = lay_out(request).value();
  EXPECT_EQ(type.size, Bytes{4});
  EXPECT_EQ(apple.places(type, {type, kInt}), (Texts{"nothing", "x0", "nothing"}));
}

}  // namespace
}  // namespace banter::abi
