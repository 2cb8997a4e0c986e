// The x64 convention of Windows with functions of the compiler that follow it, both ways.

#include <gtest/gtest.h>
#include <unwind.h>

#include <cstdarg>
#include <cstdint>
#include <cstring>

#include "native/plan_testing.h"

#define MS_ABI __attribute__((ms_abi))

namespace banter::native {
namespace {

using namespace testing_support;
using abi::CType;
using abi::ValueKind;

constexpr abi::AbiName kAbi = abi::AbiName::win_x64;

CType type(ValueKind kind) {
  return abi::type_of(kind, kAbi);
}
CType bytes_type(std::uint32_t count) {
  return structure_of({abi::array_of(type(ValueKind::uint8), count).value()}, kAbi);
}

struct Seen {
  std::int64_t ints[3];
  double floats[3];
  bool aligned;
} seen;

MS_ABI std::int64_t mix(std::int64_t a, double b, int c, float d, short e, double f, void* g) {
  seen = {{a, c, e}, {b, d, f}, false};
  alignas(16) char local[16];
  char* volatile address = local;
  seen.aligned = reinterpret_cast<std::uintptr_t>(address) % 16 == 0;
  return *static_cast<std::int64_t*>(g);
}

TEST(WinX64Native, CalloutsFillPositionsAndTheStack) {
  std::int64_t word = std::int64_t{1} << 40;
  const auto result = invoke_by<std::int64_t>(
      declared("int64_t f(int64_t, double, int, float, short, double, void *)", kAbi), target(mix),
      std::int64_t{-1}, 2.5, -3, 4.5f, short{-5}, 6.5, static_cast<void*>(&word));
  EXPECT_EQ(result, word);
  EXPECT_EQ(seen.ints[0], -1);
  EXPECT_EQ(seen.ints[1], -3);
  EXPECT_EQ(seen.ints[2], -5);
  EXPECT_EQ(seen.floats[0], 2.5);
  EXPECT_EQ(seen.floats[1], 4.5);
  EXPECT_EQ(seen.floats[2], 6.5);
  EXPECT_TRUE(seen.aligned);
}

MS_ABI float half(float value) {
  return value / 2;
}
MS_ABI double half_double(double value) {
  return value / 2;
}

TEST(WinX64Native, CalloutsBringFloatsBack) {
  EXPECT_EQ(invoke_by<float>(declared("float f(float)", kAbi), target(half), 3.0f), 1.5f);
  EXPECT_EQ(invoke_by<double>(declared("double f(double)", kAbi), target(half_double), 3.0), 1.5);
}

MS_ABI double sum_of(int count, ...) {
  __builtin_ms_va_list list;
  __builtin_ms_va_start(list, count);
  double sum = 0;
  for (int i = 0; i < count; i++) sum += __builtin_va_arg(list, double);
  __builtin_ms_va_end(list);
  return sum;
}

TEST(WinX64Native, VariadicCalleesFindDoublesInIntegerRegisters) {
  EXPECT_EQ(invoke_by<double>(
                declared("double f(int, ..., double, double, double, double, double)", kAbi),
                target(sum_of), 5, 1.5, 2.5, 3.5, 4.5, 5.5),
            17.5);
}

template <std::size_t N>
struct Some {
  std::uint8_t bytes[N];
  friend bool operator==(const Some&, const Some&) = default;
};

template <std::size_t N>
Some<N> numbered(std::uint8_t first) {
  Some<N> some;
  for (std::size_t i = 0; i < N; i++) some.bytes[i] = static_cast<std::uint8_t>(first + i);
  return some;
}

template <std::size_t N>
MS_ABI Some<N> each_plus(int a, Some<N> value, double b, Some<N> other) {
  for (std::size_t i = 0; i < N; i++) {
    value.bytes[i] = static_cast<std::uint8_t>(value.bytes[i] + a + b + other.bytes[i]);
  }
  other = value;  // the callee may change its copy
  return value;
}

template <std::size_t N>
void expect_size() {
  const CType some = bytes_type(N);
  const abi::Signature signature =
      signature_of(some, {type(ValueKind::int32), some, type(ValueKind::float64), some}, kAbi);
  const auto one = numbered<N>(10);
  const auto two = numbered<N>(50);
  const Some<N> expected = each_plus<N>(1, one, 2.0, two);
  EXPECT_EQ(invoke_by<Some<N>>(signature, target(each_plus<N>), 1, one, 2.0, two), expected) << N;
  PlanCallback callback(signature, [](void* const* arguments, void* result) {
    *static_cast<Some<N>*>(result) =
        each_plus<N>(argument<int>(arguments, 0), argument<Some<N>>(arguments, 1),
                     argument<double>(arguments, 2), argument<Some<N>>(arguments, 3));
  });
  using Function = MS_ABI Some<N>(int, Some<N>, double, Some<N>);
  EXPECT_EQ(callback.function<Function>()(1, one, 2.0, two), expected) << N;
}

TEST(WinX64Native, StructuresOfEverySize) {
  expect_size<1>();
  expect_size<2>();
  expect_size<3>();
  expect_size<4>();
  expect_size<5>();
  expect_size<6>();
  expect_size<7>();
  expect_size<8>();
  expect_size<9>();
  expect_size<12>();
  expect_size<16>();
  expect_size<17>();
  expect_size<40>();
}

template <class T>
MS_ABI T twice(T value) {
  return value + value;
}

template <class T>
bool same(const T& a, const T& b) {
  return std::memcmp(&a, &b, sizeof a) == 0;
}

template <class T>
void expect_twice(const CType& each, T value) {
  const abi::Signature signature = signature_of(each, {each}, kAbi);
  EXPECT_TRUE(same(invoke_by<T>(signature, target(twice<T>), value), T(value + value)))
      << each.spelling;
  PlanCallback callback(signature, [](void* const* arguments, void* result) {
    *static_cast<T*>(result) = argument<T>(arguments, 0) + argument<T>(arguments, 0);
  });
  using Function = MS_ABI T(T);
  EXPECT_TRUE(same(callback.function<Function>()(value), T(value + value))) << each.spelling;
}

using Floats = float __attribute__((vector_size(16)));
using Words = int __attribute__((vector_size(8)));

TEST(WinX64Native, WideValues) {
  expect_twice<__int128>(type(ValueKind::int128), (__int128{3} << 100) - 5);
  expect_twice<Floats>(abi::vector_of(type(ValueKind::float32), {16}, kAbi).value(),
                       Floats{1, 2, 3, 4});
#if !defined(__clang__)  // which passes these by the address of 16 bytes
  expect_twice<Words>(abi::vector_of(type(ValueKind::int32), {8}, kAbi).value(), Words{5, -6});
#endif
  const __complex__ float narrow = {1.5f, -2.5f};
  const __complex__ double wide = {1.5, -2.5};
  expect_twice<__complex__ float>(abi::complex_of(type(ValueKind::float32)).value(), narrow);
  expect_twice<__complex__ double>(abi::complex_of(type(ValueKind::float64)).value(), wide);
}

TEST(WinX64Native, CallbacksReadPositionsHomeSpaceAndTheStack) {
  PlanCallback callback(
      declared("int64_t f(int64_t, double, int, float, short, double, void *)", kAbi),
      [](void* const* arguments, void* result) {
        EXPECT_EQ(argument<std::int64_t>(arguments, 0), -1);
        EXPECT_EQ(argument<double>(arguments, 1), 2.5);
        EXPECT_EQ(argument<int>(arguments, 2), -3);
        EXPECT_EQ(argument<float>(arguments, 3), 4.5f);
        EXPECT_EQ(argument<short>(arguments, 4), -5);
        EXPECT_EQ(argument<double>(arguments, 5), 6.5);
        *static_cast<std::int64_t*>(result) = *argument<std::int64_t*>(arguments, 6);
      });
  std::int64_t word = std::int64_t{1} << 40;
  EXPECT_EQ(callback.function<decltype(mix)>()(-1, 2.5, -3, 4.5f, -5, 6.5, &word), word);
}

// --- registers ---------------------------------------------------------------------------------

// Calls function(1, 2) with known values in every register that Windows' callees keep; answers how
// many were changed. MS_ABI itself, so the compiler saves them for its own caller.
MS_ABI int changed_registers(void (*function)()) {
  static const double kept[10] = {6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  static double after[10];
  static std::uint64_t words[2];
  asm volatile(
      "movsd 0(%[kept]), %%xmm6\n\tmovsd 8(%[kept]), %%xmm7\n\tmovsd 16(%[kept]), %%xmm8\n\t"
      "movsd 24(%[kept]), %%xmm9\n\tmovsd 32(%[kept]), %%xmm10\n\tmovsd 40(%[kept]), %%xmm11\n\t"
      "movsd 48(%[kept]), %%xmm12\n\tmovsd 56(%[kept]), %%xmm13\n\t"
      "movsd 64(%[kept]), %%xmm14\n\tmovsd 72(%[kept]), %%xmm15\n\t"
      "movq %%rsp, %%r12\n\tandq $-16, %%rsp\n\tsubq $32, %%rsp\n\t"
      "movl $11, %%esi\n\tmovl $22, %%edi\n\tmovl $1, %%ecx\n\tmovl $2, %%edx\n\t"
      "call *%[function]\n\t"
      "movq %%r12, %%rsp\n\t"
      "movq %%rsi, 0(%[words])\n\tmovq %%rdi, 8(%[words])\n\t"
      "movsd %%xmm6, 0(%[after])\n\tmovsd %%xmm7, 8(%[after])\n\tmovsd %%xmm8, 16(%[after])\n\t"
      "movsd %%xmm9, 24(%[after])\n\tmovsd %%xmm10, 32(%[after])\n\t"
      "movsd %%xmm11, 40(%[after])\n\tmovsd %%xmm12, 48(%[after])\n\t"
      "movsd %%xmm13, 56(%[after])\n\tmovsd %%xmm14, 64(%[after])\n\tmovsd %%xmm15, 72(%[after])"
      :
      : [kept] "b"(kept), [function] "r"(function), [words] "r"(&words[0]), [after] "r"(&after[0])
      : "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "xmm0", "xmm1", "xmm2",
        "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13",
        "xmm14", "xmm15", "cc", "memory");
  int changed = (words[0] != 11) + (words[1] != 22);
  for (int i = 0; i < 10; i++) changed += after[i] != kept[i];
  return changed;
}

TEST(WinX64Native, CallbacksKeepTheRegistersThatWindowsCalleesKeep) {
  int calls = 0;
  PlanCallback callback(declared("int f(int, int)", kAbi), [&](void* const* arguments, void*) {
    calls += argument<int>(arguments, 0) + argument<int>(arguments, 1);
    asm volatile(
        "xorps %%xmm6, %%xmm6\n\txorps %%xmm7, %%xmm7\n\txorps %%xmm8, %%xmm8\n\t"
        "xorps %%xmm9, %%xmm9\n\txorps %%xmm10, %%xmm10\n\txorps %%xmm11, %%xmm11\n\t"
        "xorps %%xmm12, %%xmm12\n\txorps %%xmm13, %%xmm13\n\txorps %%xmm14, %%xmm14\n\t"
        "xorps %%xmm15, %%xmm15\n\txorl %%esi, %%esi\n\txorl %%edi, %%edi"
        :
        :
        : "rsi", "rdi", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",
          "xmm15");
  });
  EXPECT_EQ(changed_registers(callback.function<void()>()), 0);
  EXPECT_EQ(calls, 3);
}

// --- both in one process -----------------------------------------------------------------------

TEST(WinX64Native, AThunkIsUsedAgainForAnotherConvention) {
  const auto answer_sum = [](void* const* arguments, void* result) {
    *static_cast<int*>(result) = argument<int>(arguments, 0) + 10 * argument<int>(arguments, 1);
  };
  // More than wait to be used again.
  for (int i = 0; i < 40'000; i++) {
    if (i % 2 == 0) {
      PlanCallback callback(declared("int f(int, int)", kAbi), answer_sum);
      ASSERT_EQ((callback.function<MS_ABI int(int, int)>()(i, 2)), i + 20);
    } else {
      PlanCallback callback(declared("int f(int, int)"), answer_sum);
      ASSERT_EQ((callback.function<int(int, int)>()(i, 2)), i + 20);
    }
  }
}

TEST(WinX64Native, FreedOnesReturnTheirDefault) {
  ThunkOwner& owner = ThunkAllocator::instance().add_owner(nullptr, nullptr);
  ThunkRequest request;
  request.abi = kAbi;
  request.handler = [](VMCallbackContext*) { FAIL() << "code of a freed callback ran"; };
  request.owner = &owner;
  request.default_code = ReturnCode::double_float;
  request.default_value[0] = std::bit_cast<std::uint64_t>(-1.5);
  ThunkRecord& record = *ThunkAllocator::instance().allocate(request).value();
  ThunkAllocator::instance().free(record);
  EXPECT_EQ((function_of<MS_ABI double(double)>(record)(1.0)), -1.5);
}

struct Trace {
  bool found;
  void* wanted;
};

_Unwind_Reason_Code look(_Unwind_Context* context, void* data) {
  auto& trace = *static_cast<Trace*>(data);
  void* function =
      _Unwind_FindEnclosingFunction(reinterpret_cast<void*>(_Unwind_GetIP(context) - 1));
  trace.found |= function == trace.wanted;
  return _URC_NO_REASON;
}

[[gnu::noinline]] void call_through(MS_ABI int (*function)(int, int), int* result) {
  *result = function(1, 2);
  asm volatile("" ::: "memory");
}

TEST(WinX64Native, UnwindsThroughTheEntryAndTheCall) {
  Trace trace{false, reinterpret_cast<void*>(&call_through)};
  PlanCallback callback(declared("int f(int, int)", kAbi), [&](void* const*, void* result) {
    _Unwind_Backtrace(look, &trace);
    *static_cast<int*>(result) = 5;
  });
  int result = 0;
  call_through(callback.function<MS_ABI int(int, int)>(), &result);
  EXPECT_EQ(result, 5);
  EXPECT_TRUE(trace.found);
}

}  // namespace
}  // namespace banter::native
