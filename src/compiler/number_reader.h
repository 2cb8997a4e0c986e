// number_reader.h -- number literals.
//
//   digits  12  1_000   16rFF  -2r101  16r-FF
//   .       3.14   16r1.8
//   e d q   1e10  2r1e4  1.5e-3      exponents of the radix
//   s       3.14s2  3s  0.1s         scaled decimals
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "compiler/code.h"

namespace banter::compiler {

struct NumberReading {
  Literal literal;      // Integer, double, Fraction or ScaledDecimal
  std::size_t end = 0;  // behind the number's last character
  std::string problem;  // not empty: why this is no number
};

// Reads the number that begins at `begin`, where a digit must stand; a sign has been seen before if
// `negative`.
NumberReading read_number(std::string_view text, std::size_t begin, bool negative);

}  // namespace banter::compiler
