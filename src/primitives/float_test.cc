#include <bit>
#include <cmath>
#include <limits>

#include "primitives/primitive_testing.h"

namespace banter::primitives {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

class FloatTest : public PrimitiveTest {};

TEST_F(FloatTest, BothBlocksCompute) {
  for (const std::uint16_t base : {std::uint16_t{41}, std::uint16_t{541}}) {
    const auto at = [base](int offset) { return static_cast<std::uint16_t>(base + offset); };
    EXPECT_EQ(float_of(call(at(0), {floating(1.5), floating(2.25)})), 3.75);
    EXPECT_EQ(float_of(call(at(1), {floating(1.5), Oop::small_int(2)})), -0.5);
    EXPECT_EQ(call(at(2), {floating(1.5), floating(2.0)}).result(), yes());
    EXPECT_EQ(call(at(3), {floating(1.5), floating(2.0)}).result(), no());
    EXPECT_EQ(call(at(4), {floating(2.0), Oop::small_int(2)}).result(), yes());
    EXPECT_EQ(call(at(5), {floating(1.0), Oop::small_int(2)}).result(), no());
    EXPECT_EQ(call(at(6), {floating(2.0), Oop::small_int(2)}).result(), yes());
    EXPECT_EQ(call(at(7), {floating(2.0), Oop::small_int(2)}).result(), no());
    EXPECT_EQ(float_of(call(at(8), {floating(1e200), floating(1e200)})), kInfinity);
    EXPECT_EQ(float_of(call(at(9), {floating(1.0), floating(4.0)})), 0.25);
    expect_failure(call(at(9), {floating(1.0), floating(0.0)}), Failure::generic);
    expect_failure(call(at(0), {floating(1.0), Oop::small_int(std::int64_t{1} << 52)}),
                   Failure::generic);
    expect_failure(call(at(0), {floating(1.0), nil()}), Failure::generic);
  }
}

TEST_F(FloatTest, NanIsNothing) {
  const Oop nan = floating(std::numeric_limits<double>::quiet_NaN());
  const Rooted<> rooted(mutator(), nan);
  EXPECT_EQ(call(47, {rooted.oop(), rooted.oop()}).result(), no());
  EXPECT_EQ(call(48, {rooted.oop(), rooted.oop()}).result(), yes());
  expect_failure(call(51, {rooted.oop()}), Failure::generic);
  expect_failure(call(55, {rooted.oop()}), Failure::generic);
}

TEST_F(FloatTest, TakesFloatsApart) {
  EXPECT_EQ(call(51, {floating(-2.75)}).result(), Oop::small_int(-2));
  expect_failure(call(51, {floating(1e19)}), Failure::generic);
  EXPECT_EQ(float_of(call(52, {floating(-2.75)})), -0.75);
  EXPECT_EQ(call(53, {floating(8.0)}).result(), Oop::small_int(3));
  EXPECT_EQ(call(553, {floating(0.0)}).result(), Oop::small_int(-1));
  EXPECT_EQ(call(553, {floating(-0.0)}).result(), Oop::small_int(-1));
  EXPECT_TRUE(call(53, {floating(kInfinity)}).is_success());
  EXPECT_EQ(float_of(call(54, {floating(3.0), Oop::small_int(4)})), 48.0);
  EXPECT_EQ(float_of(call(54, {floating(3.0), Oop::small_int(1 << 30)})), kInfinity);
  expect_failure(call(55, {floating(-1.0)}), Failure::generic);
  EXPECT_EQ(float_of(call(58, {floating(0.0)})), -kInfinity);
}

TEST_F(FloatTest, ShowsItsWords) {
  EXPECT_EQ(call(38, {floating(1.0), Oop::small_int(1)}).result(), Oop::small_int(0x3FF00000));
  EXPECT_EQ(call(38, {floating(1.0), Oop::small_int(2)}).result(), Oop::small_int(0));
  expect_failure(call(38, {floating(1.0), Oop::small_int(3)}), Failure::bad_index);
  expect_failure(call(38, {floating(1.0), nil()}), Failure::bad_argument);
  expect_failure(call(39, {floating(1.0), Oop::small_int(1), Oop::small_int(1)}),
                 Failure::bad_receiver);
  const Rooted<> boxed(mutator(), floating(1e300));
  EXPECT_TRUE(call(39, {boxed.oop(), Oop::small_int(1), Oop::small_int(0x40000000)}).is_success());
  EXPECT_EQ(std::bit_cast<std::uint64_t>(boxed->float_value()) >> 32, 0x40000000u);
  boxed->set_immutable(true);
  expect_failure(call(39, {boxed.oop(), Oop::small_int(1), Oop::small_int(1)}),
                 Failure::no_modification);
}

TEST_F(FloatTest, NamedFunctionsTakeAnyNumber) {
  EXPECT_EQ(float_of(call("primitiveFloatCos", {Oop::small_int(0)})), 1.0);
  EXPECT_EQ(float_of(call("primitiveFloatArcTan2", {floating(1.0), floating(-1.0)})),
            std::atan2(1.0, -1.0));
  EXPECT_EQ(float_of(call("primitiveFloatRaisedTo", {floating(2.0), Oop::small_int(10)})), 1024.0);
  EXPECT_EQ(float_of(call("primitiveFloatLog10", {integer("1" + std::string(300, '0'))})), 300.0);
  expect_failure(call("primitiveFloatCos", {nil()}), Failure::bad_receiver);
  expect_failure(call("primitiveFloatArcTan2", {floating(1.0), nil()}), Failure::bad_argument);
}

TEST_F(FloatTest, RoundsToIntegersOfAnySize) {
  EXPECT_EQ(decimal(call("primitiveFloatFloor", {floating(-2.5)})), "-3");
  EXPECT_EQ(decimal(call("primitiveFloatCeiling", {floating(-2.5)})), "-2");
  EXPECT_EQ(decimal(call("primitiveFloatRounded", {floating(2.5)})), "3");
  EXPECT_EQ(decimal(call("primitiveFloatRounded", {floating(-2.5)})), "-3");
  EXPECT_EQ(decimal(call("primitiveFloatTruncated", {floating(-1e30)})),
            "-1000000000000000019884624838656");
  EXPECT_EQ(decimal(call("primitiveFloatTruncated", {floating(0.0)})), "0");
  expect_failure(call("primitiveFloatFloor", {floating(kInfinity)}), Failure::bad_receiver);
}

TEST_F(FloatTest, IsAFractionExactly) {
  const Rooted<> half(mutator(), call("primitiveFloatAsTrueFraction", {floating(-0.375)}).result());
  EXPECT_EQ(half->slot(0), Oop::small_int(-3));
  EXPECT_EQ(half->slot(1), Oop::small_int(8));
  const Rooted<> zero(mutator(), call("primitiveFloatAsTrueFraction", {floating(0.0)}).result());
  EXPECT_EQ(zero->slot(0), Oop::small_int(0));
  EXPECT_EQ(zero->slot(1), Oop::small_int(1));
  const Rooted<> large(mutator(), call("primitiveFloatAsTrueFraction", {floating(1e30)}).result());
  EXPECT_EQ(decimal(Outcome(large->slot(0))), "1000000000000000019884624838656");
}

TEST_F(FloatTest, PrintsAndParses) {
  EXPECT_EQ(text(call("primitiveFloatPrint", {floating(0.1)})), "0.1");
  EXPECT_EQ(text(call("primitiveFloatPrintFixed", {floating(2.0 / 3), Oop::small_int(3)})),
            "0.667");
  EXPECT_EQ(float_of(call("primitiveFloatParse", {nil(), string("-1.25e2")})), -125.0);
  expect_failure(call("primitiveFloatParse", {nil(), string("1.25 ")}), Failure::bad_argument);
  expect_failure(call("primitiveFloatPrintFixed", {floating(1.0), Oop::small_int(1001)}),
                 Failure::bad_argument);
  expect_failure(call("primitiveFloatPrintFixed", {floating(kInfinity), Oop::small_int(1)}),
                 Failure::bad_receiver);
}

TEST_F(FloatTest, HashesLikeTheEqualInteger) {
  for (const char* digits : {"0", "-7", "1152921504606846976", "-1152921504606846976",
                             "1180591620717411303424", "-1180591620717411303424"}) {
    const Rooted<> whole(mutator(), integer(digits));
    const Oop as_float = call("primitiveIntegerAsFloat", {whole.oop()}).result();
    const Oop expected = call("primitiveIntegerHash", {whole.oop()}).result();
    EXPECT_EQ(call("primitiveFloatHash", {as_float}).result(), expected) << digits;
  }
  EXPECT_NE(call("primitiveFloatHash", {floating(0.5)}).result(),
            call("primitiveFloatHash", {floating(0.25)}).result());
}

TEST_F(FloatTest, GivesItsBits) {
  EXPECT_EQ(decimal(call("primitiveFloatAsBits64", {floating(-1.0)})), "13830554455654793216");
  EXPECT_EQ(float_of(call("primitiveFloatFromBits64", {nil(), integer("13830554455654793216")})),
            -1.0);
  EXPECT_EQ(decimal(call("primitiveFloatAsBits32", {floating(1.0)})), "1065353216");
  EXPECT_EQ(float_of(call("primitiveFloatFromBits32", {nil(), Oop::small_int(1065353216)})), 1.0);
}

}  // namespace
}  // namespace banter::primitives
