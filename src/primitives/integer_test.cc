// SmallIntegers, LargeIntegers up to 64 bits and Integers of any size, against each other.
#include <random>

#include "primitives/big_integer.h"
#include "primitives/primitive_testing.h"

namespace banter::primitives {
namespace {

class IntegerTest : public PrimitiveTest {
 protected:
  Oop small(std::int64_t value) { return Oop::small_int(value); }
};

TEST_F(IntegerTest, SmallArithmeticFailsWhereItDoesNotFit) {
  const std::int64_t largest = (std::int64_t{1} << 60) - 1;
  EXPECT_EQ(call(1, {small(3), small(4)}).result(), small(7));
  expect_failure(call(1, {small(largest), small(1)}), Failure::generic);
  EXPECT_EQ(call(2, {small(3), small(4)}).result(), small(-1));
  EXPECT_EQ(call(9, {small(-3), small(4)}).result(), small(-12));
  expect_failure(call(9, {small(largest), small(2)}), Failure::generic);
  expect_failure(call(1, {small(3), floating(4.0)}), Failure::generic);
  EXPECT_EQ(call(3, {small(3), small(4)}).result(), yes());
  EXPECT_EQ(call(6, {small(3), small(4)}).result(), no());
  EXPECT_EQ(call(7, {small(3), small(3)}).result(), yes());
  EXPECT_EQ(call(8, {small(3), small(3)}).result(), no());
}

TEST_F(IntegerTest, SmallDivisionsRoundAsTheirNamesSay) {
  EXPECT_EQ(call(10, {small(12), small(-4)}).result(), small(-3));
  expect_failure(call(10, {small(12), small(5)}), Failure::generic);
  EXPECT_EQ(call(11, {small(-7), small(2)}).result(), small(1));
  EXPECT_EQ(call(12, {small(-7), small(2)}).result(), small(-4));
  EXPECT_EQ(call(13, {small(-7), small(2)}).result(), small(-3));
  for (const std::uint16_t number : {10, 11, 12, 13}) {
    expect_failure(call(number, {small(7), small(0)}), Failure::generic);
  }
}

TEST_F(IntegerTest, SmallBitOperationsTakeNoNegatives) {
  EXPECT_EQ(call(14, {small(12), small(10)}).result(), small(8));
  EXPECT_EQ(call(15, {small(12), small(10)}).result(), small(14));
  EXPECT_EQ(call(16, {small(12), small(10)}).result(), small(6));
  expect_failure(call(14, {small(-12), small(10)}), Failure::generic);
  EXPECT_EQ(decimal(call(14, {integer("18446744073709551615"), small(255)})), "255");
}

TEST_F(IntegerTest, SmallShiftsLoseNoBits) {
  EXPECT_EQ(call(17, {small(1), small(10)}).result(), small(1024));
  EXPECT_EQ(call(17, {small(-7), small(-1)}).result(), small(-4));
  EXPECT_EQ(decimal(call(17, {small(1), small(61)})), "2305843009213693952");
  expect_failure(call(17, {small(8), small(61)}), Failure::generic);
  expect_failure(call(17, {small(8), small(62)}), Failure::generic);
}

TEST_F(IntegerTest, HashMultiplyIsTheImagesFormula) {
  EXPECT_EQ(call(159, {small(1)}).result(), small(1664525));
  EXPECT_EQ(call(159, {small(1 << 20)}).result(),
            small((std::int64_t{1} << 20) * 1664525 % (1 << 28)));
  expect_failure(call(159, {nil()}), Failure::bad_receiver);
  expect_failure(call(159, {integer("-99999999999999999999")}), Failure::bad_receiver);
}

TEST_F(IntegerTest, LargeArithmeticGoesTo64Bits) {
  const std::string two_to_63 = "9223372036854775808";
  EXPECT_EQ(decimal(call(21, {integer(two_to_63), small(1)})), "9223372036854775809");
  expect_failure(call(21, {integer(two_to_63), integer(two_to_63)}), Failure::generic);
  EXPECT_EQ(decimal(call(22, {integer(two_to_63), integer(two_to_63)})), "0");
  EXPECT_EQ(decimal(call(29, {integer("-4294967296"), small(65536)})), "-281474976710656");
  EXPECT_EQ(decimal(call(32, {integer("-" + two_to_63), small(10)})), "-922337203685477581");
  EXPECT_EQ(decimal(call(31, {integer("-" + two_to_63), small(10)})), "2");
  EXPECT_EQ(decimal(call(33, {integer("-" + two_to_63), small(10)})), "-922337203685477580");
  EXPECT_EQ(decimal(call(20, {integer("-" + two_to_63), small(10)})), "-8");
  EXPECT_EQ(decimal(call(30, {integer(two_to_63), small(8)})), "1152921504606846976");
  expect_failure(call(30, {integer(two_to_63), small(10)}), Failure::generic);
  expect_failure(call(23, {integer(two_to_63), small(10)}), Failure::generic);
  EXPECT_EQ(call(24, {integer("2305843009213693952"), small(10)}).result(), yes());
  EXPECT_EQ(decimal(call(37, {integer("-9223372036854775807"), small(-3)})),
            "-1152921504606846976");
}

// --- any size ---

struct NamedOperation {
  const char* name;
  BigInteger (*reference)(const BigInteger&, const BigInteger&);
};

const NamedOperation kOperations[] = {
    {"primitiveIntegerAdd",
     [](const BigInteger& a, const BigInteger& b) -> BigInteger { return a + b; }},
    {"primitiveIntegerSubtract",
     [](const BigInteger& a, const BigInteger& b) -> BigInteger { return a - b; }},
    {"primitiveIntegerMultiply",
     [](const BigInteger& a, const BigInteger& b) -> BigInteger { return a * b; }},
    {"primitiveIntegerGcd",
     [](const BigInteger& a, const BigInteger& b) -> BigInteger { return gcd(a, b); }},
};

BigInteger random_integer(std::mt19937_64& random) {
  BigInteger value = 0;
  for (std::uint64_t words = random() % 5; words > 0; --words) value = (value << 64) | random();
  value >>= static_cast<unsigned>(random() % 40);
  return random() % 2 == 0 ? value : BigInteger(-value);
}

TEST_F(IntegerTest, AnySizeComputesAsTheReferenceDoes) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 2000; ++i) {
    const BigInteger a = random_integer(random);
    const BigInteger b = random_integer(random);
    for (const NamedOperation& operation : kOperations) {
      const Rooted<> left(mutator(), make_integer(mutator(), a));
      const Outcome outcome = call(operation.name, {left.oop(), make_integer(mutator(), b)});
      ASSERT_EQ(decimal(outcome), integer_text(operation.reference(a, b), 10)) << operation.name;
    }
  }
}

