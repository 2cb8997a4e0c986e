#include "abi/svg.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <regex>
#include <sstream>
#include <utility>

#include "abi/declaration.h"
#include "abi/strips.h"

namespace banter::abi {
namespace {

constexpr const char* kSignatures[] = {
    "void f(void)",
    "double f(struct { float x, y; } p, int n, double r)",
    "struct { long a, b, c; } f(char a, struct { char c; double d; } b, long double c)",
    "int printf(const char *f, ..., double x, struct { int a[3]; } y)",
    "void f(int a, int b, int c, int d, int e, int g, int h, struct { long x, y; } s, short i)",
    "void f(struct { char c[9]; } a, struct { double d[4]; } b, _Complex float z, bool e)",
    "void f(struct { int a : 3; long long b : 50; } s, struct { } none, char c, char d)",
};

Picture picture_of(const char* text, AbiName abi) {
  Picture picture;
  picture.abi = abi;
  picture.signature = parse_signature(text, abi).value();
  picture.plan = classify(abi, *picture.signature).value();
  return picture;
}

Strips strips_of(const char* text, AbiName abi) {
  const Picture picture = picture_of(text, abi);
  std::vector<std::string> names(picture.plan->arguments.size() + 1, "it");
  for (std::size_t i = 0; i + 1 < names.size(); i++)
    names[i] = picture.signature->parameters[i].name;
  return strips_of(*picture.plan, names);
}

TEST(Strips, HoldEachByteOfEachValueThatTravels) {
  for (const char* text : kSignatures) {
    for (AbiName abi : kAllAbis) {
      const Picture picture = picture_of(text, abi);
      const CallPlan& plan = *picture.plan;
      std::map<std::pair<std::uint32_t, std::uint32_t>, int> seen;
      const Strips strips = strips_of(text, abi);
      for (const auto* part : {&strips.registers, &strips.stack, &strips.results}) {
        for (const Strip& strip : *part) {
          for (const StripByte& byte : strip.bytes) {
            if (byte.use == ByteUse::value) seen[{byte.owner, byte.number}]++;
          }
        }
      }
      for (std::uint32_t i = 0; i < plan.arguments.size(); i++) {
        const Placement& placement = plan.arguments[i];
        const bool whole = !is_aggregate(placement.type.value) && !placement.by_reference &&
                           placement.type.value != ValueKind::extended80;
        const std::uint32_t size = whole ? placement.type.size.count : 0;
        for (std::uint32_t at = 0; at < size; at++) {
          const int times = seen[{i, at}];
          const bool twice = abi == AbiName::win_x64 && plan.variadic;
          EXPECT_TRUE(times == 1 || (twice && times == 2)) << text << name_of(abi) << i << at;
        }
      }
    }
  }
}

TEST(Strips, NameMembersPaddingAndWidening) {
  const Strips strips = strips_of(
      "void f(struct { char c; double d; } s, int8_t n, uint8_t m, struct { int v[5]; } big)",
      AbiName::sysv_x64);
  ASSERT_EQ(strips.registers.size(), 4u);
  EXPECT_EQ(strips.registers[0].name, "rdi");
  EXPECT_EQ(strips.registers[0].labels[0].text, "s: c");
  EXPECT_EQ(strips.registers[0].bytes[0].use, ByteUse::value);
  EXPECT_EQ(strips.registers[0].bytes[1].use, ByteUse::padding);
  EXPECT_EQ(strips.registers[1].bytes[7].use, ByteUse::sign);
  EXPECT_EQ(strips.registers[2].bytes[7].use, ByteUse::zero);
  EXPECT_EQ(strips.registers[3].labels[0].text, "s: d");
  EXPECT_EQ(strips.registers[3].bytes[8].use, ByteUse::unused);
  ASSERT_EQ(strips.stack.size(), 4u);  // 20 bytes in slots of 8, and one to make it 16-aligned
  EXPECT_EQ(strips.stack[1].labels[0].text, "big: v[2-3]");
  EXPECT_EQ(strips.stack[3].bytes[0].use, ByteUse::unused);
}

TEST(Strips, LeaveOutTheMiddleOfWhatIsLong) {
  const Strips strips = strips_of("void f(struct { char c[100000000]; } s)", AbiName::sysv_x64);
  ASSERT_EQ(strips.stack.size(), 6u);
  EXPECT_EQ(strips.stack[4].note, "99999960 more bytes");
  EXPECT_EQ(strips.stack[5].name, "sp+99999992");
}

TEST(Svg, IsOneFileWithACardForEachAbi) {
  std::vector<Picture> pictures;
  for (AbiName each : kAllAbis) pictures.push_back(picture_of(kSignatures[2], each));
  Picture refused;
  refused.abi = AbiName::ia32;
  refused.refusal = "a < b & \"c\"";
  pictures.push_back(refused);
  const std::string svg = svg_of(pictures);
  EXPECT_TRUE(svg.starts_with("<svg xmlns="));
  EXPECT_TRUE(svg.ends_with("</svg>\n"));
  std::size_t cards = 0;
  for (std::size_t at = 0; (at = svg.find("class=\"card\"", at)) != svg.npos; at++) cards++;
  EXPECT_EQ(cards, pictures.size());
  EXPECT_NE(svg.find("a &lt; b &amp; &quot;c&quot;"), svg.npos);
}

// Where each text of one line begins and, counted in letters, ends.
struct Extent {
  int y;
  double left, right;
};
std::vector<Extent> labels_and_places(const std::string& svg) {
  static const std::regex text(
      "<text x=\"(\\d+)\" y=\"(\\d+)\" class=\"mono (label|place|chip)\"([^>]*)>(.*)");
  static const std::regex tags("<title>.*|<[^>]*>");
  std::vector<Extent> extents;
  std::istringstream lines(svg);
  for (std::string line; std::getline(lines, line);) {
    std::smatch it;
    if (line.find("class=\"mono ") == line.npos || !std::regex_search(line, it, text)) continue;
    const std::string shown = std::regex_replace(it[5].str(), tags, "");
    const double width = static_cast<double>(shown.size()) * (it[3] == "place" ? 7.8 : 7.2);
    const double x = std::stod(it[1]);
    const bool ends_there = it[4].str().find("text-anchor=\"end\"") != std::string::npos;
    extents.push_back({std::stoi(it[2]), ends_there ? x - width : x, ends_there ? x : x + width});
  }
  return extents;
}

TEST(Svg, TextsNeitherOverlapNorLeaveTheCard) {
  const std::string name(100, 'n');
  const std::string longest =
      "int f(struct { char first_member, second_member, third_member; int x[9]; } " + name +
      "a, struct { char first_member, second_member, third_member; } " + name + "b, double " +
      name + "c, struct { char c[100000000]; } " + name + "d)";
  for (AbiName abi : kAllAbis) {
    const std::vector<Extent> extents =
        labels_and_places(svg_of({picture_of(longest.c_str(), abi)}));
    EXPECT_GT(extents.size(), 8u);
    for (const Extent& one : extents) {
      EXPECT_GT(one.left, 24) << name_of(abi);
      EXPECT_LT(one.right, 1180 - 24) << name_of(abi);
      for (const Extent& other : extents) {
        if (&one == &other || std::abs(one.y - other.y) > 12) continue;
        EXPECT_TRUE(one.right <= other.left || other.right <= one.left)
            << name_of(abi) << " at y " << one.y << ": " << one.left << "-" << one.right << ", "
            << other.left << "-" << other.right;
      }
    }
  }
}

}  // namespace
}  // namespace banter::abi
