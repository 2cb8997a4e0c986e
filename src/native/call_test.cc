// Callouts: every register and the stack go out, results and errno come back.

#include "native/call.h"

#include <gtest/gtest.h>
#include <unistd.h>
#include <unwind.h>

#include <bit>
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <cstring>

namespace banter::native {
namespace {

template <class Function>
void (*target(Function* function))() {
  return reinterpret_cast<void (*)()>(function);
}

std::uint64_t bits(double value) {
  return std::bit_cast<std::uint64_t>(value);
}
double from_bits(std::uint64_t value) {
  return std::bit_cast<double>(value);
}

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
  CallFrame frame{};
  constexpr unsigned kInts = host::kIntegerRegisters;
  for (unsigned i = 0; i < kInts; i++) frame.integers[i] = i + 1;
  for (unsigned i = 0; i < 8; i++) frame.floats[i] = bits(i + 0.5);
  std::uint64_t stack[4];
  std::size_t words = 0;
  for (unsigned i = kInts; i < 8; i++) stack[words++] = i + 1;
  stack[words++] = 100;
  stack[words++] = bits(8.5);
  frame.stack = stack;
  frame.stack_words = words;
#if defined(BANTER_HOST_SYSV_X64)
  frame.float_count = 8;
#endif
  call(frame, target(take_all));
  for (int i = 0; i < 8; i++) {
    EXPECT_EQ(seen.ints[i], i + 1);
    EXPECT_EQ(seen.floats[i], i + 0.5);
  }
  EXPECT_EQ(seen.stacked_int, 100);
  EXPECT_EQ(seen.stacked_float, 8.5);
  EXPECT_TRUE(seen.aligned);
  EXPECT_EQ(frame.results.integers[0], 101u);
}

TEST(Call, KeepsTheStackAlignedForAnOddNumberOfWords) {
  std::uint64_t stack[40] = {};
  for (std::size_t words = 1; words < 40; words++) {
    CallFrame frame{};
    frame.stack = stack;
    frame.stack_words = words;
    frame.integers[0] = words;
    seen = {};
    call(frame, target(take_all));
    EXPECT_TRUE(seen.aligned) << words;
    EXPECT_EQ(seen.ints[0], static_cast<long>(words));
  }
}

TEST(Call, BringsAFloatBack) {
  CallFrame frame{};
  frame.floats[0] = bits(2.0);
#if defined(BANTER_HOST_SYSV_X64)
  frame.float_count = 1;
#endif
  double (*root)(double) = std::sqrt;
  call(frame, target(root));
  EXPECT_EQ(from_bits(frame.results.floats[0]), std::sqrt(2.0));
}

struct Mixed {
  double first;
  long second;
};
Mixed make_mixed(long n) {
  return {static_cast<double>(n) / 2, n};
}

TEST(Call, BringsEveryResultRegisterBack) {
  CallFrame frame{};
  frame.integers[0] = 7;
  call(frame, target(make_mixed));
#if defined(BANTER_HOST_SYSV_X64)
  EXPECT_EQ(from_bits(frame.results.floats[0]), 3.5);
  EXPECT_EQ(frame.results.integers[0], 7u);
#else
  EXPECT_EQ(from_bits(frame.results.integers[0]), 3.5);
  EXPECT_EQ(frame.results.integers[1], 7u);
#endif
}

TEST(Call, VariadicFunctionsFindTheirFloats) {
  char text[64] = {};
  CallFrame frame{};
  frame.integers[0] = reinterpret_cast<std::uintptr_t>(text);
  frame.integers[1] = sizeof text;
  frame.integers[2] = reinterpret_cast<std::uintptr_t>("%d %.2f %s");
  frame.integers[3] = 42;
  frame.integers[4] = reinterpret_cast<std::uintptr_t>("ok");
  frame.floats[0] = bits(1.5);
#if defined(BANTER_HOST_SYSV_X64)
  frame.float_count = 1;
#endif
  call(frame, target(std::snprintf));
  EXPECT_STREQ(text, "42 1.50 ok");
  EXPECT_EQ(frame.results.integers[0] & 0xFFFFFFFF, std::strlen(text));
}

TEST(Call, KeepsErrno) {
  CallFrame frame{};
  frame.integers[0] = static_cast<std::uint64_t>(-1);
  call(frame, target(close));
  EXPECT_EQ(frame.error_number, EBADF);
  EXPECT_EQ(static_cast<int>(frame.results.integers[0]), -1);
}

bool found_caller;
void (*wanted_caller)();
_Unwind_Reason_Code look(_Unwind_Context* context, void*) {
  void* function =
      _Unwind_FindEnclosingFunction(reinterpret_cast<void*>(_Unwind_GetIP(context) - 1));
  found_caller |= function == reinterpret_cast<void*>(wanted_caller);
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
