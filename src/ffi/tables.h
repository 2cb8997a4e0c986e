// tables.h -- the primitives of this folder, a table for each file.
#pragma once

#include <span>

#include "interpreter/primitive.h"

namespace banter::ffi {

std::span<const interpreter::NamedEntry> alien_primitives();
std::span<const interpreter::NamedEntry> alien_memory_primitives();
std::span<const interpreter::NamedEntry> function_primitives();
std::span<const interpreter::Entry> numbered_function_primitives();
std::span<const interpreter::NamedEntry> callback_primitives();
std::span<const interpreter::NamedEntry> recorder_primitives();

}  // namespace banter::ffi