TEST_F(IntegerTest, DivisionsFitTogether) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 2000; ++i) {
    const BigInteger a = random_integer(random);
    const BigInteger b = random_integer(random);
    if (b == 0) continue;
    const auto ask = [&](const char* name) {
      const Rooted<> left(mutator(), make_integer(mutator(), a));
      return *big_integer(call(name, {left.oop(), make_integer(mutator(), b)}).result());
    };
    const BigInteger floored = ask("primitiveIntegerFloorDivide");
    const BigInteger modulo = ask("primitiveIntegerFloorModulo");
    const BigInteger quotient = ask("primitiveIntegerQuotient");
    const BigInteger rest = ask("primitiveIntegerRemainder");
    ASSERT_EQ(floored * b + modulo, a);
    ASSERT_EQ(quotient * b + rest, a);
    ASSERT_TRUE(modulo == 0 || (modulo < 0) == (b < 0));
    ASSERT_TRUE(rest == 0 || (rest < 0) == (a < 0));
    ASSERT_LT(boost::multiprecision::abs(modulo), boost::multiprecision::abs(b));
  }
}

TEST_F(IntegerTest, BitOperationsAreThoseOfTwosComplement) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 1000; ++i) {
    const auto a = static_cast<std::int64_t>(random()) >> random() % 40;
    const auto b = static_cast<std::int64_t>(random()) >> random() % 40;
    const auto ask = [&](const char* name) {
      const Rooted<> left(mutator(), number(a));
      return decimal(call(name, {left.oop(), number(b)}));
    };
    ASSERT_EQ(ask("primitiveIntegerBitAnd"), std::to_string(a & b));
    ASSERT_EQ(ask("primitiveIntegerBitOr"), std::to_string(a | b));
    ASSERT_EQ(ask("primitiveIntegerBitXor"), std::to_string(a ^ b));
  }
  const std::string large = "340282366920938463463374607431768211456";  // 2^128
  EXPECT_EQ(decimal(call("primitiveIntegerBitAnd", {integer("-1"), integer(large)})), large);
  EXPECT_EQ(decimal(call("primitiveIntegerBitOr", {integer("-" + large), small(1)})),
            "-340282366920938463463374607431768211455");
}

