// Two promises about any text: what to_text() writes reads back as the same signature, and no
// text does worse than to be refused. The seeds are fixed, so a failure comes again.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "abi/declaration.h"

namespace banter::abi {
namespace {

constexpr const char* kSeeds[] = {
    "int printf(const char *format, ..., double x, struct { float f; } s)",
    "void qsort(void *base, size_t n, size_t size, int (*compar)(const void *, const void *))",
    "void (*signal(int sig, void (*func)(int)))(int)",
    "struct point { int x, y[3]; } f(struct point p, struct point *q, union { int i; float f; } u)",
    "typedef struct { char c; long double d; } t; t f(t a, t b[4], const t *c);",
    "void f(struct { unsigned a : 3, : 0, b : 9; int *p[2][3]; char tail[]; } s)",
    "__attribute__((vector_size(16))) float f(_Complex double z, unsigned __int128 n, _Bool b)",
    "#pragma pack(push, 2)\nstruct s { char c; int i; };\n#pragma pack(pop)\nvoid f(struct s s)",
    "enum color { red, green = 1 << 3, blue } f(enum color c, enum { A = sizeof(int) - 2 } e)",
    "int (__stdcall *f(int (* __fastcall g)(char)))(struct { _Alignas(16) int x; } s)",
    "void f(self, int 5, NULL, -7, 'String' text, char *argv[], int g(double), int a[static 3])",
    "extern \"C\" int f(struct tm *t) __attribute__((nonnull(1), aligned(8))); // comment",
    "void f(struct __attribute__((packed, aligned(4), ms_struct)) { int a : 3; char b : 2; } s)",
};

constexpr const char* kWords[] = {
    "struct",
    "union",
    "enum",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "*",
    ";",
    ",",
    ":",
    "=",
    "...",
    "typedef",
    "const",
    "int",
    "long",
    "double",
    "float",
    "_Complex",
    "__int128",
    "x",
    "0",
    "1",
    "-1",
    "99999999999",
    "1 <<",
    "sizeof",
    "__attribute__((",
    "aligned(8)",
    "packed",
    "vector_size(16)",
    "#pragma pack(1)\n",
    "\n#",
    "\"",
    "'",
    "/*",
    "//",
    "__stdcall",
    "char",
    "void",
    "\\",
    "\xff",
};

class Mutator {
 public:
  explicit Mutator(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t n) { return random_() % n; }

  std::string mutated() {
    std::string text = kSeeds[below(std::size(kSeeds))];
    for (std::size_t i = below(4) + 1; i > 0; i--) mutate(text);
    return text;
  }

 private:
  void mutate(std::string& text) {
    const std::size_t at = below(text.size() + 1);
    const std::size_t length = below(12);
    switch (below(6)) {
      case 0:
        text.erase(at, length);
        break;
      case 1:
        text.insert(at, std::string(" ") + kWords[below(std::size(kWords))] + " ");
        break;
      case 2:
        text.insert(at, text.substr(below(text.size() + 1), 4 * length));
        break;
      case 3:
        if (at < text.size()) text[at] = static_cast<char>(random_());
        break;
      case 4:
        text.resize(at);
        break;
      default: {
        const std::string other = kSeeds[below(std::size(kSeeds))];
        text.insert(at, other.substr(below(other.size())));
      }
    }
  }

