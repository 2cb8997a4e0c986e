// symbols.h -- the symbol table: one Symbol for each sequence of characters.
//
// The table is an Array in the special objects, so that it is saved with the image:
//
//   [ tally | entry 0 | entry 1 | ... | entry n-1 ]     n a power of two, at most 3/4 full
//
// An entry is a Symbol or nil; a Symbol stands at (string hash mod n) or after it, around the end.
#pragma once

#include <optional>
#include <string_view>

#include "heap/heap.h"
#include "heap/mutator.h"
#include "heap/oop.h"

namespace banter::primitives {

// The Symbol with these characters, made if there is none. Makes the table when the image has none
// yet. May collect.
heap::Oop intern(heap::Mutator& mutator, std::string_view utf8);
heap::Oop intern(heap::Mutator& mutator, std::u32string_view codes);

// The Symbol with these characters, if there is one.
std::optional<heap::Oop> find_symbol(const heap::Heap& heap, std::u32string_view codes);

// An Array of all Symbols. May collect.
heap::Oop all_symbols(heap::Mutator& mutator);

}  // namespace banter::primitives
