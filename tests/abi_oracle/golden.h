// golden.h -- the signatures of an ABI's golden file, to be asked of the compiler.
#pragma once

#include "generator.h"

namespace banter::abi_oracle {

// All that a C compiler can be asked about; src/abi/<abi>/golden*.txt has the file.
Corpus golden_corpus(abi::AbiName abi);

}  // namespace banter::abi_oracle
