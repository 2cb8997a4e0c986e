// values.h -- random values of a C type, and which of their bits mean something.
#pragma once

#include <random>
#include <vector>

#include "abi/aggregate.h"

namespace banter::abi_oracle {

using Value = std::vector<unsigned char>;

// Ones where a value of the type has bits that a copy must keep: padding may change.
Value significant_bits(const abi::CType& type);

// Random bytes, padding included, that every copy in C keeps: bool is 0 or 1, and floats are no
// signalling NaNs.
Value random_value(std::mt19937_64& engine, const abi::CType& type);

// True when the bits that mean something are the same.
bool same_value(const unsigned char* a, const unsigned char* b, const Value& significant);

}  // namespace banter::abi_oracle
