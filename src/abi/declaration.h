// declaration.h -- C declarations as text, to Signature and CType.
//
// Understood is what C headers say about types and functions [C11 6.7], names optional:
//
//   int abs(int n)                         double (*f)(double)
//   int (*)(const void *, const void *)    int printf(const char *fmt, ...)
//   void qsort(void *base, size_t n, size_t size, int (*compar)(const void *, const void *))
//   float length(struct { float x, y; } v) void f(enum { A, B = 3 } e, unsigned __int128 n)
//   uint32 length(String text)             int (* __stdcall)(int)
//
// with definitions of structures, unions and enumerations anywhere, bit-fields, arrays, flexible
// and anonymous members; `typedef` and other definitions before the declaration; the attributes
// packed, aligned, vector_size, ms_struct, stdcall, fastcall, thiscall, cdecl, ms_abi, sysv_abi;
// _Alignas, __declspec(align(n)), #pragma pack. `pack(n)` is an attribute here, too: to_text()
// writes it where #pragma pack mattered. Attributes that change how a value travels and are not
// listed are refused; the others are skipped.
//
// After `...` the types of one call's further arguments may stand, and are promoted as C does:
// `int printf(const char *fmt, ..., int n, double x)`.
//
// Type names: those of C, of stdint.h and of Pharo's UFFI (int32, uint8, sint16, byte, ulong,
// longlong, String, Object, oop, ExternalAddress, ...). Tokens may be separated by any white
// space, because literal arrays are turned to text by joining their elements with spaces.
//
// An enumeration is an int, or unsigned int when it is defined without a negative number, as GCC
// and Clang have it; on win_x64 always int; wider where its numbers need that.
//
// Every function fails with one sentence that holds the column, from 1 (line:column when the text
// has several lines), what was expected, what was found, and the line. A type that no name is known
// for, and a tag without its definition, can be pointed to, and are refused by name where a value
// is needed.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "abi/layout.h"
#include "abi/signature.h"
#include "base/result.h"

namespace banter::abi {

// Names for types that a program adds, each with the text of the type it stands for:
// {"XML_Char", "char"}, {"handler", "void (*)(int)"}, {"struct point", "struct point { int x, y;
// }"}. They go before the names known here.
using TypeNames = std::map<std::string, std::string, std::less<>>;

// One function declaration or function pointer type, after any number of definitions. The names
// that the text itself defines are written out in the signature.
Result<Signature> parse_signature(std::string_view text, AbiName abi, const TypeNames& names = {});

// One type: "unsigned long", "const char *", "int (*)(int)", "struct { char c[3]; }".
Result<CType> parse_type(std::string_view text, AbiName abi, const TypeNames& names = {});

// A member of a structure: "uint64_t st_dev", "char name[32]", "unsigned flags : 3". Fails for one
// without a name.
Result<MemberRequest> parse_field(std::string_view text, AbiName abi, const TypeNames& names = {});

struct NamedType {
  std::string name;  // "point_t", "struct point"
  CType type;
};
struct Enumerator {
  std::string name;
  std::int64_t value;
};
// What a piece of a header declares, in its order.
struct Declarations {
  std::vector<NamedType> types;  // typedefs, and tags with a definition
  std::vector<Enumerator> enumerators;
  std::vector<Signature> functions;
  std::vector<NamedType> variables;  // `extern int errno;`
  // The text of every typedef and tag, for parsing more with them.
  TypeNames names;
};

// A whole header's text, as it is after the preprocessor; #include, #define and most #pragma lines
// are skipped, #if is refused. Bodies of inline functions and initial values are skipped. Names
// that it defines stay in its spellings.
Result<Declarations> parse_declarations(std::string_view text, AbiName abi,
                                        const TypeNames& names = {});

}  // namespace banter::abi
