// declaration.h -- C declarations as text, to Signature and CType.
//
// Understood: one C function declaration or function pointer type, names optional.
//
//   int abs(int n)                         double (*f)(double)
//   int (*)(const void *, const void *)    int printf(const char *fmt, ...)
//   void qsort(void *base, size_t n, size_t size, int (*compar)(const void *, const void *))
//   uint32 length(String text)             int (* __stdcall)(int)
//
// After `...` the types of one call's further arguments may stand, and are promoted as C does:
// `int printf(const char *fmt, ..., int n, double x)`.
//
// Type names: those of C, of stdint.h and of Pharo's UFFI (int32, uint8, sint16, byte, ulong,
// longlong, String, Object, oop, ExternalAddress, ...). Tokens may be separated by any white
// space, because literal arrays are turned to text by joining their elements with spaces.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "abi/signature.h"
#include "base/result.h"

namespace banter::abi {

// Names for types that a program adds, each with the text of the type it stands for:
// {"XML_Char", "char"}, {"handler", "void (*)(int)"}. They go before the names known here.
using TypeNames = std::map<std::string, std::string, std::less<>>;

// Fails with one sentence that holds the column (from 1), what was expected, what was found and
// the declaration itself; aggregates and types that no name is known for are refused by name.
Result<Signature> parse_signature(std::string_view text, AbiName abi, const TypeNames& names = {});

// One type: "unsigned long", "const char *", "int (*)(int)". Fails as parse_signature.
Result<CType> parse_type(std::string_view text, AbiName abi, const TypeNames& names = {});

// A member of a structure: "uint64_t st_dev", "char name[32]", "long reserved[3]".
struct Field {
  std::string name;
  CType type;               // of an element, for an array
  std::uint32_t count = 1;  // elements
  bool is_array = false;
};
// Fails as parse_signature, and for a field without a name.
Result<Field> parse_field(std::string_view text, AbiName abi, const TypeNames& names = {});

}  // namespace banter::abi
