// The C++ interface, as its users see it.
#include "banter/native.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <memory>
#include <stdexcept>
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
  const std::string table = signature.explain();
  for (const char* part : {banter_host_abi(), "\n0 ", "\n1 ", "unsigned char", "\nresult ", "["}) {
    EXPECT_NE(table.find(part), std::string::npos) << part << " in\n" << table;
  }
}

TEST(NativeCpp, HandlersMayOwnWhatCannotBeCopied) {
  auto owned = std::make_unique<int>(40);
  banter::Callback<int(int)> plus{[owned = std::move(owned)](int n) { return *owned + n; }};
  banter::Callback<int(int)> moved = std::move(plus);
  EXPECT_EQ(moved.get()(2), 42);
}

TEST(NativeCpp, ALateCallGetsTheDefaultAndIsReportedWithItsPlaces) {
  std::string report;
  banter_on_late_call(
      [](const banter_late_call* call, void* user) {
        *static_cast<std::string*>(user) =
            std::string(call->signature) + " " + call->made_at + " " + call->freed_at;
      },
      &report);
  banter::Callback<double(int)> half{[](int n) { return n / 2.0; }, -1};
  const unsigned made_at = __LINE__ - 1;
  const auto function = half.get();
  EXPECT_EQ(function(3), 1.5);
  half.free();
  const unsigned freed_at = __LINE__ - 1;
  EXPECT_EQ(function(3), -1);
  banter_on_late_call(nullptr, nullptr);
  const std::string file = __FILE__;
  EXPECT_EQ(report, "double (*)(int) " + file + ":" + std::to_string(made_at) + " " + file + ":" +
                        std::to_string(freed_at));
}

int throws(int n) {
  if (n < 0) throw std::out_of_range("negative");
  return n;
}

TEST(NativeCpp, ExceptionsPassThroughACalloutThatWasAskedTo) {
  const banter::Callout<int(int)> passing{throws, banter::Exceptions::pass};
  EXPECT_EQ(passing(3), 3);
  EXPECT_THROW(passing(-3), std::out_of_range);
  const banter::Callout<int(int)> containing{throws};
  EXPECT_EQ(containing(3), 3);
  EXPECT_DEATH(containing(-3),
               "banter: the function of banter_call, int \\(\\*\\)\\(int\\), let a C\\+\\+ "
               "exception out, std::out_of_range \\(negative\\): the program ends");
}

TEST(NativeCpp, AnExceptionOfAHandlerEndsTheProgramWithAReport) {
  banter::Callback<void()> throwing{[] { throw std::out_of_range("too much"); }};
  const unsigned made_at = __LINE__ - 1;
  EXPECT_DEATH(throwing.get()(),
               "the handler of void \\(\\*\\)\\(void\\), made at .*native_cpp_test.cc:" +
                   std::to_string(made_at) +
                   ", let a C\\+\\+ exception out, std::out_of_range \\(too much\\)");
}

TEST(NativeCpp, ARawHandlerSaysWhatGoesBack) {
  const double nothing = -2;
  banter::RawCallback callback{banter::Signature{"double (*)(void)"},
                               [own = std::make_unique<int>(7)](banter_registers& registers) {
                                 registers.result.float64 = *own + 0.25;
                                 return BANTER_RETURN_DOUBLE;
                               },
                               &nothing};
  const auto function = reinterpret_cast<double (*)()>(callback.function());
  EXPECT_EQ(function(), 7.25);
  banter_on_late_call([](const banter_late_call*, void*) {}, nullptr);
  callback.free();
  EXPECT_EQ(function(), -2);
  banter_on_late_call(nullptr, nullptr);
}

TEST(NativeCpp, SignaturesOfAnAbiByName) {
  const auto here = banter::Signature::of_abi(banter_host_abi(), "short f(long)");
  EXPECT_EQ(here.result_size(), sizeof(short));
  EXPECT_EQ(here.argument_size(0), sizeof(long));
  EXPECT_THROW(banter::Signature::of_abi("pdp11", "int f(void)"), banter::NativeError);
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
