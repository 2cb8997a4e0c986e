// integer.h -- the little arithmetic on integers of any size that reading numbers needs.
#pragma once

#include <cstdint>
#include <string>

#include "compiler/code.h"

namespace banter::compiler {

// value := value * factor + addend, the sign left alone.
void multiply_add(Integer& value, std::uint32_t factor, std::uint32_t addend);

// value := value // divisor; answers the remainder. Requires a divisor; the sign is left alone.
std::uint32_t divide(Integer& value, std::uint32_t divisor);

Integer power(std::uint32_t base, std::uint32_t exponent);

// Divides both by their common factors. `denominator` must be a power of `base` (at most 36).
void reduce(Integer& numerator, Integer& denominator, std::uint32_t base);

// The double nearest to value * base raised to exponent; infinite when it is too big.
double scaled_to_double(Integer value, std::uint32_t base, std::int32_t exponent);

// Decimal digits, with a minus sign if negative.
std::string to_decimal(Integer value);

}  // namespace banter::compiler
