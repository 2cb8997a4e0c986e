// oracle.h -- our plans against the compiler's code, out and in.
#pragma once

#include <optional>
#include <string>

#include "generator.h"

namespace banter::abi_oracle {

struct Disagreement {
  std::size_t subject;  // its index in the corpus; corpus.subjects.size() for a type's layout
  std::string text;     // what differed, with our placement
};

// Sends random values through every subject in both directions. Nothing when all agree.
std::optional<Disagreement> first_disagreement(const Corpus& corpus, std::uint64_t seed, bool keep);

// The disagreement with as few and as simple parameters as can be found by leaving some out, each
// attempt compiled anew. `corpus` becomes that of the smallest one.
Disagreement smallest_disagreement(Corpus& corpus, Disagreement found, std::uint64_t seed);

}  // namespace banter::abi_oracle
