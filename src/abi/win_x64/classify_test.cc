#include <gtest/gtest.h>

#include <vector>

#include "abi/classify.h"
#include "abi/declaration.h"
#include "abi/golden_testing.h"
#include "abi/layout.h"

namespace banter::abi {
namespace {

constexpr AbiName kAbi = AbiName::win_x64;

CallPlan plan_of(const char* text) {
  return classify(kAbi, parse_signature(text, kAbi).value()).value();
}

CallPlan plan_of(const CType& result, const std::vector<CType>& parameters) {
  Signature signature;
  signature.abi = kAbi;
  signature.result = result;
  for (const CType& each : parameters) signature.parameters.push_back({each, "", ""});
  signature.fixed_count = parameters.size();
  return classify(kAbi, signature).value();
}

CType type(ValueKind kind) {
  return type_of(kind, kAbi);
}

// A structure of one member.
CType structure(const CType& member, Bytes alignment = {0}) {
  AggregateRequest request;
  request.abi = kAbi;
  request.alignment = alignment;
  request.members = {{"a", member, std::nullopt}};
  return lay_out(request).value();
}

CType bytes(std::uint32_t count) {
  return structure(array_of(type(ValueKind::uint8), count).value());
}

CType vector(ValueKind lane, std::uint32_t size) {
  return vector_of(type(lane), Bytes{size}, AbiName::win_x64).value();
}

TEST(WinX64, AnswersTheGoldenFile) {
  expect_golden(kAbi);
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
  EXPECT_EQ(plan.arguments[1].pieces[0], Piece(InFloat{FloatReg{1}, {0}, {8}}));
  EXPECT_EQ(plan.arguments[1].pieces[1], Piece(InInt{IntReg{1}, {0}, {8}}));
  const CallPlan stacked = plan_of("int f(int, int, int, int, ..., double)");
  ASSERT_EQ(stacked.arguments[4].pieces.size(), 1u);
  EXPECT_EQ(stacked.arguments[4].pieces[0], Piece(OnStack{{32}, {0}, {8}}));
}

TEST(WinX64, StructuresOf1248BytesAreIntegersAndOthersGoByAddress) {
  const CType word = type(ValueKind::int32);
  for (std::uint32_t size = 1; size <= 24; size++) {
    const bool by_value = size == 1 || size == 2 || size == 4 || size == 8;
    const CallPlan plan = plan_of(bytes(size), {word, bytes(size), word});
    EXPECT_EQ(plan.result.by_reference, !by_value) << size;
    EXPECT_EQ(plan.returns_room, !by_value) << size;
    EXPECT_EQ(plan.result.pieces[0], Piece(InInt{IntReg{0}, {0}, {by_value ? size : 8}}));
    const IntReg second{static_cast<std::uint8_t>(by_value ? 1 : 2)};
    EXPECT_EQ(plan.arguments[1].by_reference, !by_value) << size;
    EXPECT_EQ(plan.arguments[1].pieces[0], Piece(InInt{second, {0}, {by_value ? size : 8}}));
  }
}

TEST(WinX64, NothingLooksIntoAStructure) {
  const CType one_double = structure(type(ValueKind::float64));
  const CallPlan plan = plan_of(one_double, {one_double});
  EXPECT_EQ(plan.arguments[0].pieces[0], Piece(InInt{IntReg{0}, {0}, {8}}));
  EXPECT_EQ(plan.result.pieces[0], Piece(InInt{IntReg{0}, {0}, {8}}));
  const CType one_vector = structure(vector(ValueKind::float32, 16));
  EXPECT_TRUE(plan_of(one_vector, {}).result.by_reference);
}

TEST(WinX64, SixteenBytesGoByAddressAndComeBackInXmm0) {
  for (const CType& each : {type(ValueKind::int128), type(ValueKind::uint128),
                            vector(ValueKind::float32, 16), vector(ValueKind::int64, 16)}) {
    const CallPlan plan = plan_of(each, {each});
    EXPECT_TRUE(plan.arguments[0].by_reference);
    EXPECT_EQ(plan.arguments[0].pieces[0], Piece(InInt{IntReg{0}, {0}, {8}}));
    EXPECT_FALSE(plan.result.by_reference);
    EXPECT_EQ(plan.result.pieces[0], Piece(InFloat{FloatReg{0}, {0}, {16}}));
  }
  EXPECT_TRUE(plan_of(type(ValueKind::float128), {}).result.by_reference);
}

TEST(WinX64, VectorsOf8BytesAreIntegers) {
  const CType pair = vector(ValueKind::float32, 8);
  const CallPlan plan = plan_of(pair, {pair, vector(ValueKind::float64, 8)});
  EXPECT_EQ(plan.arguments[0].pieces[0], Piece(InInt{IntReg{0}, {0}, {8}}));
  EXPECT_EQ(plan.result.pieces[0], Piece(InInt{IntReg{0}, {0}, {8}}));
  EXPECT_TRUE(plan.arguments[1].by_reference);
}

TEST(WinX64, ComplexIsAStructure) {
  const CType narrow = complex_of(type(ValueKind::float32)).value();
  const CType wide = complex_of(type(ValueKind::float64)).value();
  EXPECT_EQ(plan_of(narrow, {}).result.pieces[0], Piece(InInt{IntReg{0}, {0}, {8}}));
  EXPECT_EQ(plan_of(wide, {narrow}).arguments[0].pieces[0], Piece(InInt{IntReg{1}, {0}, {8}}));
  EXPECT_TRUE(plan_of(wide, {wide}).arguments[0].by_reference);
}

TEST(WinX64, AnAddressOnTheStackTakesOneSlot) {
  const CType word = type(ValueKind::int32);
  const CallPlan plan = plan_of(word, {word, word, word, word, bytes(40), word});
  EXPECT_EQ(plan.arguments[4].pieces[0], Piece(OnStack{{32}, {0}, {8}}));
  EXPECT_EQ(plan.arguments[5].pieces[0], Piece(OnStack{{40}, {0}, {4}}));
  EXPECT_EQ(plan.stack_size, Bytes{48});
}

TEST(WinX64, AnEmptyStructureTakesAPosition) {
  AggregateRequest request;
  request.abi = kAbi;
  const CType empty = lay_out(request).value();
  const CallPlan plan = plan_of(empty, {empty, type(ValueKind::int32)});
  EXPECT_TRUE(plan.arguments[0].by_reference);
  EXPECT_EQ(plan.arguments[1].pieces[0], Piece(InInt{IntReg{1}, {0}, {4}}));
  EXPECT_TRUE(plan.result.pieces.empty());
  EXPECT_FALSE(plan.returns_room);
}

TEST(WinX64, LongDoubleIsDouble) {
  const CallPlan plan = plan_of(long_double(kAbi), {long_double(kAbi)});
  EXPECT_EQ(plan.arguments[0].pieces[0], Piece(InFloat{FloatReg{0}, {0}, {8}}));
  EXPECT_EQ(plan.result.pieces[0], Piece(InFloat{FloatReg{0}, {0}, {8}}));
}

TEST(WinX64, EveryPlacementNamesItsRule) {
  const CallPlan plan = plan_of(bytes(3), {bytes(3), type(ValueKind::float64), bytes(8),
                                           type(ValueKind::float32), type(ValueKind::float32)});
  EXPECT_NE(plan.result.rule, "");
  for (const Placement& each : plan.arguments) EXPECT_NE(each.rule, "");
}

}  // namespace
}  // namespace banter::abi