TEST_F(IntegerTest, ShiftsFloor) {
  const std::string large = "340282366920938463463374607431768211456";
  EXPECT_EQ(decimal(call("primitiveIntegerBitShift", {small(1), small(128)})), large);
  EXPECT_EQ(decimal(call("primitiveIntegerBitShift", {integer(large), small(-127)})), "2");
  EXPECT_EQ(decimal(call("primitiveIntegerBitShift", {small(-7), small(-1)})), "-4");
  EXPECT_EQ(decimal(call("primitiveIntegerBitShift", {integer("-" + large), small(-1000)})), "-1");
  EXPECT_EQ(decimal(call("primitiveIntegerBitShift", {small(0), small(1 << 30)})), "0");
  expect_failure(call("primitiveIntegerBitShift", {small(1), small(1 << 30)}), Failure::limit);
}

TEST_F(IntegerTest, BitsAreCountedFromOne) {
  EXPECT_EQ(decimal(call("primitiveIntegerHighBit", {small(0)})), "0");
  EXPECT_EQ(decimal(call("primitiveIntegerHighBit", {small(-8)})), "4");
  EXPECT_EQ(decimal(call("primitiveIntegerLowBit", {small(40)})), "4");
  EXPECT_EQ(decimal(call("primitiveIntegerBitAt", {small(5), small(3)})), "1");
  EXPECT_EQ(decimal(call("primitiveIntegerBitAt", {small(-1), small(1000)})), "1");
  EXPECT_EQ(decimal(call("primitiveIntegerBitAt", {small(5), small(1000)})), "0");
}

TEST_F(IntegerTest, PrintsAndParsesEveryBase) {
  std::mt19937_64 random(4);
  for (int i = 0; i < 300; ++i) {
    const BigInteger value = random_integer(random);
    const auto base = static_cast<unsigned>(2 + random() % 35);
    const Outcome printed =
        call("primitiveIntegerPrint", {make_integer(mutator(), value), small(base)});
    const Outcome parsed = call("primitiveIntegerParse", {nil(), printed.result(), small(base)});
    ASSERT_EQ(*big_integer(parsed.result()), value);
  }
  EXPECT_EQ(text(call("primitiveIntegerPrint", {small(-255), small(16)})), "-FF");
  for (const char* wrong : {"", "-", "12x", "1 2", "--1", "+-3"}) {
    expect_failure(call("primitiveIntegerParse", {nil(), string(wrong), small(10)}),
                   Failure::bad_argument);
  }
  expect_failure(call("primitiveIntegerPrint", {small(1), small(1)}), Failure::bad_argument);
}

TEST_F(IntegerTest, PrintsThousandsOfDigits) {
  const Rooted<> factorial(mutator(), call("primitiveIntegerFactorial", {small(3000)}).result());
  const std::string digits = text(call("primitiveIntegerPrint", {factorial.oop(), small(10)}));
  EXPECT_EQ(digits.size(), 9131u);
  EXPECT_EQ(digits.substr(0, 10), "4149359603");
  EXPECT_EQ(digits.find_last_not_of('0'), 9131u - 748u - 1u);
  EXPECT_EQ(*parse_integer(digits, 10), *big_integer(factorial.oop()));
}

TEST_F(IntegerTest, PowersAndRoots) {
  EXPECT_EQ(decimal(call("primitiveIntegerRaisedTo", {small(-3), small(41)})),
            "-36472996377170786403");
  EXPECT_EQ(decimal(call("primitiveIntegerRaisedTo", {small(-1), small(1 << 30)})), "1");
  EXPECT_EQ(decimal(call("primitiveIntegerRaisedTo", {small(0), small(0)})), "1");
  expect_failure(call("primitiveIntegerRaisedTo", {small(2), small(1 << 30)}), Failure::limit);
  EXPECT_EQ(decimal(call("primitiveIntegerRaisedToModulo", {small(4), small(13), small(497)})),
            "445");
  EXPECT_EQ(decimal(call("primitiveIntegerRaisedToModulo", {small(4), small(13), small(-497)})),
            "-52");
  EXPECT_EQ(decimal(call("primitiveIntegerSqrtFloor", {integer("99999999999999999999")})),
            "9999999999");
  expect_failure(call("primitiveIntegerSqrtFloor", {small(-1)}), Failure::bad_receiver);
}

TEST_F(IntegerTest, ConvertsToTheNearestFloat) {
  const auto as_float = [this](std::string_view digits) {
    return float_of(call("primitiveIntegerAsFloat", {integer(digits)}));
  };
  EXPECT_EQ(as_float("9007199254740993"), 9007199254740992.0);
  EXPECT_EQ(as_float("9007199254740995"), 9007199254740996.0);
  EXPECT_EQ(as_float("-18446744073709551616"), -18446744073709551616.0);
  EXPECT_EQ(as_float("1" + std::string(400, '0')), std::numeric_limits<double>::infinity());
  const Rooted<> three(mutator(), small(3));
  EXPECT_EQ(float_of(call("primitiveFractionAsFloat", {small(1), three.oop()})), 1.0 / 3.0);
  const Rooted<> huge(mutator(), integer("1" + std::string(320, '0')));
  EXPECT_EQ(float_of(call("primitiveFractionAsFloat", {small(1), huge.oop()})), 1e-320);
  EXPECT_EQ(float_of(call("primitiveFractionAsFloat", {huge.oop(), huge.oop()})), 1.0);
}

