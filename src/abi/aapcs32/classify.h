// classify.h -- the rules of the Arm 32-bit procedure call standard, both variants.
#pragma once

#include "abi/places.h"

namespace banter::abi::aapcs32 {

// `signature.abi` says which: aapcs32 (hard float) or aapcs32_soft.
CallPlan classify(const Signature& signature);

}  // namespace banter::abi::aapcs32
