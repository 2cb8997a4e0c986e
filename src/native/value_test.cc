// Values of many types go to C functions and come to callbacks, and back as results, on this host:
// in registers, on the stack, in both, and by reference.

#include <gtest/gtest.h>

#include <array>
#include <cstring>

#include "abi/aggregate.h"
#include "native/plan_testing.h"

namespace banter::native {
namespace {

using namespace testing_support;
using abi::Bytes;
using abi::CType;
using abi::ValueKind;

CType kind(ValueKind value) {
  return abi::type_of(value, kHostAbi);
}
CType array(const CType& element, std::uint32_t count) {
  return abi::array_of(element, count).value();
}
CType union_of(const std::vector<CType>& members) {
  abi::AggregateRequest request;
  request.abi = kHostAbi;
  request.is_union = true;
  for (const CType& each : members) request.members.push_back({"m", each, std::nullopt});
  return abi::lay_out(request).value();
}

// Fills in every leaf; floating ones with numbers, because a NaN may change on its way.
template <class T>
T sample(const CType& type, std::uint32_t seed) {
  alignas(16) std::array<std::byte, sizeof(T)> bytes{};
  BANTER_CHECK(type.size.count == sizeof(T));
  abi::for_each_leaf(type, [&](const abi::Leaf& leaf) {
    std::byte* to = bytes.data() + leaf.offset.count;
    seed = seed * 7 + 3;
    const auto small = static_cast<std::int32_t>(seed % 1'000'000);  // a float has it exactly
    if (leaf.type.value == ValueKind::float32) {
      const auto number = static_cast<float>(small) / 2;
      std::memcpy(to, &number, sizeof number);
    } else if (leaf.type.value == ValueKind::float64) {
      const double number = small / 2.0;
      std::memcpy(to, &number, sizeof number);
    } else if (abi::is_floating(leaf.type.value)) {
      const long double number = small / 2.0L;
      std::memcpy(to, &number, sizeof number);
    } else {
      for (std::uint32_t i = 0; i < leaf.type.size.count; i++) {
        to[i] = static_cast<std::byte>(seed * 31 + i * 17);
      }
    }
  });
  T value;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

// Compares leaves, because padding does not travel.
template <class T>
bool same(const CType& type, const T& a, const T& b) {
  bool equal = true;
  abi::for_each_leaf(type, [&](const abi::Leaf& leaf) {
    const bool x87 = leaf.type.value == ValueKind::extended80;
    equal &= std::memcmp(reinterpret_cast<const std::byte*>(&a) + leaf.offset.count,
                         reinterpret_cast<const std::byte*>(&b) + leaf.offset.count,
                         x87 ? 10 : leaf.type.size.count) == 0;
  });
  return equal;
}

template <class T>
struct Seen {
  CType type;
  int calls = 0;
  bool right = false;
};
template <class T>
Seen<T> seen;

// Registers of every sort are partly used when the second, third and fourth T come.
template <class T>
T echo(int first, T a, double second, T b, std::int64_t third, T c, float fourth, T d,
       std::int8_t last) {
  const CType& type = seen<T>.type;
  seen<T>.calls++;
  seen<T>.right = first == 11 && second == 2.25 && third == -33 && fourth == 4.5f && last == -5 &&
                  same(type, a, sample<T>(type, 1)) && same(type, b, sample<T>(type, 2)) &&
                  same(type, c, sample<T>(type, 3)) && same(type, d, sample<T>(type, 4));
  return b;
}

template <class T>
void travels(const CType& type, const char* what) {
  SCOPED_TRACE(what);
  const auto signature = signature_of(
      type, {kind(ValueKind::int32), type, kind(ValueKind::float64), type, kind(ValueKind::int64),
             type, kind(ValueKind::float32), type, kind(ValueKind::int8)});
  seen<T> = {type};
  const T a = sample<T>(type, 1), b = sample<T>(type, 2), c = sample<T>(type, 3),
          d = sample<T>(type, 4);
  const T out = invoke_by<T>(signature, target(echo<T>), 11, a, 2.25, b, std::int64_t{-33}, c, 4.5f,
                             d, std::int8_t{-5});
  EXPECT_EQ(seen<T>.calls, 1);
  EXPECT_TRUE(seen<T>.right) << "arguments of a call";
  EXPECT_TRUE(same(type, out, b)) << "the result of a call";

  seen<T> = {type};
  PlanCallback callback(signature, [](void* const* arguments, void* result) {
    // Copied, because an argument is aligned to its slot only.
    T values[4];
    for (int i = 0; i < 4; i++) std::memcpy(&values[i], arguments[1 + 2 * i], sizeof(T));
    const T back =
        echo<T>(argument<int>(arguments, 0), values[0], argument<double>(arguments, 2), values[1],
                argument<std::int64_t>(arguments, 4), values[2], argument<float>(arguments, 6),
                values[3], argument<std::int8_t>(arguments, 8));
    std::memcpy(result, &back, sizeof back);
  });
  const T back =
      callback.template function<decltype(echo<T>)>()(11, a, 2.25, b, -33, c, 4.5f, d, -5);
  EXPECT_EQ(seen<T>.calls, 1);
  EXPECT_TRUE(seen<T>.right) << "arguments of a callback";
  EXPECT_TRUE(same(type, back, b)) << "the result of a callback";
}

template <class... Members>
struct Record;
template <class A>
struct Record<A> {
  A a;
};
template <class A, class B>
struct Record<A, B> {
  A a;
  B b;
};
template <class A, class B, class C>
struct Record<A, B, C> {
  A a;
  B b;
  C c;
};
template <class T, int count>
struct Many {
  T values[count];
};
union FloatOrInt {
  float f;
  int i;
};

using Short = std::int16_t;
using Int = std::int32_t;
using Long = std::int64_t;

TEST(Value, Scalars) {
  travels<std::uint16_t>(kind(ValueKind::uint16), "uint16_t");
  travels<std::uint32_t>(kind(ValueKind::uint32), "uint32_t");
  travels<Long>(kind(ValueKind::int64), "int64_t");
  travels<float>(kind(ValueKind::float32), "float");
  travels<double>(kind(ValueKind::float64), "double");
#if !defined(BANTER_HOST_WIN_X64)  // there GCC's long double is not that of the ABI
  travels<long double>(abi::long_double(kHostAbi), "long double");
#endif
#if defined(__SIZEOF_INT128__)
  travels<__int128>(kind(ValueKind::int128), "__int128");
#endif
}

TEST(Value, SmallStructures) {
  const CType i16 = kind(ValueKind::int16), i32 = kind(ValueKind::int32);
  const CType i64 = kind(ValueKind::int64);
  travels<Record<Short>>(structure_of({i16}), "{short}");
  travels<Many<char, 3>>(structure_of({array(kind(ValueKind::int8), 3)}), "{char[3]}");
  travels<Many<char, 7>>(structure_of({array(kind(ValueKind::int8), 7)}), "{char[7]}");
  travels<Record<Int, Int>>(structure_of({i32, i32}), "{int, int}");
  travels<Record<Int, Int, Int>>(structure_of({i32, i32, i32}), "{int, int, int}");
  travels<Record<Long, Short>>(structure_of({i64, i16}), "{long long, short}");
  travels<Record<Long, Long>>(structure_of({i64, i64}), "{long long, long long}");
}

TEST(Value, LargeStructures) {
  travels<Record<Long, Long, Long>>(
      structure_of({kind(ValueKind::int64), kind(ValueKind::int64), kind(ValueKind::int64)}),
      "{long long, long long, long long}");
  travels<Many<char, 17>>(structure_of({array(kind(ValueKind::int8), 17)}), "{char[17]}");
  travels<Many<Int, 15>>(structure_of({array(kind(ValueKind::int32), 15)}), "{int[15]}");
}

TEST(Value, StructuresOfFloats) {
  const CType f = kind(ValueKind::float32), d = kind(ValueKind::float64);
  travels<Record<float>>(structure_of({f}), "{float}");
  travels<Record<double>>(structure_of({d}), "{double}");
  travels<Record<float, float>>(structure_of({f, f}), "{float, float}");
  travels<Record<float, float, float>>(structure_of({f, f, f}), "{float, float, float}");
  travels<Many<float, 4>>(structure_of({array(f, 4)}), "{float[4]}");
  travels<Many<double, 3>>(structure_of({array(d, 3)}), "{double[3]}");
  travels<Many<double, 4>>(structure_of({array(d, 4)}), "{double[4]}");
  travels<Many<double, 5>>(structure_of({array(d, 5)}), "{double[5]}");
#if !defined(BANTER_HOST_WIN_X64)
  travels<Record<long double>>(structure_of({abi::long_double(kHostAbi)}), "{long double}");
#endif
}

TEST(Value, StructuresOfBoth) {
  const CType i16 = kind(ValueKind::int16), i32 = kind(ValueKind::int32);
  const CType f = kind(ValueKind::float32), d = kind(ValueKind::float64);
  travels<Record<float, Int>>(structure_of({f, i32}), "{float, int}");
  travels<Record<Int, double>>(structure_of({i32, d}), "{int, double}");
  travels<Record<double, Short>>(structure_of({d, i16}), "{double, short}");
  travels<Record<float, Int, double>>(structure_of({f, i32, d}), "{float, int, double}");
  travels<FloatOrInt>(union_of({f, i32}), "union {float, int}");
}

TEST(Value, ComplexNumbers) {
  travels<_Complex float>(abi::complex_of(kind(ValueKind::float32)).value(), "_Complex float");
  travels<_Complex double>(abi::complex_of(kind(ValueKind::float64)).value(), "_Complex double");
#if !defined(BANTER_HOST_WIN_X64)
  travels<_Complex long double>(abi::complex_of(abi::long_double(kHostAbi)).value(),
                                "_Complex long double");
#endif
}

TEST(Value, Vectors) {
  using Four = float __attribute__((vector_size(16)));
  using Two = Int __attribute__((vector_size(8)));
  const CType four = abi::vector_of(kind(ValueKind::float32), Bytes{16}, kHostAbi).value();
  const CType two = abi::vector_of(kind(ValueKind::int32), Bytes{8}, kHostAbi).value();
#if !defined(BANTER_HOST_IA32)  // with SSE, which this test is compiled for, in its registers
  travels<Four>(four, "vector of 16 bytes");
#endif
  travels<Record<Four>>(structure_of({four}), "{vector of 16 bytes}");
  travels<Record<Four, Four>>(structure_of({four, four}), "{vector, vector} of 16 bytes");
#if !defined(BANTER_HOST_IA32)  // likewise in those of MMX
  travels<Two>(two, "vector of 8 bytes");
#endif
  travels<Record<Two>>(structure_of({two}), "{vector of 8 bytes}");
}

}  // namespace
}  // namespace banter::native