TEST_F(IntegerTest, FractionsRoundAsStrtodDoes) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 2000; ++i) {
    const std::uint64_t digits = random() % 10'000'000'000'000'000'000u;
    const unsigned exponent = static_cast<unsigned>(random() % 345);
    const std::string text = std::to_string(digits) + "e-" + std::to_string(exponent);
    const BigInteger denominator = boost::multiprecision::pow(BigInteger(10), exponent);
    ASSERT_EQ(nearest_double(BigInteger(digits), denominator), std::strtod(text.c_str(), nullptr))
        << text;
  }
}

TEST_F(IntegerTest, TellsPrimes) {
  const auto prime = [this](std::string_view digits) {
    return call("primitiveIntegerIsProbablyPrime", {integer(digits)}).result() == yes();
  };
  EXPECT_TRUE(prime("2"));
  EXPECT_TRUE(prime("170141183460469231731687303715884105727"));
  EXPECT_FALSE(prime("1"));
  EXPECT_FALSE(prime("-7"));
  EXPECT_FALSE(prime("561"));
  EXPECT_FALSE(prime("170141183460469231731687303715884105729"));
}

// --- module LargeIntegers ---

TEST_F(IntegerTest, DigitsWorkOnMagnitudes) {
  const std::string a = "123456789012345678901234567890";
  const auto ask = [this](std::string_view name, std::initializer_list<Oop> operands) {
    return call("LargeIntegers", name, operands);
  };
  EXPECT_EQ(decimal(ask("primDigitAdd", {integer("-" + a), small(10)})),
            "-123456789012345678901234567900");
  EXPECT_EQ(decimal(ask("primDigitSubtract", {small(10), integer(a)})),
            "-123456789012345678901234567880");
  EXPECT_EQ(decimal(ask("primDigitMultiplyNegative", {integer(a), small(-2), yes()})),
            "-246913578024691357802469135780");
  const Rooted<> parts(
      mutator(), ask("primDigitDivNegative", {integer("-" + a), small(1000), yes()}).result());
  EXPECT_EQ(decimal(Outcome(parts->slot(0))), "-123456789012345678901234567");
  EXPECT_EQ(decimal(Outcome(parts->slot(1))), "-890");
  EXPECT_EQ(decimal(ask("primDigitBitShiftMagnitude", {small(-5), small(-1)})), "-2");
  EXPECT_EQ(decimal(ask("primDigitCompare", {small(-5), small(3)})), "1");
  EXPECT_EQ(ask("primAnyBitFromTo", {small(8), small(1), small(3)}).result(), no());
  EXPECT_EQ(ask("primAnyBitFromTo", {small(8), small(1), small(4)}).result(), yes());
}

TEST_F(IntegerTest, NormalizesWhatAnImageMade) {
  Object* padded = mutator().new_bytes(ClassIndex::kLargePositiveInteger, 20);
  padded->bytes()[0] = 5;
  EXPECT_EQ(call("LargeIntegers", "primNormalizePositive", {padded->oop()}).result(), small(5));
}

TEST_F(IntegerTest, MontgomeryProductsAreProductsModulo) {
  const BigInteger modulus("170141183460469231731687303715884105727");
  const std::uint64_t base = std::uint64_t{1} << 32;
  // -1 / modulus mod 2^32; the modulus is -1 mod 2^32.
  const std::uint64_t inverse = 1;
  const BigInteger scale = boost::multiprecision::powm(BigInteger(base), BigInteger(4), modulus);
  const BigInteger a = 123456789;
  const BigInteger b("98765432109876543210");
  const Rooted<> left(mutator(), make_integer(mutator(), BigInteger(a * scale % modulus)));
  const Rooted<> right(mutator(), make_integer(mutator(), b));
  const Rooted<> rooted_modulus(mutator(), make_integer(mutator(), modulus));
  const Outcome outcome = call(
      "LargeIntegers", "primMontgomeryTimesModulo",
      {left.oop(), right.oop(), rooted_modulus.oop(), small(static_cast<std::int64_t>(inverse))});
  EXPECT_EQ(decimal(outcome), integer_text(BigInteger(a * b % modulus), 10));
}

}  // namespace
}  // namespace banter::primitives
