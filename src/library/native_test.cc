// The C interface, as its users see it.
#include "banter/native.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <cstdarg>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

namespace {

struct Signature {
  explicit Signature(const char* text, const banter_types* types = nullptr)
      : it(banter_signature_new(text, types, &error)) {}
  ~Signature() { banter_signature_free(it); }
  banter_error error{};
  banter_signature* it;
};

struct Pair {
  std::int64_t a;
  double b;
};
struct Large {
  std::int32_t numbers[12];
};

Pair swapped(Pair pair, std::int64_t add) {
  return {static_cast<std::int64_t>(pair.b) + add, static_cast<double>(pair.a)};
}

Large doubled(Large large) {
  for (auto& each : large.numbers) each *= 2;
  return large;
}

TEST(NativeC, CallsWithValuesInMemory) {
  const Signature power("double pow(double, double)");
  ASSERT_TRUE(power.it) << power.error.text;
  EXPECT_EQ(banter_signature_argument_count(power.it), 2u);
  EXPECT_EQ(banter_signature_argument_size(power.it, 1), 8u);
  EXPECT_EQ(banter_signature_result_size(power.it), 8u);
  double x = 2, y = 10, result = 0;
  void* arguments[] = {&x, &y};
  banter_call(power.it,
              reinterpret_cast<banter_function>(static_cast<double (*)(double, double)>(pow)),
              &result, arguments);
  EXPECT_EQ(result, 1024);
}

TEST(NativeC, StructuresTravelByValue) {
  const Signature swap(
      "struct { int64_t a; double b; } f(struct { int64_t a; double b; }, int64_t)");
  ASSERT_TRUE(swap.it) << swap.error.text;
  Pair pair{3, 4.0}, result{};
  std::int64_t add = 10;
  void* arguments[] = {&pair, &add};
  banter_call(swap.it, reinterpret_cast<banter_function>(swapped), &result, arguments);
  EXPECT_EQ(result.a, 14);
  EXPECT_EQ(result.b, 3.0);
}

TEST(NativeC, LargeStructuresTravelByReferenceAndTheArgumentStaysAsItWas) {
  banter_types* types = banter_types_new();
  banter_error error;
  ASSERT_TRUE(
      banter_types_declare(types, "typedef struct { int32_t numbers[12]; } large_t;", &error))
      << error.text;
  const Signature call("large_t f(large_t)", types);
  banter_types_free(types);
  ASSERT_TRUE(call.it) << call.error.text;
  Large large{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}}, result{};
  void* arguments[] = {&large};
  banter_call(call.it, reinterpret_cast<banter_function>(doubled), &result, arguments);
  EXPECT_EQ(result.numbers[11], 24);
  EXPECT_EQ(large.numbers[11], 12);
}

TEST(NativeC, CallbacksGetAndAnswerStructures) {
  const Signature swap(
      "struct { int64_t a; double b; } f(struct { int64_t a; double b; }, int64_t)");
  ASSERT_TRUE(swap.it) << swap.error.text;
  banter_error error;
  int calls = 0;
  banter_callback* callback = banter_callback_new(
      swap.it,
      [](void* result, void* const* arguments, void* user) {
        ++*static_cast<int*>(user);
        *static_cast<Pair*>(result) =
            swapped(*static_cast<Pair*>(arguments[0]), *static_cast<std::int64_t*>(arguments[1]));
      },
      &calls, nullptr, &error);
  ASSERT_TRUE(callback) << error.text;
  const auto function =
      reinterpret_cast<Pair (*)(Pair, std::int64_t)>(banter_callback_function(callback));
  const Pair result = function({5, 6.0}, 1);
  EXPECT_EQ(result.a, 7);
  EXPECT_EQ(result.b, 5.0);
  EXPECT_EQ(calls, 1);
  banter_callback_free(callback, nullptr);
}

