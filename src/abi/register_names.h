// register_names.h -- what people call the registers of each ABI, in the order arguments use them.
#pragma once

#include <string>

#include "abi/places.h"

namespace banter::abi {

// "rdi", "x0"; of the result row when `is_result`.
std::string name_of(AbiName abi, IntReg reg, bool is_result);
// "xmm0", "v0", "fa0"; on aapcs32 "s3", or "d1" for a piece of 8 bytes.
std::string name_of(AbiName abi, FloatReg reg, Bytes size);

}  // namespace banter::abi
