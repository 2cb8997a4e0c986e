// layout_entries.h -- the members of a C structure as image code wants them (FFIStructLayout).
#pragma once

#include <string_view>

#include "abi/c_type.h"
#include "ffi/objects.h"

namespace banter::ffi {

// "int32", "double", "pointer", "char" ...: how a value of that type is read and written in memory.
// Empty for types that Smalltalk has no form for.
std::string_view value_name(const abi::CType& type);

// {size. alignment. {name. value kind. offset. element size. count or nil. first bit or nil. bits
// or nil} ...} of a structure or union. Members of members follow theirs as 'outer.inner'; those of
// anonymous ones have their own names. An array, of however many dimensions, is one row of
// elements. The kind of what has no form of its own is #structure: its bytes. May collect.
Oop layout_entries(Mutator& mutator, const abi::CType& structure);

}  // namespace banter::ffi