  std::mt19937_64 random_;
};

// The same to every classifier and every marshaller.
void expect_same(const CType& a, const CType& b, const std::string& text) {
  EXPECT_EQ(a.value, b.value) << text;
  EXPECT_EQ(a.role, b.role) << text;
  EXPECT_EQ(a.size, b.size) << text;
  EXPECT_EQ(a.alignment, b.alignment) << text;
  EXPECT_EQ(a.spelling, b.spelling) << text;
  ASSERT_EQ(a.function != nullptr, b.function != nullptr) << text;
  ASSERT_EQ(a.aggregate != nullptr, b.aggregate != nullptr) << text;
  if (!a.aggregate) return;
  EXPECT_EQ(a.aggregate->tag, b.aggregate->tag) << text;
  EXPECT_EQ(a.aggregate->count, b.aggregate->count) << text;
  EXPECT_EQ(a.aggregate->packed, b.aggregate->packed) << text;
  EXPECT_EQ(a.aggregate->natural_alignment, b.aggregate->natural_alignment) << text;
  ASSERT_EQ(a.aggregate->members.size(), b.aggregate->members.size()) << text;
  for (std::size_t i = 0; i < a.aggregate->members.size(); i++) {
    const Member& one = a.aggregate->members[i];
    const Member& other = b.aggregate->members[i];
    EXPECT_EQ(one.name, other.name) << text;
    EXPECT_EQ(one.offset, other.offset) << text;
    EXPECT_EQ(one.bits, other.bits) << text;
    expect_same(one.type, other.type, text);
  }
}

void expect_same(const Signature& a, const Signature& b, const std::string& text) {
  EXPECT_EQ(a.name, b.name) << text;
  EXPECT_EQ(a.variadic, b.variadic) << text;
  EXPECT_EQ(a.fixed_count, b.fixed_count) << text;
  EXPECT_EQ(a.convention, b.convention) << text;
  expect_same(a.result, b.result, text);
  ASSERT_EQ(a.parameters.size(), b.parameters.size()) << text;
  for (std::size_t i = 0; i < a.parameters.size(); i++) {
    EXPECT_EQ(a.parameters[i].name, b.parameters[i].name) << text;
    EXPECT_EQ(a.parameters[i].constant, b.parameters[i].constant) << text;
    expect_same(a.parameters[i].type, b.parameters[i].type, text);
  }
}

void expect_reads_back(const Signature& signature) {
  const std::string text = to_text(signature);
  auto again = parse_signature(text, signature.abi);
  ASSERT_TRUE(again.ok()) << again.error().message;
  expect_same(signature, again.value(), text);
  EXPECT_EQ(to_text(again.value()), text);
  const std::string bare = to_text(without_names(signature));
  auto nameless = parse_signature(bare, signature.abi);
  ASSERT_TRUE(nameless.ok()) << nameless.error().message;
  EXPECT_EQ(to_text(nameless.value()), bare);
}

// Random types, nested a few deep.
class Author {
 public:
  explicit Author(std::uint64_t seed) : random_(seed) {}

  std::string signature() {
    std::string text = type(3) + " f(";
    const std::size_t count = random_() % 5;
    for (std::size_t i = 0; i < count; i++) {
      text += (i ? ", " : "") + declaration(3, "p" + std::to_string(i));
    }
    return text + ")";
  }

 private:
  std::size_t below(std::size_t n) { return random_() % n; }

  std::string scalar() {
    constexpr const char* kScalars[] = {"char",
                                        "const char",
                                        "signed char",
                                        "unsigned short",
                                        "int",
                                        "long",
                                        "unsigned long long",
                                        "float",
                                        "double",
                                        "long double",
                                        "bool",
                                        "wchar_t",
                                        "size_t",
                                        "_Complex float",
                                        "complex long double",
                                        "enum { A, B = -7, C }",
                                        "enum e : uint8_t { D = 9, E }",
                                        "__attribute__((vector_size(8))) short",
                                        "vec",
                                        "tight",
                                        "loose",
                                        "pair",
                                        "handler"};
    return kScalars[below(std::size(kScalars))];
  }

  std::string type(int depth) {
    if (depth == 0 || below(3) > 0) return scalar();
    constexpr const char* kAttributes[] = {"",
                                           "",
                                           "",
                                           "",
                                           "__attribute__((packed)) ",
                                           "_Alignas(16) ",
                                           "__attribute__((ms_struct)) ",
                                           "__attribute__((pack(2))) "};
    std::string text = below(4) ? "struct " : "union ";
    text += kAttributes[below(std::size(kAttributes))];
    text += "{ ";
    const std::size_t count = below(4) + 1;
    for (std::size_t i = 0; i < count; i++) {
      text += member(depth - 1, "m" + std::to_string(i)) + "; ";
    }
    return text + "}";
  }

  std::string member(int depth, const std::string& name) {
    switch (below(6)) {
      case 0:
        return "unsigned " + name + " : " + std::to_string(below(32) + 1);
      case 1:
        return "long : " + std::to_string(below(3));
      case 2:
        return "__attribute__((aligned(4))) " + declaration(depth, name);
      default:
        return declaration(depth, name);
    }
  }

  std::string declaration(int depth, std::string name) {
    switch (below(8)) {
      case 0:
        name = "*" + name;
        break;
      case 1:
        name += "[" + std::to_string(below(3) + 1) + "]";
        break;
      case 2:
        name = "(*" + name + ")[2]";
        break;
      case 3:
        name = "(*" + name + ")(" + (depth > 0 ? declaration(depth - 1, "q") : "void") + ")";
        break;
      case 4:
        name = "*(**" + name + "[3])(int n, ...)";
        break;
      default:
        break;
    }
    return type(depth) + " " + name;
  }

