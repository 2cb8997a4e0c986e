#include "primitives/script_scope.h"

#include "heap/layouts.h"
#include "primitives/image_tables.h"
#include "primitives/symbols.h"
#include "primitives/values.h"

namespace banter::primitives {
namespace {

namespace layout = heap::slots;

constexpr std::size_t kTallySlot = 0;
constexpr std::size_t kArraySlot = 1;

// Whether the class of `dictionary`, or one it inherits from, is called IdentityDictionary.
bool uses_identity(const Heap& heap, Oop dictionary) {
  const auto name = find_symbol(heap, U"IdentityDictionary");
  if (!name) return false;
  for (Oop cls = heap.class_of(dictionary); is_behavior(heap, cls);
       cls = cls.as_object()->slot(layout::behavior::kSuperclass)) {
    const Object& object = *cls.as_object();
    if (object.slot_count() > layout::klass::kName && object.slot(layout::klass::kName) == *name) {
      return true;
    }
  }
  return false;
}

std::optional<Oop> key_of(const Heap& heap, Oop entry) {
  if (entry == heap.nil() || !entry.is_object()) return std::nullopt;
  const Object& association = *entry.as_object();
  if (!association.has_pointers_only() || association.slot_count() < layout::association::kSize) {
    return std::nullopt;
  }
  return association.slot(layout::association::kKey);
}

std::optional<Oop> find_association(const Heap& heap, const Object& dictionary, Oop symbol) {
  const Object& array = *dictionary.slot(kArraySlot).as_object();
  for (std::size_t i = 0; i < array.slot_count(); ++i) {
    if (key_of(heap, array.slot(i)) == symbol) return array.slot(i);
  }
  return std::nullopt;
}

// The free slot for a key with that hash in an array that has one.
std::size_t free_slot(const Heap& heap, const Object& array, std::size_t hash) {
  std::size_t i = hash % array.slot_count();
  while (array.slot(i) != heap.nil()) i = i + 1 == array.slot_count() ? 0 : i + 1;
  return i;
}

std::size_t hash_of(Heap& heap, Oop key, bool identity) {
  if (identity) return heap.identity_hash(key.as_object());
  const auto text = Text::of(heap, key);
  return text ? string_hash(*text) : 0;
}

// Twice the room. Requires string keys, as scripts make them.
void grow(Mutator& mutator, const Rooted<>& dictionary, bool identity) {
  Heap& heap = mutator.heap();
  const std::size_t size = dictionary->slot(kArraySlot).as_object()->slot_count();
  Rooted<> larger(mutator, mutator.new_array(size < 4 ? 8 : size * 2));
  for (std::size_t i = 0; i < size; ++i) {
    const Oop entry = dictionary->slot(kArraySlot).as_object()->slot(i);
    const auto key = key_of(heap, entry);
    if (!key || !key->is_object()) continue;
    larger.store(free_slot(heap, *larger.get(), hash_of(heap, *key, identity)), entry);
  }
  heap.store(dictionary.get(), kArraySlot, larger.oop());
}

void add_association(Mutator& mutator, const Rooted<>& dictionary, const Rooted<>& association) {
  Heap& heap = mutator.heap();
  const bool identity = uses_identity(heap, dictionary.oop());
  const std::int64_t tally = dictionary->slot(kTallySlot).as_int();
  const std::size_t size = dictionary->slot(kArraySlot).as_object()->slot_count();
  if (static_cast<std::size_t>(tally + 1) * 4 > size * 3) grow(mutator, dictionary, identity);
  Object* array = dictionary->slot(kArraySlot).as_object();
  const Oop key = association->slot(layout::association::kKey);
  heap.store(array, free_slot(heap, *array, hash_of(heap, key, identity)), association.oop());
  heap.store(dictionary.get(), kTallySlot, Oop::small_int(tally + 1));
}

}  // namespace

ScriptScope::ScriptScope(Mutator& mutator, Oop behavior, Oop dictionary)
    : ClassScope(mutator, behavior), dictionary_(mutator, dictionary) {}

bool ScriptScope::is_dictionary(const Heap& heap, Oop oop) {
  if (!oop.is_object() || is_of(oop, ClassIndex::kContext)) return false;
  const Object& object = *oop.as_object();
  if (!object.has_pointers_only() || object.slot_count() <= kArraySlot) return false;
  const Oop tally = object.slot(kTallySlot);
  if (!tally.is_small_int() || !is_array(object.slot(kArraySlot))) return false;
  const Object& array = *object.slot(kArraySlot).as_object();
  std::int64_t entries = 0;
  for (std::size_t i = 0; i < array.slot_count(); ++i) {
    if (array.slot(i) == heap.nil()) continue;
    const auto key = key_of(heap, array.slot(i));
    if (!key || !is_string(heap, *key)) return false;
    ++entries;
  }
  return entries == tally.as_int();
}

std::optional<compiler::Binding> ScriptScope::lookup(std::string_view name) {
  const Oop symbol = intern(mutator(), name);
  const auto found = find_association(mutator().heap(), *dictionary_.get(), symbol);
  if (found) return bind(name, *found, true);
  return ClassScope::lookup(name);
}

std::optional<compiler::Binding> ScriptScope::declare(std::string_view name) {
  const Rooted<> symbol(mutator(), intern(mutator(), name));
  const Rooted<> association(mutator(), mutator().new_association(symbol.oop(), mutator().nil()));
  add_association(mutator(), dictionary_, association);
  return bind(name, association.oop(), true);
}

std::optional<compiler::Binding> PermissiveScope::lookup(std::string_view name) {
  const auto found = ClassScope::lookup(name);
  return found ? found : bind(name, mutator().nil(), true);
}

std::optional<compiler::Binding> PermissiveScope::declare(std::string_view name) {
  return bind(name, mutator().nil(), true);
}

}  // namespace banter::primitives
