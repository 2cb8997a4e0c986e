// classify.h -- the rules of RISC-V's LP64D ABI.
#pragma once

#include "abi/places.h"

namespace banter::abi::riscv_lp64d {

CallPlan classify(const Signature& signature);

}  // namespace banter::abi::riscv_lp64d
