// The C++ interface, as its users see it.
#include "banter/native.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

struct Point {
  float x, y;
};
template <>
struct banter::CName<Point> {
  static constexpr const char* text = "struct { float x, y; }";
};

namespace {

TEST(NativeCpp, QsortCallsALambda) {
  std::vector<int> numbers = {5, 3, 9, 1};
  int comparisons = 0;
  banter::Callback<int(const void*, const void*)> by_value{[&](const void* a, const void* b) {
    comparisons++;
    return *static_cast<const int*>(a) - *static_cast<const int*>(b);
  }};
  std::qsort(numbers.data(), numbers.size(), sizeof numbers[0], by_value);
  EXPECT_EQ(numbers, (std::vector<int>{1, 3, 5, 9}));
  EXPECT_GE(comparisons, 3);
}

TEST(NativeCpp, CalloutsLookLikeFunctions) {
  const banter::Callout<double(double)> cosine{static_cast<double (*)(double)>(std::cos)};
  EXPECT_EQ(cosine(0), 1);
  EXPECT_THROW(banter::Callout<int()>{static_cast<void*>(nullptr)}, banter::NativeError);
}

TEST(NativeCpp, ClassesThatSayTheirCNameTravelByValue) {
  banter::Callback<Point(Point, float)> scaled{[](Point p, float by) {
    return Point{p.x * by, p.y * by};
  }};
  const Point result = scaled.get()({1, 2}, 3);
  EXPECT_EQ(result.x, 3);
  EXPECT_EQ(result.y, 6);
  const banter::Callout<Point(Point, float)> again{scaled.get()};
  EXPECT_EQ(again({1, 2}, 5).y, 10);
}

TEST(NativeCpp, SignaturesAtRunTime) {
  const banter::Signature signature{"long (*)(short, unsigned char)"};
  EXPECT_EQ(signature.argument_count(), 2u);
  banter::DynamicCallback callback{signature, [](void* result, void* const* arguments) {
                                     *static_cast<long*>(result) =
                                         *static_cast<short*>(arguments[0]) *
                                         *static_cast<unsigned char*>(arguments[1]);
                                   }};
  EXPECT_EQ(reinterpret_cast<long (*)(short, unsigned char)>(callback.function())(-300, 200),
            -60000);
  EXPECT_NE(signature.explain().find("arg 1"), std::string::npos);
}

TEST(NativeCpp, ErrorsAreThrownWithTheirText) {
  try {
    banter::Signature{"int f(int,"};
    FAIL();
  } catch (const banter::NativeError& error) {
    EXPECT_NE(std::string(error.what()).find("column"), std::string::npos) << error.what();
  }
}

}  // namespace
