// compiler.h -- the platform's C compiler, run from the test.
#pragma once

#include <filesystem>
#include <string>

#include "abi/abi_name.h"

namespace banter::abi_oracle {

// Makes the shared library `oracle.so` of `oracle.c`, whose functions follow `abi`, and `guard.c`,
// all in `folder`. Answers "", or the command that failed.
std::string compile(abi::AbiName abi, const std::filesystem::path& folder);

}  // namespace banter::abi_oracle
