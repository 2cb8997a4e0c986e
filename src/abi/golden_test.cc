#include <fmt/core.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "abi/classify.h"
#include "abi/declaration.h"
#include "abi/golden_testing.h"

namespace banter::abi {
namespace {

// One of each kind, rows that run out, and what C programs pass most.
constexpr const char* kSignatures[] = {
    "void f(void)",
    "int abs(int n)",
    "bool f(bool, char, signed char, unsigned char)",
    "short f(int8_t, uint8_t, int16_t, uint16_t, int32_t, uint32_t)",
    "long f(long, unsigned long, long long, size_t, wchar_t)",
    "int64_t add2(int64_t a, int64_t b)",
    "double cos(double x)",
    "float f(float, double, float)",
    "double f(int, double, int64_t, float, void *)",
    "int (*)(const void *, const void *)",
    "void qsort(void *base, size_t n, size_t size, int (*compar)(const void *, const void *))",
    "const char *f(const char *, char **, String)",
    "int f(int a, int b, int c, int d, int e, int f, int g, int h, int i, int j)",
    "double f(double, double, double, double, double, double, double, double, double, double)",
    "float f(float, float, float, float, float, float, float, float, float, float, float)",
    "int64_t f(int32_t, int64_t, int32_t, int64_t, int32_t, int64_t)",
    "double f(float, double, float, double, float, double, float, double, float, float)",
    ("double f(int, double, int, double, int, double, int, double, int, double, int, double, int, "
     "double, int, double, int, double, int, double)"),
    "uint8_t f(int, int, int, int, int, int, int, int, uint8_t, uint8_t, int16_t, int64_t, bool)",
    "int printf(const char *format, ...)",
};

// Types with parts, and scalars of more than 8 bytes: each rule of each ABI for them, and rows of
// registers that end in the middle of one. An ABI that lacks a type says so.
constexpr const char* kAggregates[] = {
    // sizes
    "struct { char c[1]; } f(struct { char c[1]; } s)",
    "struct { char c[2]; } f(struct { char c[2]; } s)",
    "struct { char c[3]; } f(struct { char c[3]; } s)",
    "struct { char c[4]; } f(struct { char c[4]; } s)",
    "struct { char c[5]; } f(struct { char c[5]; } s)",
    "struct { char c[6]; } f(struct { char c[6]; } s)",
    "struct { char c[7]; } f(struct { char c[7]; } s)",
    "struct { char c[8]; } f(struct { char c[8]; } s)",
    "struct { char c[9]; } f(struct { char c[9]; } s)",
    "struct { char c[10]; } f(struct { char c[10]; } s)",
    "struct { char c[11]; } f(struct { char c[11]; } s)",
    "struct { char c[12]; } f(struct { char c[12]; } s)",
    "struct { char c[13]; } f(struct { char c[13]; } s)",
    "struct { char c[14]; } f(struct { char c[14]; } s)",
    "struct { char c[15]; } f(struct { char c[15]; } s)",
    "struct { char c[16]; } f(struct { char c[16]; } s)",
    "struct { char c[17]; } f(struct { char c[17]; } s)",
    "struct { } f(int a, struct { } s, int b)",
    // integers and floating point
    "struct { short a, b; } f(struct { short a, b; } s)",
    "struct { int64_t a; int32_t b; } f(struct { int64_t a; int32_t b; } s)",
    "struct { float a; } f(struct { float a; } s)",
    "struct { float a, b; } f(struct { float a, b; } s)",
    "struct { float a, b, c; } f(struct { float a, b, c; } s)",
    "struct { float a, b, c, d; } f(struct { float a, b, c, d; } s)",
    "struct { float a, b, c, d, e; } f(struct { float a, b, c, d, e; } s)",
    "struct { double a; } f(struct { double a; } s)",
    "struct { double a, b; } f(struct { double a, b; } s)",
    "struct { double a, b, c; } f(struct { double a, b, c; } s)",
    "struct { double a, b, c, d; } f(struct { double a, b, c, d; } s)",
    "struct { double a, b, c, d, e; } f(struct { double a, b, c, d, e; } s)",
    "struct { float a; double b; } f(struct { float a; double b; } s)",
    "struct { int a; float b; } f(struct { int a; float b; } s)",
    "struct { float a; int b; } f(struct { float a; int b; } s)",
    "struct { int a; double b; } f(struct { int a; double b; } s)",
    "struct { double a; char b; } f(struct { double a; char b; } s)",
    "struct { float a, b; int c; } f(struct { float a, b; int c; } s)",
    "struct { void *a; size_t b; } f(struct { void *a; size_t b; } s)",
    "struct { bool a; char b; float c; } f(struct { bool a; char b; float c; } s)",
    // arrays, nesting, unions
    "struct { float a[2]; } f(struct { float a[2]; } s)",
    "struct { double a[2][2]; } f(struct { double a[2][2]; } s)",
    "struct { int a[3]; } f(struct { int a[3]; } s)",
    "struct { struct { float x, y; } a, b; } f(struct { struct { float x, y; } a, b; } s)",
    "struct { struct { char a; } b; struct { double c; } d; } f(void)",
    "union { int a; float b; } f(union { int a; float b; } u)",
    "union { float a; double b; } f(union { float a; double b; } u)",
    "union { double a; char b[9]; } f(union { double a; char b[9]; } u)",
    "struct { int kind; union { long n; double x; }; } f(struct { int kind; union { long n; double "
    "x; }; } s)",
    "struct { int n; double x[]; } f(struct { int n; double x[]; } s)",
    "struct { struct { } none; double x; } f(struct { struct { } none; double x; } s)",
    // packed, over-aligned, bit-fields
    "void f(struct __attribute__((packed)) { char a; int b; } s)",
    "void f(struct __attribute__((packed)) { char a; double b; } s)",
    "void f(struct __attribute__((packed)) { float a; double b; } s)",
    "void f(int a, struct __attribute__((aligned(16))) { int b; } s)",
    "void f(int a, struct __attribute__((aligned(32))) { int b; } s, int c)",
    "void f(int a, struct { _Alignas(16) long b; } s)",
    "void f(int a, struct { int b; long long c; } s, int d)",
    "void f(struct { int a : 3, b : 20; } s)",
    "void f(struct { unsigned a : 30, b : 30; long long c : 40; } s)",
    "void f(struct { float a; int b : 5; } s)",
    "void f(struct { float a; int : 0; float b; } s)",
    "void f(struct { unsigned char : 7; long a; } s, struct { double a; int : 20; float b; } t)",
    "void f(int a, struct __attribute__((packed)) { int b : 6; long long c : 54; } s)",
    "void f(struct __attribute__((packed)) { struct { } none[4]; double x; } s)",
    "void f(long a, long b, long c, long d, long e, long g, long h, long i, long j, "
    "struct __attribute__((aligned(16))) { } none, long k)",
    // vectors
    "__attribute__((vector_size(8))) float f(__attribute__((vector_size(8))) float v)",
    "__attribute__((vector_size(8))) int f(__attribute__((vector_size(8))) int v)",
    "__attribute__((vector_size(16))) float f(__attribute__((vector_size(16))) float v)",
    "__attribute__((vector_size(16))) int8_t f(int a, __attribute__((vector_size(16))) int8_t v)",
    "struct { __attribute__((vector_size(8))) short a, b; } f(struct { "
    "__attribute__((vector_size(8))) short a, b; } s)",
    "struct { __attribute__((vector_size(16))) float a; } f(struct { "
    "__attribute__((vector_size(16))) float a; } s)",
    "struct { __attribute__((vector_size(16))) double a, b, c, d; } f(struct { "
    "__attribute__((vector_size(16))) double a, b, c, d; } s)",
    // wide scalars
    "__int128 f(unsigned __int128 a, int b, __int128 c)",
    "struct { __int128 a; } f(int a, struct { __int128 a; } s)",
    "long double f(long double x, int a, long double y)",
    "struct { long double a; } f(struct { long double a; } s)",
    "struct { long double a, b; } f(struct { long double a, b; } s)",
    "__float128 f(__float128 x)",
    "_Complex float f(_Complex float z)",
    "_Complex double f(_Complex double z)",
    "_Complex long double f(_Complex long double z)",
    "struct { _Complex float z; } f(struct { _Complex float z; } s)",
    "struct { _Complex double z; } f(struct { _Complex double z; } s)",
    // results by reference move the arguments
    "struct { long a, b, c; } f(int a, double b, struct { long a, b, c; } s, int c)",
    "struct { char c[100]; } f(struct { char c[100]; } s, void *p)",
    // registers end in the middle of one
    "void f(long a, long b, long c, long d, long e, struct { long x, y; } s, long g)",
    "void f(int a, int b, int c, struct { int x, y; } s, int d)",
    "void f(int a, struct { long long x; } s, int b)",
    "void f(long a, long b, long c, long d, long e, long g, long h, struct { long x, y; } s, long "
    "i)",
    "void f(long a, long b, long c, long d, long e, __int128 n, long g)",
    "void f(double a, double b, double c, double d, double e, double g, double h, struct { double "
    "x, y; } s, double i)",
    "void f(float a, float b, float c, float d, float e, float g, float h, struct { float x, y; } "
    "s, float i)",
    "void f(long a, long b, long c, long d, long e, long g, struct { double x; long y; } s, long "
    "h, double i)",
    "void f(double a, double b, double c, double d, double e, double g, double h, double i, struct "
    "{ double x; int y; } s, _Complex double z)",
    "void f(long a, long b, long c, long d, long e, long g, long h, long i, struct { char c[3]; } "
    "s, short j, struct { float x; } t, char k)",
};

// Variadic calls: the declaration and the types of the call's further arguments.
constexpr const char* kVariadic[][2] = {
    {"int printf(const char *format, ...)", "int"},
    {"int printf(const char *format, ...)", "double"},
    {"int snprintf(char *s, size_t n, const char *format, ...)", "float,char,double,long long"},
    {"double f(double, ...)", "double,int,double,int64_t,void *"},
    {"void f(int, ...)", "int64_t,int64_t,int64_t,int64_t,int64_t,int64_t,int64_t,int64_t"},
    {"void f(int, ...)", "struct { int a; },struct { double a; },struct { float a; float b; }"},
    {"void f(int, ...)", "struct { long a; long b; },struct { double a; double b; },int"},
    {"void f(int, ...)", "struct { char c[17]; },int,struct { double a; double b; double c; }"},
    {"void f(int, int, int, int, int, int, int, ...)", "struct { long a; long b; },int"},
    {"void f(int, struct { double x; double y; } s, ...)", "struct { float x; },double"},
    {"void f(int, ...)", "long double,_Complex float,_Complex double,int"},
    {"void f(int, ...)", "int,__int128,int"},
    {"void f(int, ...)", "struct { _Alignas(16) long a; },__attribute__((vector_size(16))) float"},
};

std::string explained(AbiName abi, const Signature& signature) {
  auto plan = classify(abi, signature);
  return plan.ok() ? explain(signature, plan.value()) : plan.error().message + "\n";
}

// What the ABI says of a declaration, or why it cannot be declared there.
std::string explained(AbiName abi, const char* text) {
  auto signature = parse_signature(text, abi);
  if (!signature.ok()) return fmt::format("{}\n  refused {}\n", text, signature.error().message);
  return explained(abi, signature.value());
}

std::string explained_call(AbiName abi, const char* text, const char* types) {
  std::vector<CType> extra;
  std::istringstream list(types);
  for (std::string name; std::getline(list, name, ',');) {
    auto type = parse_type(name, abi);
    if (!type.ok()) return fmt::format("{}: {}\n  refused {}\n", text, types, type.error().message);
    extra.push_back(type.value());
  }
  return explained(abi, with_extra_arguments(parse_signature(text, abi).value(), extra));
}

std::string all_signatures(AbiName abi) {
  std::string text;
  for (const char* each : kSignatures) text += explained(abi, each);
  for (const char* each : kAggregates) text += explained(abi, each);
  for (const auto& [declaration, types] : kVariadic) {
    text += explained_call(abi, declaration, types);
  }
  return text;
}

bool updating() {
  for (const std::string& each : testing::internal::GetArgvs()) {
    if (each == "--update-golden") return true;
  }
  return false;
}

}  // namespace

void expect_golden(AbiName abi) {
  const bool soft = abi == AbiName::aapcs32_soft;
  const std::string folder(soft ? "aapcs32" : name_of(abi));
  const std::string path =
      BANTER_SOURCE_DIR "/src/abi/" + folder + (soft ? "/golden_soft.txt" : "/golden.txt");
  const std::string actual = all_signatures(abi);
  if (updating()) {
    std::ofstream(path) << actual;
    return;
  }
  std::ifstream file(path);
  ASSERT_TRUE(file) << path;
  std::istringstream lines(actual);
  std::string expected;
  std::string line;
  for (int number = 1; std::getline(file, expected); number++) {
    ASSERT_TRUE(std::getline(lines, line)) << path << ":" << number << " has more lines";
    ASSERT_EQ(expected, line) << path << ":" << number;
  }
  ASSERT_FALSE(std::getline(lines, line)) << path << " lacks: " << line;
}

}  // namespace banter::abi