  std::mt19937_64 random_;
};

constexpr const char* kTypedefs =
    "typedef float vec __attribute__((vector_size(16)));"
    "typedef double tight __attribute__((aligned(2)));"
    "typedef short loose __attribute__((aligned(32)));"
    "typedef struct pair { vec *first; struct pair *second; } pair;"
    "typedef int (*handler)(pair *p, const char *text);";

// Fewer where a processor is emulated: what is tried depends on no processor.
int tries(int usual) {
  return std::getenv("BANTER_REDUCED_TESTS") == nullptr ? usual : usual / 10;
}

TEST(DeclarationProperties, WhatIsWrittenReadsBackTheSame) {
  Author author(20240611);
  int read = 0;
  for (int i = 0; i < tries(1500); i++) {
    const std::string text = kTypedefs + author.signature();
    for (AbiName abi : {AbiName::sysv_x64, AbiName::win_x64, AbiName::aapcs32}) {
      auto signature = parse_signature(text, abi);
      if (!signature.ok()) continue;  // the author does not know every rule
      read++;
      expect_reads_back(signature.value());
      if (HasFatalFailure() || HasNonfatalFailure()) FAIL() << text;
    }
  }
  EXPECT_GT(read, tries(1500));
}

TEST(DeclarationProperties, NoTextDoesWorseThanToBeRefused) {
  Mutator mutator(7);
  int accepted = 0;
  for (int i = 0; i < tries(8000); i++) {
    const std::string text = mutator.mutated();
    const AbiName abi = kAllAbis[mutator.below(kAllAbis.size())];
    auto signature = parse_signature(text, abi);
    if (signature.ok()) {
      accepted++;
      expect_reads_back(signature.value());
      if (HasFatalFailure() || HasNonfatalFailure()) FAIL() << text;
    } else {
      EXPECT_FALSE(signature.error().message.empty());
    }
    (void)parse_declarations(text, abi);
    (void)parse_type(text, abi);
    (void)parse_field(text, abi);
  }
  EXPECT_GT(accepted, tries(100));
}

TEST(DeclarationProperties, WhatGrowsWithoutEndIsRefused) {
  std::string doubling = "typedef struct { int x; } t0;";
  std::string functions = "typedef void (*f0)(void);";
  std::string chain = "typedef struct { int x; } c0;";
  for (int i = 1; i < 100; i++) {
    const std::string last = std::to_string(i - 1);
    const std::string name = std::to_string(i);
    doubling += "typedef struct { t" + last + " a[0], b[0]; } t" + name + ";";
    functions += "typedef void (*f" + name + ")(f" + last + ", f" + last + ");";
    chain += "typedef struct { c" + last + " x; } c" + name + ";";
  }
  for (int i = 100; i < 1000; i++) {
    chain += "typedef struct { c" + std::to_string(i - 1) + " x; } c" + std::to_string(i) + ";";
  }
  const auto refusal = [](const std::string& text) {
    auto read = parse_signature(text, AbiName::sysv_x64);
    return read.ok() ? "" : read.error().message;
  };
  EXPECT_NE(refusal(doubling + "void f(t99)").find("takes more than"), std::string::npos);
  EXPECT_NE(refusal(functions + "void f(f99)").find("takes more than"), std::string::npos);
  EXPECT_NE(refusal(chain + "void f(c999)").find("nested more than"), std::string::npos);
  for (const char* opening : {"(",
                              "[",
                              "{",
                              "struct {",
                              "int (*",
                              "f(int ",
                              "(*f)(",
                              "*",
                              "const ",
                              "__attribute__((",
                              "sizeof(",
                              "struct { int a[",
                              "\"",
                              "#pragma pack("
                              "push)\n",
                              "enum { A = (",
                              "-",
                              "/*",
                              "a ",
                              "int a[1+",
                              "int(("}) {
    std::string text = "int ";
    for (int i = 0; i < 20000; i++) text += opening;
    EXPECT_NE(refusal(text), "") << opening;
    EXPECT_FALSE(parse_declarations(text, AbiName::ia32).ok()) << opening;
    EXPECT_LT(refusal(text).size(), 1000u) << opening;
  }
}

TEST(DeclarationProperties, HugeSizesAreRefused) {
  for (const char* text : {"struct { char a[1 << 28]; }", "char[1ull << 40]",
                           "struct { char a[1 << 27], b[1 << 27]; }", "char[65536][65536]",
                           "struct { char a[268435455]; long b; }"}) {
    EXPECT_FALSE(parse_type(text, AbiName::sysv_x64).ok()) << text;
  }
  // A million elements of no bytes are soon looked through.
  EXPECT_TRUE(parse_type("struct { struct { } a[1 << 27][4]; }", AbiName::sysv_x64).ok());
}

}  // namespace
}  // namespace banter::abi
