#include <gtest/gtest.h>

#include <vector>

#include "abi/classify.h"
#include "abi/declaration.h"
#include "abi/golden_testing.h"
#include "abi/layout.h"

namespace banter::abi {
namespace {

constexpr AbiName kAbi = AbiName::ia32;

CallPlan plan_of(const char* text) {
  return classify(kAbi, parse_signature(text, kAbi).value()).value();
}

CallPlan plan_of(const CType& result, const std::vector<CType>& parameters,
                 Convention convention = Convention::cdecl_call) {
  Signature signature;
  signature.abi = kAbi;
  signature.convention = convention;
  signature.result = result;
  for (const CType& each : parameters) signature.parameters.push_back({each, "", ""});
  signature.fixed_count = parameters.size();
  return classify(kAbi, signature).value();
}

CType type(ValueKind kind) {
  return type_of(kind, kAbi);
}
const CType kVoid = type(ValueKind::nothing);
const CType kInt = type(ValueKind::int32);

// A structure or union of such members.
CType aggregate(const std::vector<MemberRequest>& members, bool is_union = false) {
  AggregateRequest request;
  request.abi = kAbi;
  request.is_union = is_union;
  request.members = members;
  return lay_out(request).value();
}
CType structure(const CType& member, bool is_union = false) {
  return aggregate({{"a", member, std::nullopt}}, is_union);
}
CType bytes(std::uint32_t count) {
  return structure(array_of(type(ValueKind::uint8), count).value());
}
CType vector(ValueKind lane, std::uint32_t size) {
  return vector_of(type(lane), Bytes{size}, AbiName::ia32).value();
}
CType complex(ValueKind part) {
  return complex_of(type(part)).value();
}

TEST(Ia32, AnswersTheGoldenFile) {
  expect_golden(kAbi);
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
  const Signature signature = parse_signature("int __stdcall f(int, ...)", kAbi).value();
  EXPECT_FALSE(classify(kAbi, signature).ok());
}

TEST(Ia32, ArgumentsTakeWholeSlots) {
  const CallPlan plan =
      plan_of(kVoid, {bytes(1), bytes(5), long_double(kAbi), complex(ValueKind::extended80),
                      vector(ValueKind::int32, 8), kInt});
  const std::uint32_t offsets[] = {0, 4, 12, 24, 48, 56};
  for (std::size_t i = 0; i < std::size(offsets); i++) {
    EXPECT_EQ(plan.arguments[i].pieces[0],
              Piece(OnStack{{offsets[i]}, {0}, plan.arguments[i].type.size}));
  }
  EXPECT_EQ(plan.stack_size, Bytes{64});
}

TEST(Ia32, StructuresOfEverySizeComeBackThroughRoom) {
  for (std::uint32_t size : {1u, 2u, 4u, 8u, 12u, 16u}) {
    const CallPlan plan = plan_of(bytes(size), {kInt});
    EXPECT_TRUE(plan.result.by_reference && plan.returns_room) << size;
    EXPECT_EQ(plan.result.pieces[0], Piece(OnStack{{0}, {0}, {4}}));
    EXPECT_EQ(plan.arguments[0].pieces[0], Piece(OnStack{{4}, {0}, {4}}));
    EXPECT_EQ(plan.callee_pops, Bytes{4});
    EXPECT_TRUE(plan.result_steps.empty());
    EXPECT_EQ(plan.argument_steps[0].argument, kResultRoom);
  }
}

TEST(Ia32, WhoPopsTheAddressOfRoom) {
  EXPECT_EQ(plan_of(bytes(12), {kInt}, Convention::stdcall_call).callee_pops, Bytes{8});
  for (Convention each : {Convention::fastcall_call, Convention::thiscall_call}) {
    const CallPlan plan = plan_of(bytes(12), {kInt, kInt, kInt}, each);
    const bool fast = each == Convention::fastcall_call;
    EXPECT_EQ(plan.result.pieces[0], Piece(InInt{IntReg{0}, {0}, {4}}));
    EXPECT_EQ(plan.callee_pops, Bytes{fast ? 8u : 12u});
  }
}

TEST(Ia32, AnEmptyStructureIsNothingButHasRoom) {
  const CType empty = aggregate({});
  const CallPlan plan = plan_of(empty, {empty, kInt});
  EXPECT_TRUE(plan.result.by_reference);
  EXPECT_EQ(plan.callee_pops, Bytes{4});
  EXPECT_TRUE(plan.arguments[0].pieces.empty());
  EXPECT_EQ(plan.arguments[1].pieces[0], Piece(OnStack{{4}, {0}, {4}}));
}

TEST(Ia32, FloatingResultsAreOnTheX87Stack) {
  EXPECT_EQ(plan_of("float f(void)").result.pieces[0], Piece(OnX87{0, {0}, {4}}));
  EXPECT_EQ(plan_of("double f(void)").result.pieces[0], Piece(OnX87{0, {0}, {8}}));
  EXPECT_EQ(plan_of(long_double(kAbi), {}).result.pieces[0], Piece(OnX87{0, {0}, {10}}));
}

TEST(Ia32, ComplexFloatComesBackAsAnInteger) {
  const Placement result = plan_of(complex(ValueKind::float32), {}).result;
  ASSERT_EQ(result.pieces.size(), 2u);
  EXPECT_EQ(result.pieces[0], Piece(InInt{IntReg{0}, {0}, {4}}));
  EXPECT_EQ(result.pieces[1], Piece(InInt{IntReg{1}, {4}, {4}}));
  EXPECT_TRUE(plan_of(complex(ValueKind::float64), {}).result.by_reference);
  EXPECT_TRUE(plan_of(complex(ValueKind::extended80), {}).result.by_reference);
}

TEST(Ia32, VectorsArePlacedWithoutSse) {
  for (const CType& each : {vector(ValueKind::int32, 8), vector(ValueKind::float64, 8),
                            vector(ValueKind::float32, 16)}) {
    EXPECT_TRUE(plan_of(each, {}).result.by_reference) << each.spelling;
  }
  EXPECT_EQ(plan_of(vector(ValueKind::int64, 8), {}).result.pieces.size(), 2u);
}

TEST(Ia32, OnlyWhatContainsAnAlignedScalarIsAligned) {
  const CType wide = vector(ValueKind::float32, 16);
  const CType aligned_int = aligned(kInt, {16});
  const auto offset_of = [](const CType& each) {
    const CallPlan plan = plan_of(kVoid, {kInt, each});
    EXPECT_EQ(plan.stack_size.count % plan.stack_alignment.count, 0u);
    return std::get<OnStack>(plan.arguments[1].pieces[0]).offset.count;
  };
  EXPECT_EQ(offset_of(wide), 16u);
  EXPECT_EQ(offset_of(type(ValueKind::float128)), 16u);
  EXPECT_EQ(offset_of(structure(wide)), 16u);
  EXPECT_EQ(offset_of(structure(aligned_int)), 16u);
  EXPECT_EQ(offset_of(structure(aligned(kInt, {32}))), 32u);
  EXPECT_EQ(offset_of(aligned_int), 4u);
  EXPECT_EQ(offset_of(structure(long_double(kAbi))), 4u);
  EXPECT_EQ(offset_of(aggregate({{"a", kInt, std::nullopt, Bytes{16}}})), 4u);
  EXPECT_EQ(offset_of(aligned(structure(kInt), {16})), 4u);
}

TEST(Ia32, SomeArgumentsUseUpTheRegistersThatTheySkip) {
  const CType one_float = structure(type(ValueKind::float32));
  const struct {
    CType first;
    unsigned used;  // of ecx and edx, before the int that follows
  } cases[] = {
      {type(ValueKind::int64), 2},
      {type(ValueKind::float32), 0},
      {type(ValueKind::float64), 0},
      {long_double(kAbi), 0},
      {complex(ValueKind::float32), 0},
      {vector(ValueKind::int32, 8), 0},
      {vector(ValueKind::int64, 8), 2},
      {vector(ValueKind::float64, 8), 2},
      {vector(ValueKind::int32, 16), 0},
      {aggregate({}), 0},
      {bytes(1), 1},
      {bytes(3), 1},
      {bytes(5), 2},
      {bytes(12), 2},
      {structure(kInt), 1},
      {one_float, 0},
      {structure(array_of(one_float, 1).value()), 0},
      {structure(array_of(type(ValueKind::float32), 2).value()), 2},
      {structure(complex(ValueKind::float32)), 0},
      {structure(type(ValueKind::float32), true), 1},
      {structure(vector(ValueKind::float32, 8)), 2},
  };
  for (const auto& [first, used] : cases) {
    const CallPlan plan = plan_of(kVoid, {first, kInt}, Convention::fastcall_call);
    const Piece& piece = plan.arguments[1].pieces[0];
    if (used < 2) {
      EXPECT_EQ(piece, Piece(InInt{IntReg(used), {0}, {4}})) << first.spelling;
    } else {
      EXPECT_TRUE(std::holds_alternative<OnStack>(piece)) << first.spelling;
    }
  }
  const CallPlan plan =
      plan_of(kVoid, {kInt, type(ValueKind::int64), kInt}, Convention::fastcall_call);
  EXPECT_EQ(plan.arguments[2].pieces[0], Piece(OnStack{{8}, {0}, {4}}));
}

TEST(Ia32, EveryPlacementNamesItsRule) {
  const CallPlan plan = plan_of(bytes(3), {bytes(3), kInt, vector(ValueKind::int32, 16),
                                           aggregate({}), type(ValueKind::float64)});
  EXPECT_NE(plan.result.rule, "");
  for (const Placement& each : plan.arguments) EXPECT_NE(each.rule, "");
}

}  // namespace
}  // namespace banter::abi
