// abi_command.h -- `banter abi DECLARATION`: where a call's arguments and result travel.
#pragma once

#include "cli/options.h"

namespace banter::cli {

// Prints a table for each ABI that was asked for, and writes the picture. Answers the exit status:
// 1 when no ABI knows the declaration, or the picture cannot be written.
int run_abi_command(const Options& options);

}  // namespace banter::cli
