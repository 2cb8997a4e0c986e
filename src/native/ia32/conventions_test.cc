// The conventions of 32-bit x86 with functions of the compiler, both ways.

#include <gtest/gtest.h>

#include <cstdint>

#include "native/plan_testing.h"

// The test of alignment gets a note on what GCC did before version 4.6.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace banter::native {
namespace {

using namespace testing_support;
using abi::Convention;
using abi::CType;
using abi::ValueKind;

CType type(ValueKind kind) {
  return abi::type_of(kind, kHostAbi);
}
CType complex_type(ValueKind kind) {
  return abi::complex_of(type(kind)).value();
}

// esp right before the call that this function is called by; all conventions agree if the callee
// popped what it should.
[[gnu::naked, gnu::noinline]] std::uintptr_t stack_pointer() {
  asm("leal 4(%esp), %eax\n\tret");
}

struct Three {
  int a, b, c;
};
struct Byte {
  char a;
};

__attribute__((stdcall)) int std_mix(int a, double b, short c, std::int64_t d) {
  return a == 1 && b == 2.5 && c == -3 && d == (std::int64_t{4} << 40) ? 42 : 0;
}
__attribute__((fastcall)) int fast_mix(int a, double b, short c, int d) {
  return a == 1 && b == 2.5 && c == -3 && d == 4 ? 42 : 0;
}
__attribute__((fastcall)) int fast_skip(std::int64_t a, int b, Byte c) {
  return a == -5 && b == 6 && c.a == 7 ? 42 : 0;
}
__attribute__((thiscall)) int this_mix(void* a, int b) {
  return *static_cast<int*>(a) + b;
}
__attribute__((stdcall)) Three std_three(int a) {
  return {a, a + 1, a + 2};
}
__attribute__((fastcall)) Three fast_three(int a, int b, int c) {
  return {a, b, c};
}
Three cdecl_three(int a) {
  return {a, a + 1, a + 2};
}

TEST(Ia32Conventions, CalloutsToEachOfThem) {
  const std::uintptr_t before = stack_pointer();
  EXPECT_EQ(invoke_by<int>(declared("int __stdcall f(int, double, short, int64_t)"),
                           target(std_mix), 1, 2.5, short{-3}, std::int64_t{4} << 40),
            42);
  EXPECT_EQ(invoke_by<int>(declared("int __fastcall f(int, double, short, int)"), target(fast_mix),
                           1, 2.5, short{-3}, 4),
            42);
  const CType byte = structure_of({type(ValueKind::int8)});
  EXPECT_EQ(invoke_by<int>(signature_of(type(ValueKind::int32),
                                        {type(ValueKind::int64), type(ValueKind::int32), byte},
                                        kHostAbi, Convention::fastcall_call),
                           target(fast_skip), std::int64_t{-5}, 6, Byte{7}),
            42);
  int number = 40;
  EXPECT_EQ(invoke_by<int>(declared("int __thiscall f(void *, int)"), target(this_mix),
                           static_cast<void*>(&number), 2),
            42);
  EXPECT_EQ(stack_pointer(), before);
}

Three three_by(Convention convention, void (*function)()) {
  const CType word = type(ValueKind::int32);
  const CType three = structure_of({word, word, word});
  if (convention == Convention::fastcall_call) {
    return invoke_by<Three>(signature_of(three, {word, word, word}, kHostAbi, convention), function,
                            7, 8, 9);
  }
  return invoke_by<Three>(signature_of(three, {word}, kHostAbi, convention), function, 7);
}

TEST(Ia32Conventions, StructuresComeBackThroughRoom) {
  for (const Three& result : {three_by(Convention::cdecl_call, target(cdecl_three)),
                              three_by(Convention::stdcall_call, target(std_three)),
                              three_by(Convention::fastcall_call, target(fast_three))}) {
    EXPECT_EQ(result.a, 7);
    EXPECT_EQ(result.b, 8);
    EXPECT_EQ(result.c, 9);
  }
}

// The caller's esp is right again after the callback: what it keeps there survives.
template <class Function, class... Arguments>
auto called_in_a_frame(Function* function, Arguments... arguments) {
  volatile int kept[4] = {1, 2, 3, 4};
  const std::uintptr_t before = stack_pointer();
  const auto result = function(arguments...);
  EXPECT_EQ(stack_pointer(), before);
  EXPECT_EQ(kept[0] + kept[1] + kept[2] + kept[3], 10);
  return result;
}

TEST(Ia32Conventions, CallbacksOfEachOfThem) {
  const auto sum = [](void* const* arguments, void* result) {
    *static_cast<int*>(result) = argument<int>(arguments, 0) +
                                 static_cast<int>(argument<double>(arguments, 1)) +
                                 argument<short>(arguments, 2) + argument<int>(arguments, 3);
  };
  PlanCallback with_cdecl(declared("int f(int, double, short, int)"), sum);
  PlanCallback with_stdcall(declared("int __stdcall f(int, double, short, int)"), sum);
  PlanCallback with_fastcall(declared("int __fastcall f(int, double, short, int)"), sum);
  PlanCallback with_thiscall(declared("int __thiscall f(int, double, short, int)"), sum);
  using Cdecl = int(int, double, short, int);
  using Stdcall = int __attribute__((stdcall)) (int, double, short, int);
  using Fastcall = int __attribute__((fastcall)) (int, double, short, int);
  using Thiscall = int __attribute__((thiscall)) (int, double, short, int);
  for (int i = 0; i < 1000; i++) {
    ASSERT_EQ(with_cdecl.function<Cdecl>()(i, 20.0, -300, 4000), i + 3720);
    ASSERT_EQ(with_stdcall.function<Stdcall>()(i, 20.0, -300, 4000), i + 3720);
    ASSERT_EQ(with_fastcall.function<Fastcall>()(i, 20.0, -300, 4000), i + 3720);
    ASSERT_EQ(with_thiscall.function<Thiscall>()(i, 20.0, -300, 4000), i + 3720);
  }
}

TEST(Ia32Conventions, CallbacksPopWhatTheyShould) {
  PlanCallback with_stdcall(
      declared("int64_t __stdcall f(int64_t, int)"), [](void* const* arguments, void* result) {
        *static_cast<std::int64_t*>(result) = argument<std::int64_t>(arguments, 0) * 3;
      });
  using Stdcall = std::int64_t __attribute__((stdcall)) (std::int64_t, int);
  EXPECT_EQ(called_in_a_frame(with_stdcall.function<Stdcall>(), std::int64_t{1} << 40, 5),
            std::int64_t{3} << 40);
}

template <class Function>
void expect_three_from(Convention convention) {
  const CType word = type(ValueKind::int32);
  const CType three = structure_of({word, word, word});
  PlanCallback callback(signature_of(three, {word, word, word}, kHostAbi, convention),
                        [](void* const* arguments, void* result) {
                          *static_cast<Three*>(result) = {argument<int>(arguments, 2),
                                                          argument<int>(arguments, 1),
                                                          argument<int>(arguments, 0)};
                        });
  const Three result = called_in_a_frame(callback.function<Function>(), 1, 2, 3);
  EXPECT_EQ(result.a, 3);
  EXPECT_EQ(result.b, 2);
  EXPECT_EQ(result.c, 1);
}

TEST(Ia32Conventions, CallbacksAnswerStructures) {
  expect_three_from<Three(int, int, int)>(Convention::cdecl_call);
  expect_three_from<Three __attribute__((stdcall)) (int, int, int)>(Convention::stdcall_call);
  expect_three_from<Three __attribute__((fastcall)) (int, int, int)>(Convention::fastcall_call);
  expect_three_from<Three __attribute__((thiscall)) (int, int, int)>(Convention::thiscall_call);
}

// --- values ------------------------------------------------------------------------------------

template <class T>
T twice(T value) {
  return value + value;
}

// A function of one argument and a result of that type, called and called back.
template <class T>
void expect_twice(const CType& each, T value) {
  const abi::Signature signature = signature_of(each, {each});
  const T doubled = invoke_by<T>(signature, target(twice<T>), value);
  EXPECT_TRUE(doubled == value + value) << each.spelling;
  PlanCallback callback(signature, [](void* const* arguments, void* result) {
    *static_cast<T*>(result) = argument<T>(arguments, 0) + argument<T>(arguments, 0);
  });
  // More often than the x87 stack has registers.
  for (int i = 0; i < 20; i++) {
    ASSERT_TRUE(callback.function<T(T)>()(value) == value + value) << each.spelling;
    ASSERT_TRUE(invoke_by<T>(signature, target(twice<T>), value) == value + value);
  }
}

TEST(Ia32Values, FloatingPointComesBackOnTheX87Stack) {
  expect_twice(type(ValueKind::float32), 1.25f);
  expect_twice(type(ValueKind::float64), 1e300);
  expect_twice(abi::long_double(kHostAbi), 1.0e4000L);
}

TEST(Ia32Values, ComplexOfEveryWidth) {
  // Not std::complex, which is a class.
  const __complex__ float narrow = {1.5f, -2.5f};
  const __complex__ double wide = {1.5, -2.5};
  const __complex__ long double widest = {1.5L, -1e4000L};
  expect_twice<__complex__ float>(complex_type(ValueKind::float32), narrow);
  expect_twice<__complex__ double>(complex_type(ValueKind::float64), wide);
  expect_twice<__complex__ long double>(complex_type(ValueKind::extended80), widest);
}

TEST(Ia32Values, IntegersOfEveryWidth) {
  expect_twice<std::int64_t>(type(ValueKind::int64), -0x123456789ABCDEF);
  expect_twice<std::uint64_t>(type(ValueKind::uint64), 0x123456789ABCDEF);
  expect_twice<std::int32_t>(type(ValueKind::int32), -1234567);
}

int narrow_sum(signed char a, unsigned char b, short c, unsigned short d) {
  return a + b + c + d;
}

TEST(Ia32Values, NarrowIntegersAreWidened) {
  EXPECT_EQ(
      invoke_by<int>(declared("int f(int8_t, uint8_t, int16_t, uint16_t)"), target(narrow_sum),
                     static_cast<signed char>(-1), static_cast<unsigned char>(255), short{-2},
                     static_cast<unsigned short>(65535)),
      -1 + 255 - 2 + 65535);
}

using AlignedInt = int __attribute__((aligned(32)));
struct Wide {
  AlignedInt value;
};
std::uintptr_t address_of_wide(int a, Wide wide, int b) {
  return a == 1 && wide.value == 2 && b == 3 ? reinterpret_cast<std::uintptr_t>(&wide) : 1;
}

TEST(Ia32Values, AnArgumentMayBeAlignedTo32) {
  const CType word = type(ValueKind::int32);
  const CType wide = structure_of({abi::aligned(word, {32})});
  const abi::Signature signature =
      signature_of(abi::parse_type("unsigned long", kHostAbi).value(), {word, wide, word});
  for (int i = 0; i < 3; i++) {
    const auto address =
        invoke_by<std::uintptr_t>(signature, target(address_of_wide), 1, Wide{2}, 3);
    EXPECT_EQ(address % 32, 0u);
  }
  PlanCallback callback(signature, [](void* const* arguments, void* result) {
    *static_cast<std::uintptr_t*>(result) =
        argument<Wide>(arguments, 1).value + argument<int>(arguments, 2);
  });
  using Function = std::uintptr_t(int, Wide, int);
  EXPECT_EQ(callback.function<Function>()(1, Wide{2}, 3), 5u);
}

}  // namespace
}  // namespace banter::native
