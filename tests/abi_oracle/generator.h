// generator.h -- random C types and signatures, and C source that can be called with them and calls
// them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "abi/c_type.h"

namespace banter::abi_oracle {

// A type with parts under a name of its own: `typedef TEXT NAME;`, where TEXT is also what
// abi::TypeNames takes.
struct Definition {
  std::string name;
  std::string text;
};

// One signature: types as C names them; result first, "void" allowed there only.
struct Subject {
  std::string result;
  std::vector<std::string> parameters;
  std::size_t fixed_count;  // parameters before `...`; all of them when it is not variadic
  bool variadic;
  std::string convention;  // "", or an attribute such as "stdcall"

  // "double f(int, char *, ..., double)", the form that abi::parse_signature reads.
  std::string declaration(const std::string& name) const;
};

// What one run asks about.
struct Corpus {
  abi::AbiName abi;
  std::vector<Definition> types;  // each uses only those before it
  std::vector<Subject> subjects;
};

Corpus random_corpus(abi::AbiName abi, std::uint64_t seed, std::size_t count);

// The most bytes of a value, and the most parameters of a signature.
inline constexpr std::size_t kCellSize = 1024;
inline constexpr std::size_t kMostParameters = 20;

// C source:
//   types[]    for every definition its size and alignment: oracle_types
//   callee_i   stores its arguments in oracle_in[j] and answers what is in oracle_result; notes in
//              oracle_misaligned that the stack was not aligned
//   caller_i   calls the function pointer it gets with oracle_out[j], stores what it answers in
//              oracle_answer
std::string c_source(const Corpus& corpus);

// C source for the host's own ABI and compiler:
//   oracle_guard(run, argument)
//              calls run(argument) with known values in all callee-saved registers, and answers
//              how many of them had another one afterwards
std::string guard_source(abi::AbiName abi);

}  // namespace banter::abi_oracle
