#include <gtest/gtest.h>

#include "abi/declaration.h"

namespace banter::abi {
namespace {

CType type_in(const char* text, AbiName abi = AbiName::sysv_x64, const TypeNames& names = {}) {
  auto type = parse_type(text, abi, names);
  EXPECT_TRUE(type.ok()) << text << ": " << (type.ok() ? "" : type.error().message);
  return type.ok() ? type.value() : CType();
}

std::string error_of(const char* text, AbiName abi = AbiName::sysv_x64,
                     const TypeNames& names = {}) {
  auto type = parse_type(text, abi, names);
  return type.ok() ? "" : type.error().message;
}

std::string spelled(const char* text) {
  auto signature = parse_signature(text, AbiName::sysv_x64);
  return signature.ok() ? to_text(signature.value()) : signature.error().message;
}

const std::vector<Member>& members(const CType& type) {
  return type.aggregate->members;
}

struct Size {
  const char* text;
  std::uint32_t size;
  std::uint32_t alignment;
};

TEST(Aggregates, HaveTheSizeThatGccGivesThem) {
  for (const auto& [text, size, alignment] : {
           Size{"struct { float x, y; }", 8, 4},
           Size{"struct point { int x, *y, z[3]; }", 32, 8},
           Size{"union { char c[5]; short s; }", 6, 2},
           Size{"struct { char c; struct { double d; } in; }", 16, 8},
           Size{"struct { char c; union { int i; float f; }; }", 8, 4},
           Size{"struct { int m[2][3]; char last; }", 28, 4},
           Size{"struct { int n; double data[]; }", 8, 8},
           Size{"struct { char c[0]; }", 0, 1},
           Size{"struct { }", 0, 1},
           Size{"struct { unsigned a : 3, : 0, b : 5; int : 7; _Bool c : 1; }", 8, 4},
           Size{"struct __attribute__((packed)) { char c; double d; }", 9, 1},
           Size{"struct { char c; double d; } __attribute__((__packed__, aligned(4)))", 12, 4},
           Size{"struct { char c; double d __attribute__((packed)); }", 9, 1},
           Size{"struct { char c; _Alignas(16) char d; alignas(double) char e; }", 32, 16},
           Size{"struct { char c; __declspec(align(4)) char d; }", 8, 4},
           Size{"struct alignas(32) { char c; }", 32, 32},
           Size{"struct [[gnu::packed]] { char c; int i; }", 5, 1},
           Size{"struct __attribute__((aligned)) { char c; }", 16, 16},
           Size{"struct { char a : 4; int b : 4; } __attribute__((ms_struct))", 8, 4},
           Size{"typedef double d4 __attribute__((aligned(4))); struct { char c; d4 d; }", 12, 4},
           Size{"typedef int i16 __attribute__((aligned(16))); struct { i16 i; }", 16, 16},
           Size{"float __attribute__((vector_size(16)))", 16, 16},
           Size{"struct { char c; short __attribute__((vector_size(8))) v; }", 16, 8},
           Size{"_Complex long double", 32, 16},
           Size{"struct { float complex z; }", 8, 4},
           Size{"unsigned __int128[2]", 32, 16},
           Size{"__uint128_t", 16, 16},
           Size{"_Float128", 16, 16},
           Size{"enum { A, B = 3 }", 4, 4},
           Size{"enum : unsigned char { A }", 1, 1},
           Size{"enum __attribute__((packed)) { A = 300 }", 2, 2},
           Size{"enum { A = 1LL << 40 }", 8, 8},
           Size{"struct { enum { A, B = 4 } kind; char text[B * 2 + sizeof(int)]; }", 16, 4},
           Size{"#pragma pack(push, 2)\nstruct a { char c; long l; };\n#pragma pack(pop)\n"
                "struct { struct a a; char c; long l; }",
                24, 8},
           Size{"int (*)(struct { int x; } *)", 8, 8},
       }) {
    const CType type = type_in(text);
    EXPECT_EQ(type.size.count, size) << text;
    EXPECT_EQ(type.alignment.count, alignment) << text;
  }
}

TEST(Aggregates, AnonymousMembersAreMembers) {
  const CType type = type_in("struct { int tag; union { int i; struct { float x, y; }; }; }");
  ASSERT_EQ(members(type).size(), 2u);
  EXPECT_EQ(members(type)[1].name, "");
  EXPECT_EQ(members(type)[1].type.value, ValueKind::union_of);
  EXPECT_EQ(members(members(type)[1].type)[1].type.size, Bytes{8});
}

TEST(Aggregates, TagsWithoutANameAreNoMembers) {
  const CType type = type_in("struct a { struct b { int x; }; enum { A }; struct b y; }");
  ASSERT_EQ(members(type).size(), 1u);
  EXPECT_EQ(members(type)[0].name, "y");
}

TEST(Aggregates, ArraysOfArraysAreInsideOut) {
  const CType type = type_in("struct { char *names[2][3]; char (*rows)[4]; }");
  const CType& names = members(type)[0].type;
  EXPECT_EQ(names.aggregate->count, 2u);
  EXPECT_EQ(members(names)[0].type.aggregate->count, 3u);
  EXPECT_EQ(names.spelling, "char *[2][3]");
  EXPECT_EQ(members(type)[1].type.spelling, "char (*)[4]");
  EXPECT_EQ(members(type)[1].type.value, ValueKind::address);
}

TEST(Aggregates, BitFieldsAreCountedFromTheFirstByte) {
  const CType type =
      type_in("struct { char c; unsigned a : 3, b : 7; int : 0; enum { A } e : 2; }");
  EXPECT_EQ(members(type)[1].bits, (BitField{8, 3}));
  EXPECT_EQ(members(type)[2].bits, (BitField{11, 7}));
  EXPECT_EQ(members(type)[4].bits, (BitField{32, 2}));
  EXPECT_FALSE(is_signed(members(type)[4].type.value));
}

TEST(Aggregates, SpellThemselvesSoThatTheyCanBeReadAgain) {
  const char* cases[][2] = {
      {"void f(struct { float x; float y; } p)", "void f(struct { float x, y; } p)"},
      {"struct point { int x, y; }; struct point f(struct point *p)",
       "struct point { int x, y; } f(struct point *p)"},
      {"typedef struct node { struct node *next; int n[2]; } node_t; void f(node_t, node_t *)",
       "void f(struct node { struct node *next; int n[2]; }, struct node { struct node *next; "
       "int n[2]; } *)"},
      {"void f(struct __attribute__((packed)) { char c; int (*g)(int n); unsigned a:3, :2; } p)",
       "void f(struct __attribute__((packed)) { char c; int (*g)(int); unsigned int a : 3; "
       "unsigned int : 2; } p)"},
      {"#pragma pack(2)\nvoid f(struct { char c; int n; } p)",
       "void f(struct __attribute__((pack(2))) { char c; int n; } p)"},
      {"#pragma pack(8)\nvoid f(struct { char c; int n; } p)",
       "void f(struct { char c; int n; } p)"},
      {"typedef double d4 __attribute__((aligned(4))); void f(struct { char c; d4 d; } p, d4 d)",
       "void f(struct { char c; __attribute__((packed, aligned(4))) double d; } p, double d)"},
      {"void f(enum color { red, green = 5, blue } c)",
       "void f(enum color { red, green = 5, blue } c)"},
      {"void f(const struct { int x; } p, float v __attribute__((vector_size(16))))",
       "void f(const struct { int x; } p, __attribute__((vector_size(16))) float v)"},
      {"double complex f(_Complex float, long double _Complex)",
       "_Complex double f(_Complex float, _Complex long double)"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(spelled(text), expected);
    EXPECT_EQ(spelled(expected), expected);
  }
}

TEST(Aggregates, TagsAreFoundAmongTheProgramsNames) {
  const TypeNames names = {{"struct point", "struct point { int x, y; }"},
                           {"point_t", "struct point"},
                           {"line", "struct { point_t from; struct point to; }"},
                           {"node_t", "struct node"},
                           {"struct node", "struct node { node_t *next; struct tree *tree; }"},
                           {"struct tree", "struct tree { struct node root; struct tree *left; }"},
                           {"struct loop", "struct loop { struct loop inside; }"}};
  EXPECT_EQ(type_in("line", AbiName::sysv_x64, names).size, Bytes{16});
  EXPECT_EQ(type_in("struct tree", AbiName::sysv_x64, names).size, Bytes{24});
  EXPECT_EQ(type_in("node_t[2]", AbiName::sysv_x64, names).size, Bytes{32});
  EXPECT_EQ(error_of("struct loop", AbiName::sysv_x64, names),
            "column 15: struct loop by value needs its definition in "
            "'struct loop { struct loop inside; }'");
  auto signature = parse_signature("point_t f(struct point p, line *l, const point_t *q)",
                                   AbiName::sysv_x64, names);
  ASSERT_TRUE(signature.ok()) << signature.error().message;
  EXPECT_EQ(to_text(signature.value()), "point_t f(struct point p, line *l, const point_t *q)");
}

TEST(Aggregates, ErrorsNameTheMemberAndItsPlace) {
  const char* cases[][2] = {
      {"struct { int x }", ""},
      {"struct { int x", "column 15: expected ';', found the end in 'struct { int x'"},
      {"struct { foo x; }", "column 10: unknown type 'foo' in 'struct { foo x; }'"},
      {"struct { int; }", "column 10: a member without a name in 'struct { int; }'"},
      {"struct { void x; }", "column 15: a member of type void in 'struct { void x; }'"},
      {"struct { int f(int); }",
       "column 10: a function is not a value; a pointer to one is in 'struct { int f(int); }'"},
      {"struct { int a[]; int b; }",
       "column 14: an array without a size that is the only member in 'struct { int a[]; int b; "
       "}'"},
      {"struct { int x; char x; }", "column 22: a second member x in 'struct { int x; char x; }'"},
      {"struct { int x : 33; }",
       "column 8: x of struct has 33 bits, more than the 32 of int in 'struct { int x : 33; }'"},
      {"struct { int x : 99; }",
       "column 18: a bit-field has 0 to 64 bits in 'struct { int x : 99; }'"},
      {"struct { int a[-1]; }", "column 16: -1 is no count of elements in 'struct { int a[-1]; }'"},
      {"struct { int a[N]; }", "column 16: expected a number, found 'N' in 'struct { int a[N]; }'"},
      {"struct s { struct s s; }",
       "column 12: struct s by value needs its definition in 'struct s { struct s s; }'"},
      {"struct a { int x; }; struct a { int y; }",
       "column 31: struct a is defined twice, differently in 'struct a { int x; }; struct a { int "
       "y; }'"},
      {"struct { int x; } __attribute__((aligned(3)))",
       "column 42: an alignment is a power of two up to 65536 in 'struct { int x; } "
       "__attribute__((aligned(3)))'"},
      {"float __attribute__((vector_size(32)))",
       "column 22: a vector of 32 bytes is not supported; 8 and 16 are in 'float "
       "__attribute__((vector_size(32)))'"},
      {"int __attribute__((mode(TI)))",
       "column 20: the attribute mode is not supported in 'int __attribute__((mode(TI)))'"},
      {"enum { }", "column 9: an enumeration without enumerators in 'enum { }'"},
      {"enum { A = 1 / 0 }", "column 14: a division by 0 in 'enum { A = 1 / 0 }'"},
      {"#if X\nint\n#endif", "1:1: #if needs the preprocessor: cc -E in '#if X'"},
      {"struct {\n  int a;\n  foo b;\n}", "3:3: unknown type 'foo' in '  foo b;'"},
  };
  for (const auto& [text, message] : cases) EXPECT_EQ(error_of(text), message) << text;
}

TEST(Aggregates, AbisRefuseWhatTheyLack) {
  EXPECT_EQ(error_of("__int128", AbiName::ia32), "column 1: ia32 has no __int128 in '__int128'");
  EXPECT_EQ(error_of("__float128", AbiName::win_x64),
            "column 1: win_x64 has no __float128 in '__float128'");
  EXPECT_EQ(type_in("long double", AbiName::ia32).size, Bytes{12});
  EXPECT_EQ(type_in("long double", AbiName::aapcs64).value, ValueKind::float128);
  EXPECT_EQ(type_in("enum { A }", AbiName::win_x64).value, ValueKind::int32);
}

TEST(Aggregates, ConstantsAreComputedAsInC) {
  const std::pair<const char*, std::uint32_t> cases[] = {
      {"7 - 2 * 3", 1},
      {"4-2", 2},
      {"4-2*1-1", 1},
      {"(1 << 3) | 2", 10},
      {"10 / 3 % 2", 1},
      {"0x10 + 010 + 0b11", 27},
      {"-1 > 0u", 1},
      {"(unsigned char)257", 1},
      {"~0u >> 28", 15},
      {"1 ? 2 : 3", 2},
      {"!5 + (3 == 3) + (2 != 2) + (1 < 2 && 0 || 1)", 2},
      {"sizeof(long double) - _Alignof(int)", 12},
      {"'a' - 90", 7},
      {"-1 >> 1 == -1", 1},
      {"5 ^ 1 & 3", 4},
  };
  for (const auto& [expression, expected] : cases) {
    const CType type = type_in(("char[" + std::string(expression) + "]").c_str());
    EXPECT_EQ(type.size.count, expected) << expression;
  }
  EXPECT_NE(error_of("char[2147483647 + 1]"), "");
  EXPECT_NE(error_of("char[1 << 32]"), "");
}

TEST(Aggregates, HeadersAreReadWhole) {
  constexpr const char* kHeader = R"(
#pragma once
#include <stdint.h>
/* geometry */
extern "C" {
typedef enum { SHAPE_DOT, SHAPE_LINE = 5, SHAPE_BOX } shape_kind;
struct point { float x, y; };
typedef struct point point_t, *point_ref; // two names
struct shape;
typedef void (*visitor)(struct shape *s, void *data);
#pragma pack(push, 1)
struct shape {
  uint8_t kind;
  point_t corners[SHAPE_LINE - 3];
  visitor visit;
};
#pragma pack(pop)
extern int shape_count, shape_limits[];
static const int kMost = 1 << 4, kList[2] = { 1, 2 };
point_t shape_center(const struct shape *s);
void shape_each(visitor v, void *data), shape_reset(void) __attribute__((nothrow));
static inline int twice(int n) { return (n) * 2; }
int __attribute__((format(printf, 1, 2))) shape_log(const char *format, ...);
}
)";
  auto read = parse_declarations(kHeader, AbiName::sysv_x64);
  ASSERT_TRUE(read.ok()) << read.error().message;
  const Declarations& found = read.value();
  std::string types;
  for (const NamedType& each : found.types) {
    types += each.name + " " + std::to_string(each.type.size.count) + "\n";
  }
  EXPECT_EQ(types,
            "shape_kind 4\nstruct point 8\npoint_t 8\npoint_ref 8\nvisitor 8\nstruct shape 25\n");
  ASSERT_EQ(found.enumerators.size(), 3u);
  EXPECT_EQ(found.enumerators[2].value, 6);
  std::string functions;
  for (const Signature& each : found.functions) functions += to_text(each) + "\n";
  EXPECT_EQ(functions,
            "point_t shape_center(const struct shape *s)\n"
            "void shape_each(void (*v)(struct shape *s, void *data), void *data)\n"
            "void shape_reset(void)\n"
            "int twice(int n)\n"
            "int shape_log(const char *format, ...)\n");
  ASSERT_EQ(found.variables.size(), 4u);
  EXPECT_EQ(found.variables[1].type.spelling, "int[]");
  // What was read serves to read more, one text at a time.
  EXPECT_EQ(type_in("struct shape", AbiName::sysv_x64, found.names).size, Bytes{25});
  EXPECT_EQ(type_in("point_ref", AbiName::sysv_x64, found.names).value, ValueKind::address);
  for (const Signature& each : found.functions) {
    auto again = parse_signature(to_text(each), AbiName::sysv_x64, found.names);
    ASSERT_TRUE(again.ok()) << again.error().message;
    EXPECT_EQ(to_text(again.value()), to_text(each));
  }
}

TEST(Aggregates, ConventionsBelongToTheirFunction) {
  const auto text = [](const char* source) {
    auto signature = parse_signature(source, AbiName::ia32);
    return signature.ok() ? to_text(signature.value()) : signature.error().message;
  };
  EXPECT_EQ(text("int __stdcall f(void (*g)(int))"), "int __stdcall f(void (*g)(int))");
  EXPECT_EQ(text("int f(void (__stdcall *g)(int), int)"), "int f(void (__stdcall *g)(int), int)");
  EXPECT_EQ(text("void (__fastcall *f(int))(int)"), "void (__fastcall *f(int))(int)");
  EXPECT_EQ(text("int f(int) __attribute__((stdcall))"), "int __stdcall f(int)");
  EXPECT_EQ(text("int (*)(int) __attribute__((thiscall))"), "int (__thiscall *)(int)");
  EXPECT_EQ(text("typedef int (WINAPI *proc)(void); proc get(proc p)"),
            "int (__stdcall *get(int (__stdcall *p)(void)))(void)");
  EXPECT_EQ(text("int f(int __stdcall n)"),
            "column 21: a calling convention without a function in 'int f(int __stdcall n)'");
  EXPECT_EQ(
      parse_signature("int __attribute__((ms_abi)) f(int)", AbiName::sysv_x64).error().message,
      "column 20: a function of ms_abi is asked of sysv_x64 in "
      "'int __attribute__((ms_abi)) f(int)'");
}

}  // namespace
}  // namespace banter::abi
