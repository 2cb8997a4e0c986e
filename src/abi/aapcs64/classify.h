// classify.h -- the rules of the Arm 64-bit procedure call standard, as Linux uses it.
#pragma once

#include "abi/places.h"

namespace banter::abi::aapcs64 {

CallPlan classify(const Signature& signature);

}  // namespace banter::abi::aapcs64
