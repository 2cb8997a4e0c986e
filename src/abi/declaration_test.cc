#include "abi/declaration.h"

#include <gtest/gtest.h>

namespace banter::abi {
namespace {

std::string round_trip(const char* text, AbiName abi = AbiName::sysv_x64) {
  auto signature = parse_signature(text, abi);
  return signature.ok() ? to_text(signature.value()) : signature.error().message;
}

TEST(Declaration, PrintsWhatItRead) {
  for (const char* text : {
           "int abs(int n)",
           "double (*)(double)",
           "int (*)(const void *, const void *)",
           "int printf(const char *fmt, ...)",
           "void qsort(void *base, size_t n, size_t size, int (*compar)(const void *, const void "
           "*))",
           "unsigned long long f(unsigned short, long, signed char)",
           "void f(void)",
           "char **f(char ***argv)",
           "void (*signal(int sig, void (*func)(int)))(int)",
           "int sqlite3_exec(sqlite3 *db, const char *sql, int (*callback)(void *, int, char **, "
           "char **), void *context, char **message)",
           "String getenv(String name)",
           "struct tm *localtime(const time_t *t)",
           "void f(int (**table)(int))",
       }) {
    EXPECT_EQ(round_trip(text), text);
  }
}

TEST(Declaration, ReadsWhatSmalltalkLiteralArraysJoinTo) {
  EXPECT_EQ(round_trip("int ( * ) ( const void * , const void * )"),
            "int (*)(const void *, const void *)");
  EXPECT_EQ(round_trip("int abs ( int n )"), "int abs(int n)");
  EXPECT_EQ(round_trip("int atoi ( 'String' text )"), "int atoi(String text)");
}

TEST(Declaration, OrdersKeywordsAsItLikes) {
  EXPECT_EQ(round_trip("long unsigned int long f(char const *x, int unsigned)"),
            "unsigned long long f(const char *x, unsigned int)");
  EXPECT_EQ(round_trip("extern int (abs)(int);"), "int abs(int)");
}

TEST(Declaration, ParametersDecay) {
  EXPECT_EQ(round_trip("int main(int argc, char *argv[])"), "int main(int argc, char **argv)");
  EXPECT_EQ(round_trip("int utimes(const char *path, struct timeval t[2])"),
            "int utimes(const char *path, struct timeval *t)");
  EXPECT_EQ(round_trip("void f(int g(double))"), "void f(int (*g)(double))");
}

TEST(Declaration, KeepsConstantsAndTheReceiver) {
  auto signature =
      parse_signature("void f(self, int 5, NULL, -7, void *nil, Foo *self)", AbiName::sysv_x64);
  ASSERT_TRUE(signature.ok()) << signature.error().message;
  const auto& parameters = signature.value().parameters;
  EXPECT_EQ(parameters[0].name, "self");
  EXPECT_EQ(parameters[1].constant, "5");
  EXPECT_EQ(parameters[2].constant, "NULL");
  EXPECT_EQ(parameters[3].constant, "-7");
  EXPECT_EQ(parameters[4].constant, "nil");
  EXPECT_EQ(parameters[5].name, "self");
}

TEST(Declaration, RolesSayWhatAValueMeans) {
  auto signature = parse_signature(
      "char f(const char *a, char *b, const void *c, int (*d)(int), Object e, const char **f)",
      AbiName::aapcs64);
  ASSERT_TRUE(signature.ok()) << signature.error().message;
  EXPECT_EQ(signature.value().result.role, Role::character);
  EXPECT_EQ(signature.value().result.value, ValueKind::uint8);
  const auto& parameters = signature.value().parameters;
  const Role expected[] = {Role::text, Role::characters, Role::pointer,
                           Role::code, Role::object,     Role::pointer};
  for (std::size_t i = 0; i < std::size(expected); i++) {
    EXPECT_EQ(parameters[i].type.role, expected[i]) << i;
  }
  ASSERT_TRUE(parameters[3].type.function);
  EXPECT_EQ(parameters[3].type.function->parameters.size(), 1u);
}

TEST(Declaration, OneSignatureWithoutNames) {
  auto bare = [](const char* text) {
    return to_text(without_names(parse_signature(text, AbiName::sysv_x64).value()));
  };
  EXPECT_EQ(bare("int (*compare)(const void *a, const void *)"),
            "int (*)(const void *, const void *)");
  EXPECT_EQ(bare("void f(int n, int (*g)(void (*h)(int deep), long k))"),
            "void (*)(int, int (*)(void (*)(int), long))");
}

TEST(Declaration, TypesAfterTheEllipsisArePromoted) {
  auto signature = parse_signature("int printf(const char *fmt, ..., char c, float x, long n)",
                                   AbiName::sysv_x64);
  ASSERT_TRUE(signature.ok()) << signature.error().message;
  EXPECT_EQ(signature.value().fixed_count, 1u);
  EXPECT_EQ(signature.value().parameters[1].type.value, ValueKind::int32);
  EXPECT_EQ(signature.value().parameters[2].type.value, ValueKind::float64);
  EXPECT_EQ(to_text(signature.value()),
            "int printf(const char *fmt, ..., int32_t c, double x, long n)");
  EXPECT_FALSE(parse_signature("int f(int, ..., ...)", AbiName::sysv_x64).ok());
}

TEST(Declaration, WidthsFollowTheAbi) {
  auto size = [](const char* type, AbiName abi) { return parse_type(type, abi).value().size; };
  EXPECT_EQ(size("long", AbiName::sysv_x64), Bytes{8});
  EXPECT_EQ(size("long", AbiName::win_x64), Bytes{4});
  EXPECT_EQ(size("long", AbiName::ia32), Bytes{4});
  EXPECT_EQ(size("wchar_t", AbiName::win_x64), Bytes{2});
  EXPECT_EQ(size("size_t", AbiName::aapcs32), Bytes{4});
  EXPECT_EQ(size("void *", AbiName::riscv_lp64d), Bytes{8});
  EXPECT_EQ(size("int_fast16_t", AbiName::sysv_x64), Bytes{8});
  EXPECT_EQ(size("long long", AbiName::ia32), Bytes{8});
}

TEST(Declaration, UsesTheProgramsOwnNames) {
  const TypeNames names = {
      {"XML_Char", "char"}, {"handler", "void (*)(void *, const XML_Char *)"}, {"loop", "loop"}};
  auto signature =
      parse_signature("void f(handler h, const XML_Char *name)", AbiName::sysv_x64, names);
  ASSERT_TRUE(signature.ok()) << signature.error().message;
  EXPECT_EQ(signature.value().parameters[0].type.role, Role::code);
  EXPECT_EQ(signature.value().parameters[1].type.role, Role::text);
  EXPECT_FALSE(parse_signature("void f(loop)", AbiName::sysv_x64, names).ok());
}

TEST(Declaration, ErrorsNameTheColumnWhatWasExpectedAndWhatWasFound) {
  const char* cases[][2] = {
      {"int abs(foo n)", "column 9: unknown type 'foo' in 'int abs(foo n)'"},
      {"int abs(int n", "column 14: expected ')', found the end in 'int abs(int n'"},
      {"int abs(int n]", "column 14: expected ')', found ']' in 'int abs(int n]'"},
      {"", "column 1: expected a type, found the end in ''"},
      {"int",
       "column 1: expected a function declaration, found one that declares no function in "
       "'int'"},
      {"int f(int) g",
       "column 12: expected the end of the declaration, found 'g' in "
       "'int f(int) g'"},
      {"int f(struct tm t)",
       "column 7: struct tm by value needs its definition in "
       "'int f(struct tm t)'"},
      {"int f(void x)", "column 7: void is not the type of a parameter in 'int f(void x)'"},
      {"short long f(void)",
       "column 1: these words make no C type together in "
       "'short long f(void)'"},
      {"int f(int, )", "column 12: expected a type, found ')' in 'int f(int, )'"},
      {"int f(struct)", "column 13: expected the name of a struct, found ')' in 'int f(struct)'"},
      {"struct tm f(void)",
       "column 1: struct tm by value needs its definition in "
       "'struct tm f(void)'"},
      {"int f[3](int)", "column 1: an array of functions is no type in 'int f[3](int)'"},
      {"int f(int)[3]", "column 1: a function cannot answer an array in 'int f(int)[3]'"},
      {"int x;\nint f(int)",
       "2:1: expected the end of the declaration, found 'int' in 'int f(int)'"},
      {"int f(FFIExternalStructure s)",
       "column 7: 'FFIExternalStructure' by value is not "
       "supported in 'int f(FFIExternalStructure s)'"},
  };
  for (const auto& [text, message] : cases) EXPECT_EQ(round_trip(text), message);
}

TEST(Declaration, DeepNestingIsRefused) {
  const std::string text = "int " + std::string(100000, '(') + "*f" + std::string(100000, ')');
  EXPECT_NE(round_trip(text.c_str()).find("nested more than"), std::string::npos);
}

}  // namespace
}  // namespace banter::abi
