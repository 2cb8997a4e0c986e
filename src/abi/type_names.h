// type_names.h -- what one word, or C's groups of keywords, mean as a type under an ABI.
#pragma once

#include <optional>
#include <string_view>

#include "abi/c_type.h"
#include "base/result.h"

namespace banter::abi {

// The type of one name: C's keywords (int, char ...), stdint.h's and Pharo's names. Nothing when
// the name is unknown; `unsigned` and `short` alone count as types, as in C.
std::optional<CType> type_named(std::string_view name, AbiName abi);

// C's keywords that combine: "unsigned long long int", "double _Complex".
struct KeywordCount {
  int is_signed = 0, is_unsigned = 0, shorts = 0, longs = 0, ints = 0, chars = 0, doubles = 0;
  int floats = 0, float128s = 0, int128s = 0, complexes = 0;
  // Counts `word` and answers true when it is one of them.
  bool add(std::string_view word);
  bool empty() const;
};

// The type of such a group. Fails with a sentence when C has no such combination, or this ABI has
// no such type.
Result<CType> type_of(const KeywordCount& words, AbiName abi);

// An integer type of that width. Requires 1, 2, 4 or 8 bytes.
ValueKind integer_of(Bytes size, bool is_signed);

}  // namespace banter::abi
