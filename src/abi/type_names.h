// type_names.h -- what one word, or C's groups of keywords, mean as a type under an ABI.
#pragma once

#include <optional>
#include <string_view>

#include "abi/c_type.h"

namespace banter::abi {

// The type of one name: C's keywords (int, char ...), stdint.h's and Pharo's names. Nothing when
// the name is unknown; `unsigned` and `short` alone count as types, as in C.
std::optional<CType> type_named(std::string_view name, AbiName abi);

// C's keywords that combine: "unsigned long long int".
struct KeywordCount {
  int is_signed = 0, is_unsigned = 0, shorts = 0, longs = 0, ints = 0, chars = 0, doubles = 0;
  // Counts `word` and answers true when it is one of them.
  bool add(std::string_view word);
  bool empty() const;
};

// The type of such a group. Nothing when C has no such combination; long double is one of those
// here, because no ABI folder places it yet.
std::optional<CType> type_of(const KeywordCount& words, AbiName abi);

}  // namespace banter::abi
