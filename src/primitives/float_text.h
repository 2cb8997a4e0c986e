// float_text.h -- doubles as text and back, both exact.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace banter::primitives {

// The shortest decimal that reads back as `x`, as Smalltalk writes it: `0.1`, `-0.0`, `1.0e100`,
// `Float nan`, `Float infinity`, `Float negativeInfinity`. Magnitudes from 0.0001 up to, not
// including, 1.0e6 are written without exponent.
std::string shortest_float_text(double x);

// `x` with exactly `places` digits behind the point (none: no point), rounded from its exact value.
// Requires a finite x.
std::string fixed_float_text(double x, int places);

// `x` with `digits` significant digits (at least 1) as `d.ddde+x`, rounded from its exact value.
// Requires a finite x.
std::string exact_float_text(double x, int digits);

// The double nearest to a decimal such as `-1.5e10`, `3`, `.5`, infinite when it is too large.
// Nothing unless the whole text is one number (infinities and nan are not numbers here).
std::optional<double> parse_float_text(std::string_view text);

}  // namespace banter::primitives
