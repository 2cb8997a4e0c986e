// type_names.h -- a program's own names for C types, as image code gives them.
#pragma once

#include "abi/declaration.h"
#include "ffi/objects.h"

namespace banter::ffi {

// From an Array of Strings: name, type, name, type. What is no such pair is left out. Never
// collects.
abi::TypeNames type_names_of(const Heap& heap, Oop array);

}  // namespace banter::ffi
