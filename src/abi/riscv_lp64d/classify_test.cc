#include "abi/classify.h"

#include <gtest/gtest.h>

#include "abi/declaration.h"
#include "abi/golden_testing.h"
#include "abi/placement_testing.h"

namespace banter::abi {
namespace {

using Texts = std::vector<std::string>;

const PlacementTesting riscv(AbiName::riscv_lp64d);
const CType kVoid = riscv.type(ValueKind::nothing);
const CType kShort = riscv.type(ValueKind::int16);
const CType kInt = riscv.type(ValueKind::int32);
const CType kLong = riscv.type(ValueKind::int64);
const CType kFloat = riscv.type(ValueKind::float32);
const CType kDouble = riscv.type(ValueKind::float64);
const CType kWide = riscv.type(ValueKind::int128);
const CType kQuad = riscv.type(ValueKind::float128);

CallPlan plan_of(const char* text) {
  const Signature signature = parse_signature(text, AbiName::riscv_lp64d).value();
  return classify(AbiName::riscv_lp64d, signature).value();
}

// The places of `parameters` after seven integers.
Texts after_seven(const std::vector<CType>& parameters) {
  std::vector<CType> all(7, kLong);
  all.insert(all.end(), parameters.begin(), parameters.end());
  const Texts places = riscv.places(kVoid, all);
  return {places.begin() + 7, places.end() - 1};
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

TEST(RiscvLp64d, FieldsHaveRegistersOfTheirKinds) {
  const CType floats = riscv.structure({riscv.structure({riscv.array(kFloat, 2)})});
  const CType mixed = riscv.structure({kShort, kDouble});
  const CType one = riscv.structure({riscv.structure({}), kFloat});
  EXPECT_EQ(riscv.places(mixed, {floats, mixed, one, riscv.complex(ValueKind::float64)}),
            (Texts{"fa0 bytes 0-3, fa1 bytes 4-7", "a0 bytes 0-1, fa2 bytes 8-15", "fa3",
                   "fa4 bytes 0-7, fa5 bytes 8-15", "a0 bytes 0-1, fa0 bytes 8-15"}));
}

TEST(RiscvLp64d, BitFieldsAreIntegersOfTheBytesTheyTouch) {
  EXPECT_EQ(riscv.places(kVoid, {riscv.with_bits(kFloat, {20})})[0], "fa0 bytes 0-3, a0 bytes 4-6");
  EXPECT_EQ(riscv.places(kVoid, {riscv.with_bits(kFloat, {0})})[0], "fa0");
  EXPECT_EQ(riscv.places(kVoid, {riscv.with_bits(kFloat, {2, 3})})[0], "a0");
}

TEST(RiscvLp64d, OtherStructuresAreTheirWords) {
  EXPECT_EQ(riscv.places(kVoid, {riscv.structure({kFloat, kFloat, kFloat})})[0],
            "a0 bytes 0-7, a1 bytes 8-11");
  EXPECT_EQ(riscv.places(kVoid, {riscv.union_of({kFloat})})[0], "a0");
  EXPECT_EQ(riscv.places(kVoid, {riscv.structure({kFloat, riscv.type(ValueKind::address)})})[0],
            "a0 bytes 0-7, a1 bytes 8-15");
  EXPECT_EQ(riscv.places(kVoid, {riscv.structure({kQuad})})[0], "a0 bytes 0-7, a1 bytes 8-15");
  EXPECT_EQ(riscv.places(riscv.bytes(17), {riscv.bytes(17)}),
            (Texts{"address in a1", "address in a0"}));
}

TEST(RiscvLp64d, FieldsNeedAllTheirRegisters) {
  const CType pair = riscv.structure({kFloat, kFloat});
  std::vector<CType> parameters(7, kDouble);
  parameters.insert(parameters.end(), {pair, kDouble});
  const Texts places = riscv.places(kVoid, parameters);
  EXPECT_EQ(places[7], "a0");
  EXPECT_EQ(places[8], "fa7");
  std::vector<CType> integers(8, kLong);
  integers.push_back(riscv.structure({kFloat, kInt}));
  EXPECT_EQ(riscv.places(kVoid, integers)[8], "stack+0");
}

TEST(RiscvLp64d, SixteenBytesAreSplitBetweenA7AndTheStack) {
  EXPECT_EQ(after_seven({kWide, kInt}), (Texts{"a7 bytes 0-7, stack+0 bytes 8-15", "stack+8"}));
  EXPECT_EQ(after_seven({riscv.bytes(12)}), (Texts{"a7 bytes 0-7, stack+0 bytes 8-11"}));
  EXPECT_EQ(after_seven({kInt, kInt, kQuad}), (Texts{"a7", "stack+0", "stack+16"}));
}

TEST(RiscvLp64d, AlignedVariadicPairsBeginAtAnEvenRegister) {
  EXPECT_EQ(riscv.variadic_places(kVoid, {kInt, kQuad, kInt}),
            (Texts{"a0", "a2 bytes 0-7, a3 bytes 8-15", "a4", "nothing"}));
  EXPECT_EQ(riscv.variadic_places(kVoid, {kInt, riscv.bytes(16), kInt}),
            (Texts{"a0", "a1 bytes 0-7, a2 bytes 8-15", "a3", "nothing"}));
  EXPECT_EQ(riscv.places(kVoid, {kInt, kQuad})[1], "a1 bytes 0-7, a2 bytes 8-15");
  std::vector<CType> parameters(7, kLong);
  parameters.insert(parameters.end(), {kWide, kInt});
  const Texts places = riscv.variadic_places(kVoid, parameters);
  EXPECT_EQ(places[7], "stack+0");
  EXPECT_EQ(places[8], "stack+16");
}

TEST(RiscvLp64d, WordsAreSignExtendedWhateverTheirSign) {
  const CallPlan plan = plan_of("void f(uint32_t, uint16_t)");
  EXPECT_EQ(plan.argument_steps[0].widening, Widening::sign);
  EXPECT_EQ(plan.argument_steps[1].widening, Widening::zero);
}

}  // namespace
}  // namespace banter::abi
