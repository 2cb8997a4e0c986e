// golden_testing.h -- compares what classify() says of one ABI with its folder's golden.txt.
#pragma once

#include "abi/abi_name.h"

namespace banter::abi {

// Fails the running test at the first line that differs. With --update-golden on the command line
// of abi_test it writes the file anew.
void expect_golden(AbiName abi);

}  // namespace banter::abi
