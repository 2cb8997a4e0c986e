#include "primitives/symbols.h"

#include <algorithm>
#include <string>

#include "heap/rooted.h"
#include "primitives/utf8.h"
#include "primitives/values.h"

namespace banter::primitives {
namespace {

constexpr std::size_t kFirstEntries = 1024;
constexpr char32_t kLargestByteCode = 255;

std::uint32_t hash_of(std::u32string_view codes) {
  std::uint32_t hash = 0;
  for (const char32_t code : codes) hash = string_hash_step(hash, code);
  return hash & kStringHashMask;
}

Text text_of(Oop symbol) {
  const Object& object = *symbol.as_object();
  return object.has_bytes() ? Text::of_bytes(object) : Text::of_words(object);
}

bool same_text(const Text& text, std::u32string_view codes) {
  if (text.size() != codes.size()) return false;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    if (text[i] != codes[i]) return false;
  }
  return true;
}

Object* table_of(const Heap& heap) {
  return heap.special(heap::Special::kSymbolTable).as_object();
}
std::size_t entry_count(const Object& table) {
  return table.slot_count() - 1;
}
std::size_t tally_of(const Object& table) {
  return static_cast<std::size_t>(table.slot(0).as_int());
}

// The slot of the entry that has these characters, or of the free one where it belongs.
std::size_t slot_for(const Heap& heap, const Object& table, std::u32string_view codes) {
  const std::size_t mask = entry_count(table) - 1;
  std::size_t entry = hash_of(codes) & mask;
  while (table.slot(1 + entry) != heap.nil() && !same_text(text_of(table.slot(1 + entry)), codes)) {
    entry = (entry + 1) & mask;
  }
  return 1 + entry;
}

// Replaces the table by one of `entries` entries with the same Symbols. May collect.
void rebuild(Mutator& mutator, std::size_t entries) {
  Heap& heap = mutator.heap();
  Rooted<> table(mutator, mutator.new_array(1 + entries));
  const Oop old = heap.special(heap::Special::kSymbolTable);
  heap.store(table.get(), 0, Oop::small_int(0));
  if (old != heap.nil()) {
    heap.store(table.get(), 0, old.as_object()->slot(0));
    for (std::size_t i = 0; i < entry_count(*old.as_object()); ++i) {
      const Oop symbol = old.as_object()->slot(1 + i);
      if (symbol == heap.nil()) continue;
      std::size_t entry = string_hash(text_of(symbol)) & (entries - 1);
      while (table->slot(1 + entry) != heap.nil()) entry = (entry + 1) & (entries - 1);
      table.store(1 + entry, symbol);
    }
  }
  heap.set_special(heap::Special::kSymbolTable, table.oop());
}

// Symbols are immutable: the table would lose one whose characters change.
Object* new_symbol(Mutator& mutator, std::u32string_view codes) {
  const bool wide = std::any_of(codes.begin(), codes.end(),
                                [](char32_t code) { return code > kLargestByteCode; });
  if (wide) {
    Object* symbol = mutator.new_words(ClassIndex::kWideSymbol, codes.size());
    for (std::size_t i = 0; i < codes.size(); ++i) symbol->set_word(i, codes[i]);
    symbol->set_immutable(true);
    return symbol;
  }
  Object* symbol = mutator.new_bytes(ClassIndex::kByteSymbol, codes.size());
  std::transform(codes.begin(), codes.end(), symbol->bytes(),
                 [](char32_t code) { return static_cast<std::uint8_t>(code); });
  symbol->set_immutable(true);
  return symbol;
}

}  // namespace

Oop intern(Mutator& mutator, std::u32string_view codes) {
  Heap& heap = mutator.heap();
  if (heap.special(heap::Special::kSymbolTable) == heap.nil()) rebuild(mutator, kFirstEntries);
  {
    const Object& table = *table_of(heap);
    const Oop found = table.slot(slot_for(heap, table, codes));
    if (found != heap.nil()) return found;
    if ((tally_of(table) + 1) * 4 > entry_count(table) * 3) {
      rebuild(mutator, entry_count(table) * 2);
    }
  }
  Object* symbol = new_symbol(mutator, codes);
  Object& table = *table_of(heap);
  heap.store(&table, slot_for(heap, table, codes), symbol->oop());
  heap.store(&table, 0, Oop::small_int(static_cast<std::int64_t>(tally_of(table)) + 1));
  return symbol->oop();
}

Oop intern(Mutator& mutator, std::string_view utf8) {
  return intern(mutator, decode_utf8_lenient(utf8));
}

std::optional<Oop> find_symbol(const Heap& heap, std::u32string_view codes) {
  if (heap.special(heap::Special::kSymbolTable) == heap.nil()) return std::nullopt;
  const Object& table = *table_of(heap);
  const Oop found = table.slot(slot_for(heap, table, codes));
  return found == heap.nil() ? std::nullopt : std::optional<Oop>(found);
}

Oop all_symbols(Mutator& mutator) {
  Heap& heap = mutator.heap();
  if (heap.special(heap::Special::kSymbolTable) == heap.nil()) return mutator.new_array(0)->oop();
  Object* all = mutator.new_array(tally_of(*table_of(heap)));
  const Object& table = *table_of(heap);
  std::size_t next = 0;
  for (std::size_t i = 0; i < entry_count(table); ++i) {
    if (table.slot(1 + i) != heap.nil()) heap.store(all, next++, table.slot(1 + i));
  }
  return all->oop();
}

}  // namespace banter::primitives
