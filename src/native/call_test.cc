// Callouts: every register and the stack go out, results and errno come back.

#include "native/call.h"

#include <gtest/gtest.h>
#include <unistd.h>
#include <unwind.h>

#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "native/marshal.h"
#include "native/plan_testing.h"

namespace banter::native {
namespace {

using namespace testing_support;

struct Seen {
  long ints[8];
  double floats[8];
  long stacked_int;
  double stacked_float;
  bool aligned;
} seen;

long take_all(long a, long b, long c, long d, long e, long f, long g, long h, double i, double j,
              double k, double l, double m, double n, double o, double p, long q, double r) {
  seen = {{a, b, c, d, e, f, g, h}, {i, j, k, l, m, n, o, p}, q, r, false};
  alignas(16) char local[16];
  char* volatile address = local;
  seen.aligned = reinterpret_cast<std::uintptr_t>(address) % 16 == 0;
  return a + q;
}

TEST(Call, FillsEveryRegisterAndTheStack) {
  const long result = invoke_by<long>(
      declared("long f(long, long, long, long, long, long, long, long, double, double, double, "
               "double, double, double, double, double, long, double)"),
      target(take_all), 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5,
      100L, 8.5);
  for (int i = 0; i < 8; i++) {
    EXPECT_EQ(seen.ints[i], i + 1);
    EXPECT_EQ(seen.floats[i], i + 0.5);
  }
  EXPECT_EQ(seen.stacked_int, 100);
  EXPECT_EQ(seen.stacked_float, 8.5);
  EXPECT_TRUE(seen.aligned);
  EXPECT_EQ(result, 101);
}

TEST(Call, KeepsTheStackAlignedForAnOddNumberOfWords) {
  std::uint64_t stack[40] = {};
  for (std::size_t words = 1; words < 40; words++) {
    CallFrame frame{};
    frame.stack = stack;
    frame.stack_words = words;
    frame.integers[0] = words;
    stack[0] = words;  // where there are no registers
    seen = {};
    call(frame, target(take_all));
    EXPECT_TRUE(seen.aligned) << words;
    EXPECT_EQ(seen.ints[0], static_cast<long>(words));
  }
}

TEST(Call, BringsAFloatBack) {
  double (*root)(double) = std::sqrt;
  EXPECT_EQ(invoke_by<double>(declared("double sqrt(double)"), target(root), 2.0), std::sqrt(2.0));
  float (*narrow_root)(float) = std::sqrt;
  EXPECT_EQ(invoke_by<float>(declared("float sqrtf(float)"), target(narrow_root), 2.0f),
            std::sqrt(2.0f));
}

struct Mixed {
  double first;
  long second;
};
Mixed make_mixed(long n) {
  return {static_cast<double>(n) / 2, n};
}

TEST(Call, BringsEveryResultRegisterBack) {
  const abi::CType mixed = structure_of(
      {abi::parse_type("double", kHostAbi).value(), abi::parse_type("long", kHostAbi).value()});
  const auto result = invoke_by<Mixed>(
      signature_of(mixed, {abi::parse_type("long", kHostAbi).value()}), target(make_mixed), 7L);
  EXPECT_EQ(result.first, 3.5);
  EXPECT_EQ(result.second, 7);
}

TEST(Call, VariadicFunctionsFindTheirFloats) {
  char text[64] = {};
  const int written = invoke_by<int>(
      declared("int snprintf(char *, size_t, const char *, ..., int, double, const char *)"),
      target(std::snprintf), &text[0], sizeof text, "%d %.2f %s", 42, 1.5, "ok");
  EXPECT_STREQ(text, "42 1.50 ok");
  EXPECT_EQ(static_cast<std::size_t>(written), std::strlen(text));
}

TEST(Call, KeepsErrno) {
  errno = 0;
  EXPECT_EQ(invoke_by<int>(declared("int close(int)"), target(close), -1), -1);
  EXPECT_EQ(errno, EBADF);
  CallFrame frame{};
  const std::uint64_t stack[2] = {~std::uint64_t{0}};
  frame.stack = stack;
  frame.stack_words = 2;
  frame.integers[0] = static_cast<IntegerRegister>(-1);
  call(frame, target(close));
  EXPECT_EQ(frame.error_number, EBADF);
}

bool found_caller;
void (*wanted_caller)();
_Unwind_Reason_Code look(_Unwind_Context* context, void*) {
  found_caller |= function_of_frame(context) == start_of(wanted_caller);
  return _URC_NO_REASON;
}
void unwind_in_c() {
  _Unwind_Backtrace(look, nullptr);
}

[[gnu::noinline]] void call_unwinder() {
  CallFrame frame{};
  std::uint64_t stack[3] = {};
  frame.stack = stack;
  frame.stack_words = 3;
  call(frame, unwind_in_c);
  EXPECT_EQ(frame.stack_words, 3u);
}

TEST(Call, UnwindsToItsCaller) {
  found_caller = false;
  wanted_caller = call_unwinder;
  call_unwinder();
  EXPECT_TRUE(found_caller);
}

}  // namespace
}  // namespace banter::native
