// apple_assembly.h -- assembly for Apple's arm64 as GNU's assembler for Linux takes it.
#pragma once

#include <string>

namespace banter::abi_oracle {

// What Clang writes with `-target arm64-apple-macos11 -mllvm -aarch64-neon-syntax=generic -S`. The
// instructions stay as they are; names of symbols, relocations, sections and comments differ.
std::string from_apple(const std::string& assembly);

}  // namespace banter::abi_oracle
