// spelling.h -- C types as text, written around the name that they declare.
//
//   int              int|           int x
//   pointer          char *|        char *x
//   array            char|[4]       char x[4]
//   pointer to that  char (*|)[4]   char (*x)[4]
//   code             int (*|)(int)  int (*x)(int)
//
// The bar is CType::name_at. Whoever derives a type writes around the bar of the type that it is
// derived from, as C's declarators do. [C11 6.7.6]
#pragma once

#include <string>
#include <string_view>

#include "abi/signature.h"

namespace banter::abi {

// "int x" of int and "x"; the type's own spelling when `name` is empty.
std::string declared(const CType& type, std::string_view name);

// "int f(char c)": a function's declaration with `middle` in the place of its name.
std::string declared_function(const Signature& signature, std::string_view middle);

// These set `spelling` and `name_at` of the first argument.
void spell(CType& type, std::string spelling);
void spell_pointer_to(CType& pointer, const CType& target);
void spell_array_of(CType& array, const CType& element, std::string_view count);
// "int (*)(int)", "void (__stdcall *)(void)".
void spell_pointer_to_function(CType& pointer, const Signature& function);

// "__stdcall "; empty for cdecl.
std::string_view word_of(Convention convention);

}  // namespace banter::abi
