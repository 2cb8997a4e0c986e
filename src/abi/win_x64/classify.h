// classify.h -- the rules of Windows on x86-64.
#pragma once

#include "abi/places.h"

namespace banter::abi::win_x64 {

CallPlan classify(const Signature& signature);

}  // namespace banter::abi::win_x64
