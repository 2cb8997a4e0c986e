// classify.h -- the four conventions of 32-bit x86.
#pragma once

#include "abi/places.h"

namespace banter::abi::ia32 {

CallPlan classify(const Signature& signature);

}  // namespace banter::abi::ia32
