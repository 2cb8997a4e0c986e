// symbol.cc -- the named primitives of Symbol over the symbol table (symbols.h).
#include "primitives/symbols.h"
#include "primitives/table_list.h"
#include "primitives/values.h"

namespace banter::primitives {
namespace {

// Symbol class>>intern: -- the Symbol with the characters of a String.  Fails: bad_argument.
// May collect: yes.
Outcome intern_symbol(Mutator& mutator, const Args& args) {
  const auto text = Text::of(mutator.heap(), args.at(0));
  if (!text) return Failure::bad_argument;
  return intern(mutator, text->codes());
}

// Symbol class>>findInterned: -- that Symbol, or nil.  Fails: bad_argument.  May collect: no.
Outcome find_interned(Mutator& mutator, const Args& args) {
  const auto text = Text::of(mutator.heap(), args.at(0));
  if (!text) return Failure::bad_argument;
  return find_symbol(mutator.heap(), text->codes()).value_or(mutator.nil());
}

// Symbol class>>allSymbols -- an Array.  Fails: no.  May collect: yes.
Outcome list_symbols(Mutator& mutator, const Args&) {
  return all_symbols(mutator);
}

constexpr NamedEntry kNamedTable[] = {
    {"Banter", "primitiveInternSymbol", 1, intern_symbol},
    {"Banter", "primitiveFindSymbol", 1, find_interned},
    {"Banter", "primitiveAllSymbols", 0, list_symbols},
};

}  // namespace

NamedTable symbol_named_table() {
  return kNamedTable;
}

}  // namespace banter::primitives
