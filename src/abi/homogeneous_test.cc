#include "abi/homogeneous.h"

#include <gtest/gtest.h>

#include "abi/placement_testing.h"

namespace banter::abi {
namespace {

const PlacementTesting make(AbiName::aapcs64);
const CType kFloat = make.type(ValueKind::float32);
const CType kDouble = make.type(ValueKind::float64);

std::uint32_t count_of(const CType& type) {
  const auto leaves = homogeneous(type);
  return leaves ? leaves->count : 0;
}

TEST(Homogeneous, LooksThroughEveryLevel) {
  const CType tail = make.structure({make.array(kFloat, 2)});
  EXPECT_EQ(count_of(make.structure({kFloat, kFloat, tail})), 4u);
  EXPECT_EQ(count_of(make.structure({kFloat, kFloat, kFloat, tail})), 0u);
  EXPECT_EQ(count_of(make.complex(ValueKind::float64)), 2u);
  EXPECT_EQ(count_of(make.structure({make.complex(ValueKind::float32), kFloat})), 3u);
  EXPECT_EQ(count_of(kFloat), 1u);
}

TEST(Homogeneous, AUnionCountsItsLongestMember) {
  EXPECT_EQ(count_of(make.union_of({kFloat, make.array(kFloat, 3)})), 3u);
  EXPECT_EQ(count_of(make.union_of({kFloat, kDouble})), 0u);
  EXPECT_EQ(count_of(make.union_of({kFloat, make.type(ValueKind::int32)})), 0u);
}

TEST(Homogeneous, VectorsOfOneSizeAreOfOneType) {
  const CType ints = make.vector(ValueKind::int32, 16);
  const CType floats = make.vector(ValueKind::float32, 16);
  EXPECT_EQ(count_of(make.structure({ints, floats})), 2u);
  EXPECT_EQ(count_of(make.structure({ints, make.vector(ValueKind::int32, 8)})), 0u);
  EXPECT_EQ(count_of(make.structure({make.vector(ValueKind::float64, 8), kDouble})), 0u);
}

TEST(Homogeneous, PaddingAndOtherTypesEndIt) {
  EXPECT_EQ(count_of(make.structure({kFloat, kDouble})), 0u);
  EXPECT_EQ(count_of(make.structure({kFloat}, {16})), 0u);
  EXPECT_EQ(count_of(make.structure({kDouble}, {8})), 1u);
  EXPECT_EQ(count_of(make.packed({kDouble, kDouble})), 2u);
  EXPECT_EQ(count_of(make.structure({})), 0u);
}

TEST(Homogeneous, MembersOfNoSizeDoNotCount) {
  EXPECT_EQ(count_of(make.structure({kFloat, make.structure({})})), 1u);
  EXPECT_EQ(count_of(make.with_bits(kFloat, {0})), 1u);
  EXPECT_EQ(count_of(make.with_bits(kFloat, {3})), 0u);
  EXPECT_EQ(count_of(make.structure({kFloat, make.array(kFloat, 0)})), 0u);
}

}  // namespace
}  // namespace banter::abi
