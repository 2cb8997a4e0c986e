// classify.h -- the rules of Apple's ABI for 64-bit Arm.
#pragma once

#include "abi/places.h"

namespace banter::abi::apple_arm64 {

CallPlan classify(const Signature& signature);

}  // namespace banter::abi::apple_arm64