TEST(NativeC, ALateCallIsReportedAndGetsTheDefault) {
  const Signature signature("double (*)(int)");
  banter_callback_options options{};
  const double nothing = -1.5;
  options.default_result = &nothing;
  options.made_at = "maker.c:12";
  banter_error error;
  banter_callback* callback = banter_callback_new(
      signature.it, [](void*, void* const*, void*) { FAIL(); }, nullptr, &options, &error);
  ASSERT_TRUE(callback) << error.text;
  const auto function = reinterpret_cast<double (*)(int)>(banter_callback_function(callback));
  banter_callback_free(callback, "breaker.c:34");
  std::string report;
  banter_on_late_call(
      [](const banter_late_call* call, void* user) {
        *static_cast<std::string*>(user) =
            std::string(call->signature) + " " + call->made_at + " " + call->freed_at;
        EXPECT_NE(call->caller, nullptr);
      },
      &report);
  EXPECT_EQ(function(1), -1.5);
  banter_on_late_call(nullptr, nullptr);
  EXPECT_EQ(report, "double (*)(int) maker.c:12 breaker.c:34");
}

TEST(NativeC, AHandlerMayFreeItsOwnCallback) {
  const Signature signature("int (*)(void)");
  static banter_callback* callback;
  banter_error error;
  callback = banter_callback_new(
      signature.it,
      [](void* result, void* const*, void*) {
        banter_callback_free(callback, "inside");
        *static_cast<int*>(result) = 9;
      },
      nullptr, nullptr, &error);
  const auto function = reinterpret_cast<int (*)()>(banter_callback_function(callback));
  EXPECT_EQ(function(), 9);
}

TEST(NativeC, VariadicCallbacksReadAVaList) {
  const Signature signature("double (*)(const char *, ...)");
  banter_error error;
  banter_callback* callback = banter_callback_new(
      signature.it,
      [](void* result, void* const* arguments, void*) {
        auto& rest = *static_cast<va_list*>(arguments[1]);
        double sum = 0;
        for (const char* each = *static_cast<const char**>(arguments[0]); *each; each++) {
          sum += *each == 'i' ? va_arg(rest, int) : va_arg(rest, double);
        }
        *static_cast<double*>(result) = sum;
      },
      nullptr, nullptr, &error);
  ASSERT_TRUE(callback) << error.text;
  const auto function =
      reinterpret_cast<double (*)(const char*, ...)>(banter_callback_function(callback));
  EXPECT_EQ(function("idid", 1, 0.5, 2, 0.25), 3.75);
  EXPECT_EQ(function("iiiiiiiidddddddddd", 1, 2, 3, 4, 5, 6, 7, 8, 1., 2., 3., 4., 5., 6., 7., 8.,
                     9., 10.),
            36 + 55);
  banter_callback_free(callback, nullptr);
}

TEST(NativeC, ErrorsAreSentences) {
  const Signature unknown("int f(teapot_t)");
  EXPECT_EQ(unknown.it, nullptr);
  EXPECT_NE(std::string(unknown.error.text).find("teapot_t"), std::string::npos)
      << unknown.error.text;
  EXPECT_EQ(banter_signature_new(nullptr, nullptr, nullptr), nullptr);
}

TEST(NativeC, ManyThreadsMakeCallAndFreeAtTheSameTime) {
  const Signature signature("int (*)(int)");
  std::vector<std::thread> threads;
  std::atomic<long> sum{0};
  for (int t = 0; t < 4; t++) {
    threads.emplace_back([&] {
      for (int i = 0; i < 2000; i++) {
        banter_callback* callback = banter_callback_new(
            signature.it,
            [](void* result, void* const* arguments, void*) {
              *static_cast<int*>(result) = *static_cast<int*>(arguments[0]) + 1;
            },
            nullptr, nullptr, nullptr);
        ASSERT_NE(callback, nullptr);
        sum += reinterpret_cast<int (*)(int)>(banter_callback_function(callback))(i) - i;
        banter_callback_free(callback, nullptr);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(sum, 8000);
}

}  // namespace
