// classify.h -- the rules of the System V ABI for AMD64.
#pragma once

#include "abi/places.h"

namespace banter::abi::sysv_x64 {

CallPlan classify(const Signature& signature);

}  // namespace banter::abi::sysv_x64
