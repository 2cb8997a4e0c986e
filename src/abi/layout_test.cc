#include "abi/layout.h"

#include "abi/declaration.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <utility>

namespace banter::abi {
namespace {

CType laid_out(AggregateRequest request) {
  auto type = lay_out(request);
  EXPECT_TRUE(type.ok()) << type.error().message;
  return std::move(type).value();
}

MemberRequest bits(const char* name, ValueKind kind, std::uint32_t width,
                   AbiName abi = AbiName::sysv_x64) {
  return {name, type_of(kind, abi), width};
}

CType layout(AbiName abi, std::initializer_list<const char*> declarations) {
  AggregateRequest request;
  request.abi = abi;
  for (const char* each : declarations) {
    request.members.push_back(parse_field(each, abi).value());
  }
  return laid_out(request);
}

TEST(Layout, PadsAsTheCompilerDoes) {
  struct Sample {
    char a;
    double b;
    short c[3];
    int d;
    char* e;
    bool f;
  };
  // One of the ABIs that lay these members out as the compiler of this test does.
  const AbiName abi = sizeof(void*) == 8         ? AbiName::sysv_x64
                      : offsetof(Sample, b) == 4 ? AbiName::ia32
                                                 : AbiName::aapcs32;
  const CType sample =
      layout(abi, {"char a", "double b", "short c[3]", "int d", "char *e", "bool f"});
  const std::size_t offsets[] = {offsetof(Sample, a), offsetof(Sample, b), offsetof(Sample, c),
                                 offsetof(Sample, d), offsetof(Sample, e), offsetof(Sample, f)};
  const auto& members = sample.aggregate->members;
  ASSERT_EQ(members.size(), std::size(offsets));
  for (std::size_t i = 0; i < std::size(offsets); i++) {
    EXPECT_EQ(members[i].offset.count, offsets[i]) << i;
  }
  EXPECT_EQ(sample.size.count, sizeof(Sample));
  EXPECT_EQ(sample.alignment.count, alignof(Sample));
}

TEST(Layout, DiffersBetweenAbis) {
  EXPECT_EQ(layout(AbiName::ia32, {"int a", "double b"}).size, Bytes{12});
  EXPECT_EQ(layout(AbiName::aapcs32, {"int a", "double b"}).size, Bytes{16});
  EXPECT_EQ(layout(AbiName::win_x64, {"long a", "void *b"}).aggregate->members[1].offset, Bytes{8});
}

TEST(Layout, BitFieldsDoNotCrossTheirTypesBoundary) {
  AggregateRequest request;
  request.members = {bits("a", ValueKind::int32, 20), bits("b", ValueKind::int32, 13),
                     bits("c", ValueKind::uint8, 7), bits("", ValueKind::int32, 0),
                     bits("d", ValueKind::int64, 40)};
  const CType type = laid_out(request);
  const auto& members = type.aggregate->members;
  EXPECT_EQ(members[1].bits, (BitField{32, 13}));
  EXPECT_EQ(members[2].bits, (BitField{48, 7}));
  EXPECT_EQ(members[4].bits, (BitField{64, 40}));
  EXPECT_EQ(type.size, Bytes{16});
}

TEST(Layout, PackedBitFieldsFollowEachOther) {
  AggregateRequest request;
  request.packed = true;
  request.members = {bits("a", ValueKind::int32, 20),
                     bits("b", ValueKind::int32, 13),
                     {"c", type_of(ValueKind::int32, request.abi), std::nullopt}};
  const CType type = laid_out(request);
  EXPECT_EQ(type.aggregate->members[1].bits, (BitField{20, 13}));
  EXPECT_EQ(type.aggregate->members[2].offset, Bytes{5});
  EXPECT_EQ(type.size, Bytes{9});
  EXPECT_EQ(type.alignment, Bytes{1});
}

TEST(Layout, MicrosoftsBitFieldsShareUnitsOfOneSize) {
  AggregateRequest request;
  request.abi = AbiName::win_x64;
  request.members = {bits("a", ValueKind::int8, 3), bits("b", ValueKind::int32, 3),
                     bits("c", ValueKind::uint32, 29), bits("d", ValueKind::uint32, 1)};
  const CType type = laid_out(request);
  const auto& members = type.aggregate->members;
  EXPECT_EQ(members[1].bits, (BitField{32, 3}));
  EXPECT_EQ(members[2].bits, (BitField{35, 29}));
  EXPECT_EQ(members[3].bits, (BitField{64, 1}));
  EXPECT_EQ(type.size, Bytes{12});
}

TEST(Layout, MicrosoftsEmptyBitFieldAlignsWhatFollows) {
  for (const auto& [text, size] : {std::pair{"struct { char a : 3; int : 0; char b : 3; }", 8u},
                                   {"struct { char a : 3; int : 0; }", 4u},
                                   {"struct { int : 0; char a : 3; }", 1u},
                                   {"struct { char a; int : 0; char b : 3; }", 2u}}) {
    EXPECT_EQ(parse_type(text, AbiName::win_x64).value().size, Bytes{size}) << text;
  }
}

TEST(Layout, PragmaPackOverridesPackedForBitFields) {
  const CType type =
      parse_type("struct __attribute__((packed, pack(2))) { unsigned a : 31; }", AbiName::sysv_x64)
          .value();
  EXPECT_EQ(type.alignment, Bytes{2});
}

TEST(Layout, UnnamedBitFieldsAlignOnArmOnly) {
  for (const auto& [abi, size] : {std::pair{AbiName::sysv_x64, 3u}, {AbiName::aapcs64, 4u}}) {
    AggregateRequest request;
    request.abi = abi;
    request.members = {{"a", type_of(ValueKind::int8, abi), std::nullopt},
                       bits("", ValueKind::int32, 9, abi)};
    EXPECT_EQ(laid_out(request).size, Bytes{size}) << name_of(abi);
  }
}

TEST(Layout, BitsAreReadAndWrittenAlone) {
  AggregateRequest request;
  request.packed = true;
  request.members = {bits("a", ValueKind::uint8, 3), bits("b", ValueKind::int64, 61)};
  const CType type = laid_out(request);
  const auto& members = type.aggregate->members;
  std::uint8_t memory[8] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
  store_bits(memory, members[1], static_cast<std::uint64_t>(-1234567890123));
  EXPECT_EQ(load_bits(memory, members[0]), 7u);
  EXPECT_EQ(static_cast<std::int64_t>(load_bits(memory, members[1])), -1234567890123);
  store_bits(memory, members[0], 2);
  EXPECT_EQ(load_bits(memory, members[0]), 2u);
  EXPECT_EQ(static_cast<std::int64_t>(load_bits(memory, members[1])), -1234567890123);
}

TEST(Layout, VectorsAreAlignedToEightOn32BitArm) {
  for (const auto& [abi, alignment] : {std::pair{AbiName::aapcs32, 8u}, {AbiName::aapcs64, 16u}}) {
    const CType lane = type_of(ValueKind::float32, abi);
    EXPECT_EQ(vector_of(lane, {16}, abi).value().alignment, Bytes{alignment}) << name_of(abi);
    EXPECT_EQ(vector_of(lane, {8}, abi).value().alignment, Bytes{8}) << name_of(abi);
  }
}

TEST(Layout, ImpossibleMembersAreNamed) {
  const auto error_of = [](MemberRequest member) {
    AggregateRequest request;
    request.tag = "s";
    request.members = {std::move(member)};
    auto type = lay_out(request);
    return type.ok() ? std::string() : type.error().message;
  };
  EXPECT_EQ(error_of(bits("a", ValueKind::int32, 33)),
            "a of struct s has 33 bits, more than the 32 of int32_t");
  EXPECT_EQ(error_of(bits("a", ValueKind::float64, 3)),
            "a of struct s is a bit-field of type double");
  EXPECT_EQ(error_of(bits("a", ValueKind::int32, 0)), "a of struct s has no bits");
  EXPECT_EQ(error_of({"a", type_of(ValueKind::nothing, AbiName::sysv_x64), std::nullopt}),
            "a of struct s is void");
}

TEST(Layout, FieldsNeedANameAndASize) {
  EXPECT_FALSE(parse_field("int", AbiName::sysv_x64).ok());
  EXPECT_FALSE(parse_field("int a[]", AbiName::sysv_x64).ok());
  EXPECT_FALSE(parse_field("void a", AbiName::sysv_x64).ok());
  const CType array = parse_field("char name[32]", AbiName::sysv_x64).value().type;
  EXPECT_EQ(array.value, ValueKind::array);
  EXPECT_EQ(array.aggregate->count, 32u);
  const CType names = parse_field("char *names[4]", AbiName::sysv_x64).value().type;
  EXPECT_EQ(names.aggregate->members[0].type.value, ValueKind::address);
  EXPECT_EQ(names.size, Bytes{32});
}

}  // namespace
}  // namespace banter::abi
