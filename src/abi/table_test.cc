#include "abi/table.h"

#include <gtest/gtest.h>

#include "abi/declaration.h"

namespace banter::abi {
namespace {

std::string table(const char* text, AbiName abi) {
  const Signature signature = parse_signature(text, abi).value();
  return table_of(signature, classify(abi, signature).value());
}

TEST(Table, ShowsEveryPieceAndMember) {
  EXPECT_EQ(
      table("struct { float x, y; } f(struct { char c; unsigned a : 3, b : 9; double d; } s, "
            "int n, ...)",
            AbiName::sysv_x64),
      R"(struct { float x, y; } f(struct { char c; unsigned int a : 3, b : 9; double d; } s, int n, ...)
sysv_x64: System V AMD64 psABI 1.0

argument  C type                  size  bytes       where  rule
0 s       struct { ... }            16  0-7         rdi    INTEGER, SSE [3.2.3]
                                        8-15        xmm0
            char c                      0
            unsigned int a : 3          bits 8-10
            unsigned int b : 9          bits 11-19
            double d                    8-15
1 n       int                        4  0-3         rsi    INTEGER [3.2.3]
result    struct { float x, y; }     8  0-7         xmm0   SSE [3.2.3]
            float x                     0-3
            float y                     4-7

stack     0 bytes, 16-aligned
al        1: the vector registers used, at most
)");
}

TEST(Table, NotesWhoCleansUpAndWhereAResultLies) {
  const std::string text =
      table("struct { long a, b, c; } __stdcall f(int n, ..., int)", AbiName::sysv_x64);
  EXPECT_NE(text.find("address in rdi"), text.npos) << text;
  EXPECT_NE(text.find("room      the address of the result is answered in rax"), text.npos);
  EXPECT_NE(text.find("1 ..."), text.npos) << text;
  EXPECT_NE(table("int __stdcall f(int a, double b)", AbiName::ia32)
                .find("pops      12 bytes, by the callee"),
            text.npos);
  EXPECT_NE(table("void f(int)", AbiName::win_x64).find("home space"), text.npos);
  EXPECT_NE(table("void f(void)", AbiName::aapcs64).find("result    void"), text.npos);
}

}  // namespace
}  // namespace banter::abi
