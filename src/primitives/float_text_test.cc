#include "primitives/float_text.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

namespace banter::primitives {
namespace {

TEST(FloatText, IsTheShortestThatReadsBack) {
  EXPECT_EQ(shortest_float_text(1.0), "1.0");
  EXPECT_EQ(shortest_float_text(0.1), "0.1");
  EXPECT_EQ(shortest_float_text(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(shortest_float_text(100.0), "100.0");
  EXPECT_EQ(shortest_float_text(-2.5), "-2.5");
  EXPECT_EQ(shortest_float_text(1e100), "1.0e100");
  EXPECT_EQ(shortest_float_text(1.5e-7), "1.5e-7");
  EXPECT_EQ(shortest_float_text(5e-324), "5.0e-324");
}

TEST(FloatText, HasAnExponentOutsideOfTheFixedRange) {
  EXPECT_EQ(shortest_float_text(999999.0), "999999.0");
  EXPECT_EQ(shortest_float_text(1e6), "1.0e6");
  EXPECT_EQ(shortest_float_text(0.0001), "0.0001");
  EXPECT_EQ(shortest_float_text(0.00001), "1.0e-5");
  EXPECT_EQ(shortest_float_text(123456.789), "123456.789");
}

TEST(FloatText, NamesWhatIsNoNumber) {
  EXPECT_EQ(shortest_float_text(std::numeric_limits<double>::quiet_NaN()), "Float nan");
  EXPECT_EQ(shortest_float_text(std::numeric_limits<double>::infinity()), "Float infinity");
  EXPECT_EQ(shortest_float_text(-std::numeric_limits<double>::infinity()),
            "Float negativeInfinity");
  EXPECT_EQ(shortest_float_text(0.0), "0.0");
  EXPECT_EQ(shortest_float_text(-0.0), "-0.0");
}

TEST(FloatText, ReadsBackWhatItWrote) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 20000; ++i) {
    const double value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) continue;
    const auto parsed = parse_float_text(shortest_float_text(value));
    ASSERT_TRUE(parsed);
    ASSERT_EQ(std::bit_cast<std::uint64_t>(*parsed), std::bit_cast<std::uint64_t>(value));
  }
}

TEST(FloatText, RoundsTheExactValue) {
  EXPECT_EQ(fixed_float_text(2.5, 0), "2");
  EXPECT_EQ(fixed_float_text(3.14159, 2), "3.14");
  EXPECT_EQ(fixed_float_text(1.005, 2), "1.00");
  EXPECT_EQ(fixed_float_text(-0.5, 3), "-0.500");
  EXPECT_EQ(fixed_float_text(1e300, 0).size(), 301u);
  EXPECT_EQ(exact_float_text(0.1, 20), "1.0000000000000000555e-01");
}

TEST(FloatText, ParsesWholeTextsOnly) {
  EXPECT_EQ(parse_float_text("12"), 12.0);
  EXPECT_EQ(parse_float_text("-1.5e3"), -1500.0);
  EXPECT_EQ(parse_float_text("+4.25"), 4.25);
  EXPECT_EQ(parse_float_text(".5"), 0.5);
  for (const char* text : {"", "-", "+", "abc", "1.5x", "1e", "inf", "nan", "-inf", "+-1", " 1"}) {
    EXPECT_FALSE(parse_float_text(text)) << text;
  }
}

TEST(FloatText, GoesToTheLimitsWhenOutOfRange) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(parse_float_text("1e400"), infinity);
  EXPECT_EQ(parse_float_text("-1e400"), -infinity);
  EXPECT_EQ(parse_float_text("1e-400"), 0.0);
  EXPECT_TRUE(std::signbit(*parse_float_text("-1e-400")));
  EXPECT_EQ(parse_float_text(std::string(400, '9')), infinity);
  EXPECT_EQ(parse_float_text("0." + std::string(400, '0') + "1"), 0.0);
  EXPECT_EQ(parse_float_text("1e99999999999999999999"), infinity);
  EXPECT_EQ(parse_float_text("1e-99999999999999999999"), 0.0);
}

}  // namespace
}  // namespace banter::primitives
