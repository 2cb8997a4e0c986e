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

// Variadic calls: the declaration and the types of the call's further arguments.
constexpr const char* kVariadic[][2] = {
    {"int printf(const char *format, ...)", "int"},
    {"int printf(const char *format, ...)", "double"},
    {"int snprintf(char *s, size_t n, const char *format, ...)", "float,char,double,long long"},
    {"double f(double, ...)", "double,int,double,int64_t,void *"},
    {"void f(int, ...)", "int64_t,int64_t,int64_t,int64_t,int64_t,int64_t,int64_t,int64_t"},
};

std::string explained(AbiName abi, const Signature& signature) {
  auto plan = classify(abi, signature);
  return plan.ok() ? explain(signature, plan.value()) : plan.error().message + "\n";
}

Signature parsed(AbiName abi, const char* text) {
  auto signature = parse_signature(text, abi);
  EXPECT_TRUE(signature.ok()) << signature.error().message;
  return std::move(signature).value();
}

std::string all_signatures(AbiName abi) {
  std::string text;
  for (const char* each : kSignatures) text += explained(abi, parsed(abi, each));
  for (const auto& [declaration, types] : kVariadic) {
    std::vector<CType> extra;
    std::istringstream list(types);
    for (std::string name; std::getline(list, name, ',');) {
      extra.push_back(parse_type(name, abi).value());
    }
    text += explained(abi, with_extra_arguments(parsed(abi, declaration), extra));
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
