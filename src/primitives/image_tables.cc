#include "primitives/image_tables.h"

#include <algorithm>
#include <bit>

#include "heap/layouts.h"

namespace banter::primitives {

using heap::ClassIndex;
using heap::Heap;
using heap::Mutator;
using heap::Object;
using heap::Oop;
using heap::Rooted;

namespace {

constexpr std::size_t kTally = 0;
constexpr std::size_t kArray = 1;

// The slot of `key` in an array of Associations, or that of the first nil on its way.
// Requires a nil in the array.
std::size_t scan(Heap& heap, const Object* array, Oop key) {
  const std::size_t size = array->slot_count();
  std::size_t i = heap.identity_hash(key.as_object()) % size;
  while (true) {
    const Oop entry = array->slot(i);
    if (entry == heap.nil()) return i;
    if (entry.as_object()->slot(heap::slots::association::kKey) == key) return i;
    i = i + 1 == size ? 0 : i + 1;
  }
}

void grow(Mutator& mutator, const Rooted<>& dictionary) {
  const std::size_t size = dictionary->slot(kArray).as_object()->slot_count();
  Rooted<> larger(mutator, mutator.new_array(size * 2));
  const Object* old = dictionary->slot(kArray).as_object();
  Heap& heap = mutator.heap();
  for (std::size_t i = 0; i < size; ++i) {
    const Oop entry = old->slot(i);
    if (entry == heap.nil()) continue;
    const Oop key = entry.as_object()->slot(heap::slots::association::kKey);
    larger.store(scan(heap, larger.get(), key), entry);
  }
  heap.store(dictionary.get(), kArray, larger.oop());
}

std::size_t method_capacity(const Object* dictionary) {
  return dictionary->slot_count() - heap::slots::method_dictionary::kFirstKey;
}

std::size_t method_scan(Heap& heap, const Object* dictionary, Oop selector) {
  const std::size_t mask = method_capacity(dictionary) - 1;
  std::size_t i = heap.identity_hash(selector.as_object()) & mask;
  while (true) {
    const Oop key = dictionary->slot(heap::slots::method_dictionary::kFirstKey + i);
    if (key == selector || key == heap.nil()) return i;
    i = (i + 1) & mask;
  }
}

void put_method(Heap& heap, Object* dictionary, Oop selector, Oop method) {
  namespace layout = heap::slots::method_dictionary;
  const std::size_t i = method_scan(heap, dictionary, selector);
  if (dictionary->slot(layout::kFirstKey + i) == heap.nil()) {
    const std::int64_t tally = dictionary->slot(layout::kTally).as_int();
    heap.store(dictionary, layout::kTally, Oop::small_int(tally + 1));
    heap.store(dictionary, layout::kFirstKey + i, selector);
  }
  heap.store(dictionary->slot(layout::kMethods).as_object(), i, method);
}

}  // namespace

std::optional<Oop> identity_dictionary_find(Heap& heap, Oop dictionary, Oop key) {
  if (!dictionary.is_object() || !key.is_object()) return std::nullopt;
  const Object* object = dictionary.as_object();
  if (!object->has_pointers_only() || object->slot_count() <= kArray) return std::nullopt;
  const Oop array = object->slot(kArray);
  if (heap.class_index_of(array) != ClassIndex::kArray) return std::nullopt;
  const std::size_t size = array.as_object()->slot_count();
  if (size == 0) return std::nullopt;
  // As scan(), but believing nothing: Smalltalk may have put anything there.
  std::size_t i = heap.identity_hash(key.as_object()) % size;
  for (std::size_t probes = 0; probes < size; ++probes) {
    const Oop entry = array.as_object()->slot(i);
    if (!entry.is_object() || entry == heap.nil()) return std::nullopt;
    const Object* association = entry.as_object();
    if (!association->has_pointers_only() || association->slot_count() < 2) return std::nullopt;
    if (association->slot(heap::slots::association::kKey) == key) return entry;
    i = i + 1 == size ? 0 : i + 1;
  }
  return std::nullopt;
}

void identity_dictionary_add(Mutator& mutator, const Rooted<>& dictionary, Oop association) {
  Rooted<> added(mutator, association);
  const std::int64_t tally = dictionary->slot(kTally).as_int();
  const std::size_t size = dictionary->slot(kArray).as_object()->slot_count();
  if (static_cast<std::size_t>(tally + 1) * 4 > size * 3) grow(mutator, dictionary);
  Heap& heap = mutator.heap();
  Object* array = dictionary->slot(kArray).as_object();
  const Oop key = added->slot(heap::slots::association::kKey);
  heap.store(array, scan(heap, array, key), added.oop());
  heap.store(dictionary.get(), kTally, Oop::small_int(tally + 1));
}

Object* new_identity_dictionary(Mutator& mutator, Oop cls, std::size_t capacity) {
  Rooted<> behavior(mutator, cls);
  Rooted<> array(mutator,
                 mutator.new_array(std::bit_ceil(std::max<std::size_t>(capacity, 6) * 4 / 3)));
  Object* dictionary = mutator.new_instance(behavior.oop());
  mutator.heap().store(dictionary, kTally, Oop::small_int(0));
  mutator.heap().store(dictionary, kArray, array.oop());
  return dictionary;
}

Object* new_method_dictionary(Mutator& mutator, std::size_t count) {
  namespace layout = heap::slots::method_dictionary;
  const std::size_t capacity = std::bit_ceil(std::max<std::size_t>(count * 4 / 3 + 1, 4));
  Rooted<> methods(mutator, mutator.new_array(capacity));
  Object* dictionary = mutator.allocate(
      ClassIndex::kMethodDictionary, heap::Format::kFixedIndexable, layout::kFirstKey + capacity);
  mutator.heap().store(dictionary, layout::kTally, Oop::small_int(0));
  mutator.heap().store(dictionary, layout::kMethods, methods.oop());
  return dictionary;
}

void install_method(Mutator& mutator, const Rooted<>& behavior, Oop selector, Oop method) {
  namespace layout = heap::slots::method_dictionary;
  Heap& heap = mutator.heap();
  Rooted<> key(mutator, selector);
  Rooted<> value(mutator, method);
  Object* dictionary = behavior->slot(heap::slots::behavior::kMethodDict).as_object();
  const std::size_t capacity = method_capacity(dictionary);
  const auto tally = static_cast<std::size_t>(dictionary->slot(layout::kTally).as_int());
  if ((tally + 1) * 4 > capacity * 3) {
    Object* larger = new_method_dictionary(mutator, capacity);
    dictionary = behavior->slot(heap::slots::behavior::kMethodDict).as_object();
    const Object* methods = dictionary->slot(layout::kMethods).as_object();
    for (std::size_t i = 0; i < capacity; ++i) {
      const Oop old_key = dictionary->slot(layout::kFirstKey + i);
      if (old_key != heap.nil()) put_method(heap, larger, old_key, methods->slot(i));
    }
    heap.store(behavior.get(), heap::slots::behavior::kMethodDict, larger->oop());
    dictionary = larger;
  }
  put_method(heap, dictionary, key.oop(), value.oop());
}

}  // namespace banter::primitives
