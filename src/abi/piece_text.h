// piece_text.h -- places as people read them: "rdi", "xmm0", "stack+16", "st(0)".
#pragma once

#include <string>

#include "abi/places.h"

namespace banter::abi {

// True when a placement's registers are those of results: the address of a result by reference
// comes where arguments do.
bool in_result_row(const Placement& placement, bool is_result);

// Where the piece is. `in_results` as in_result_row() says.
std::string place_of(AbiName abi, const Piece& piece, bool in_results);

// Which bytes of the value it holds.
Bytes first_byte(const Piece& piece);
Bytes byte_count(const Piece& piece);

// "bytes 0-7" without the word: "0-7", "8".
std::string byte_range(Bytes first, Bytes count);

}  // namespace banter::abi
