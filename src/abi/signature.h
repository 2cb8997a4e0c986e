// signature.h -- one C function type: result, parameters, whether it is variadic.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "abi/c_type.h"

namespace banter::abi {

struct Parameter {
  CType type;
  std::string name;  // empty when the declaration gives none
  // Pharo's UFFI lets a signature carry constants: `int 5`, `NULL`, `true`. The text of such a
  // constant; `name` is empty then.
  std::string constant;
};

struct Signature {
  CType result;
  std::string name;  // of the function; empty in `int (*)(int)`
  std::vector<Parameter> parameters;
  bool variadic = false;
  // Only with `variadic`: parameters from this index on stand for the `...` of one call. Equal to
  // parameters.size() in a signature that comes from a declaration.
  std::size_t fixed_count = 0;
  Convention convention = Convention::cdecl_call;
  AbiName abi = AbiName::sysv_x64;
};

// The signature as C writes it: "int printf(const char *fmt, ...)"; without a name it is the
// pointer type that a callback has: "int (*)(const void *, const void *)".
std::string to_text(const Signature& signature);

// The same signature without any names, also in the functions it takes pointers to: two signatures
// that mean the same have one text then.
Signature without_names(const Signature& signature);
// The same for a pointer to a function; any other type is answered as it is.
CType without_names(const CType& type);

// The signature of one call of a variadic function: `extra` are the types after the fixed
// parameters, and are promoted as C does.
// Requires signature.variadic.
Signature with_extra_arguments(const Signature& signature, const std::vector<CType>& extra);

}  // namespace banter::abi
