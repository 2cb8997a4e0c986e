// pieces.h -- pieces that several ABIs cut alike: the bytes of a value in registers in a row.
#pragma once

#include <vector>

#include "abi/places.h"

namespace banter::abi {

// How many registers of `width` bytes `size` bytes take.
constexpr unsigned words_of(Bytes size, Bytes width) {
  return (size.count + width.count - 1) / width.count;
}

// Bytes 0 to `size` - 1 in integer registers of `width` bytes from `first` on; the last may hold
// fewer.
inline std::vector<Piece> in_int_registers(Bytes size, unsigned first, Bytes width) {
  std::vector<Piece> pieces;
  for (Bytes at{0}; at < size; at = at + width) {
    const Bytes rest = size - at;
    pieces.push_back(InInt{IntReg(first++), at, rest < width ? rest : width});
  }
  return pieces;
}

// `count` leaves of `each` bytes, without gaps, in float registers `first`, `first` + `step` ...
inline std::vector<Piece> in_float_registers(Bytes each, unsigned count, unsigned first,
                                             unsigned step = 1) {
  std::vector<Piece> pieces;
  for (unsigned i = 0; i < count; i++) {
    pieces.push_back(InFloat{FloatReg(first + i * step), Bytes{i * each.count}, each});
  }
  return pieces;
}

}  // namespace banter::abi
