#include "compiler/number_reader.h"

#include <gtest/gtest.h>

#include <cmath>

#include "compiler/compiler_testing.h"
#include "compiler/integer.h"

namespace banter::compiler {
namespace {

// The literal and the rest of the text, or the problem.
std::string read(const std::string& text) {
  const bool negative = text.starts_with("-");
  const NumberReading reading = read_number(text, negative ? 1 : 0, negative);
  if (!reading.problem.empty()) return "! " + reading.problem;
  std::string result = literal_text(reading.literal);
  if (reading.end < text.size()) result += " | " + text.substr(reading.end);
  return result;
}

double real(const std::string& text) {
  return std::get<double>(read_number(text, 0, false).literal.value);
}

TEST(NumberReader, Integers) {
  EXPECT_EQ(read("0"), "0");
  EXPECT_EQ(read("-0"), "0");
  EXPECT_EQ(read("007"), "7");
  EXPECT_EQ(read("1_000_000"), "1000000");
  EXPECT_EQ(read("1_"), "1 | _");
  EXPECT_EQ(read("1__2"), "1 | __2");
  EXPECT_EQ(read("123456789012345678901234567890"), "123456789012345678901234567890");
}

TEST(NumberReader, Radixes) {
  EXPECT_EQ(read("16rFF"), "255");
  EXPECT_EQ(read("16rff"), "255");
  EXPECT_EQ(read("2r101"), "5");
  EXPECT_EQ(read("36rZZ"), "1295");
  EXPECT_EQ(read("-16rFF"), "-255");
  EXPECT_EQ(read("16r-FF"), "-255");
  EXPECT_EQ(read("16rFFFFFFFFFFFFFFFFFFFF"), "1208925819614629174706175");
  EXPECT_EQ(read("16r1e2"), "482");
  EXPECT_EQ(read("2r1e4"), "16");
  EXPECT_EQ(read("16rFF_FF"), "65535");
}

TEST(NumberReader, AnRThatBeginsAWordIsNoRadix) {
  EXPECT_EQ(read("3rem"), "3 | rem");
  EXPECT_EQ(read("100rem"), "100 | rem");
  EXPECT_EQ(read("3r"), "3 | r");
}

TEST(NumberReader, Exponents) {
  EXPECT_EQ(read("1e10"), "10000000000");
  EXPECT_EQ(read("25e-1"), "(5/2)");
  EXPECT_EQ(read("100e-2"), "1");
  EXPECT_EQ(read("0e-5"), "0");
  EXPECT_EQ(read("-1e-3"), "(-1/1000)");
  EXPECT_EQ(read("1e"), "1 | e");
  EXPECT_EQ(read("1exp"), "1 | exp");
  EXPECT_EQ(read("1e-"), "1 | e-");
  EXPECT_EQ(read("2r1e-1"), "(1/2)");
}

TEST(NumberReader, Floats) {
  EXPECT_EQ(read("3.14"), "3.14");
  EXPECT_EQ(read("-2.5"), "-2.5");
  EXPECT_EQ(read("1.5e3"), "1500.0");
  EXPECT_EQ(read("1.5e-3"), "0.0015");
  EXPECT_EQ(read("1.5d3"), "1500.0");
  EXPECT_EQ(read("1.5q3"), "1500.0");
  EXPECT_EQ(read("3.foo"), "3 | .foo");
  EXPECT_EQ(read("3."), "3 | .");
  EXPECT_EQ(real("0.1"), 0.1);
  EXPECT_EQ(real("1.7976931348623157e308"), 1.7976931348623157e308);
  EXPECT_EQ(real("4.9e-324"), 4.9e-324);
  EXPECT_EQ(real("1.0e-9999"), 0.0);
  EXPECT_TRUE(std::signbit(std::get<double>(read_number("0.0", 0, true).literal.value)));
}

TEST(NumberReader, FloatsInOtherRadixesAreRoundedToTheNearest) {
  EXPECT_EQ(real("16r1.8"), 1.5);
  EXPECT_EQ(real("2r1.1e3"), 12.0);
  EXPECT_EQ(real("3r0.1"), 1.0 / 3.0);
  EXPECT_EQ(real("7r0.01"), 1.0 / 49.0);
  EXPECT_EQ(real("16r1.0000000000000F"), 0x1.0000000000000fp0);
  EXPECT_EQ(real("16r1.00000000000008"), 1.0);                   // half way, to even
  EXPECT_EQ(real("16r1.000000000000081"), 0x1.0000000000001p0);  // a little above
  EXPECT_EQ(real("16r123456789ABCDEF012.0"), 0x1.23456789abcdfp68);
}

TEST(NumberReader, ScaledDecimals) {
  EXPECT_EQ(read("3.14s2"), "(157/50 asScaledDecimal: 2)");
  EXPECT_EQ(read("3.14s"), "(157/50 asScaledDecimal: 2)");
  EXPECT_EQ(read("3s2"), "(3/1 asScaledDecimal: 2)");
  EXPECT_EQ(read("3s"), "(3/1 asScaledDecimal: 0)");
  EXPECT_EQ(read("0.00s2"), "(0/1 asScaledDecimal: 2)");
  EXPECT_EQ(read("3sin"), "3 | sin");
  EXPECT_EQ(read("3s:"), "3 | s:");
}

TEST(NumberReader, Problems) {
  EXPECT_EQ(read("2r2"), "! '2' is not a digit in radix 2");
  EXPECT_EQ(read("1r0"), "! a radix must be between 2 and 36");
  EXPECT_EQ(read("37r0"), "! a radix must be between 2 and 36");
  EXPECT_EQ(read("1e10001"), "! an exponent must not be greater than 10000");
  EXPECT_EQ(read("1e-99999999999999999999"), "! an exponent must not be greater than 10000");
  EXPECT_EQ(read("1.0e400"), "! the number is too big for a Float");
  EXPECT_EQ(read("7r1.0e400"), "! the number is too big for a Float");
  EXPECT_EQ(read("3s99999"), "! the scale of a decimal is too big");
}

TEST(Integer, SmallIntegersHave61Bits) {
  const std::int64_t limit = std::int64_t{1} << 60;
  for (const std::int64_t value : {std::int64_t{0}, std::int64_t{-1}, limit - 1, -limit}) {
    EXPECT_TRUE(Integer::from(value).is_small()) << value;
    EXPECT_EQ(Integer::from(value).small_value(), value);
  }
  EXPECT_FALSE(Integer::from(limit).is_small());
  EXPECT_FALSE(Integer::from(-limit - 1).is_small());
  EXPECT_FALSE(Integer::from(-limit * 2).is_small());
  EXPECT_EQ(to_decimal(Integer::from(INT64_MIN)), "-9223372036854775808");
}

TEST(Integer, DividesAndMultiplies) {
  Integer value = power(10, 30);
  EXPECT_EQ(to_decimal(value), "1" + std::string(30, '0'));
  multiply_add(value, 4000000000U, 4000000000U);
  EXPECT_EQ(to_decimal(value), "4000000000000000000000000000004000000000");
  EXPECT_EQ(divide(value, 4000000000U), 0u);
  EXPECT_EQ(divide(value, 10), 1u);
  EXPECT_EQ(to_decimal(value), "1" + std::string(29, '0'));
}

}  // namespace
}  // namespace banter::compiler
