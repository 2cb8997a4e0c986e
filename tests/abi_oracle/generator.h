// generator.h -- random C signatures, and C source that can be called with them and call them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace banter::abi_oracle {

// One signature: `types` as C writes them; result first, "void" allowed there only.
struct Subject {
  std::string result;
  std::vector<std::string> parameters;
  std::size_t fixed_count;  // parameters before `...`; all of them when it is not variadic
  bool variadic;

  // "double f(int, char *, ..., double)", the form that abi::parse_signature reads.
  std::string declaration(const std::string& name) const;
};

std::vector<Subject> random_subjects(std::uint64_t seed, std::size_t count);

// C source: for subject i
//   callee_i   stores its arguments in oracle_in[j], 16 bytes each, and answers oracle_result
//   caller_i   calls the function pointer it gets with oracle_out[j], stores what it answers in
//              oracle_answer
std::string c_source(const std::vector<Subject>& subjects);

}  // namespace banter::abi_oracle
