#include "abi/layout.h"

#include <gtest/gtest.h>

#include <cstddef>

namespace banter::abi {
namespace {

StructLayout layout(AbiName abi, std::initializer_list<const char*> declarations) {
  std::vector<Field> fields;
  for (const char* each : declarations) fields.push_back(parse_field(each, abi).value());
  return layout_of(fields);
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
  const StructLayout sample =
      layout(AbiName::sysv_x64, {"char a", "double b", "short c[3]", "int d", "char *e", "bool f"});
  const std::size_t offsets[] = {offsetof(Sample, a), offsetof(Sample, b), offsetof(Sample, c),
                                 offsetof(Sample, d), offsetof(Sample, e), offsetof(Sample, f)};
  ASSERT_EQ(sample.members.size(), std::size(offsets));
  for (std::size_t i = 0; i < std::size(offsets); i++) {
    EXPECT_EQ(sample.members[i].offset.count, offsets[i]) << i;
  }
  EXPECT_EQ(sample.size.count, sizeof(Sample));
  EXPECT_EQ(sample.alignment.count, alignof(Sample));
}

TEST(Layout, DiffersBetweenAbis) {
  EXPECT_EQ(layout(AbiName::ia32, {"int a", "double b"}).size, Bytes{12});
  EXPECT_EQ(layout(AbiName::aapcs32, {"int a", "double b"}).size, Bytes{16});
  EXPECT_EQ(layout(AbiName::win_x64, {"long a", "void *b"}).members[1].offset, Bytes{8});
}

TEST(Layout, FieldsNeedANameAndASize) {
  EXPECT_FALSE(parse_field("int", AbiName::sysv_x64).ok());
  EXPECT_FALSE(parse_field("int a[]", AbiName::sysv_x64).ok());
  EXPECT_FALSE(parse_field("void a", AbiName::sysv_x64).ok());
  EXPECT_EQ(parse_field("char name[32]", AbiName::sysv_x64).value().count, 32u);
  EXPECT_EQ(parse_field("char *names[4]", AbiName::sysv_x64).value().type.value,
            ValueKind::address);
}

}  // namespace
}  // namespace banter::abi
