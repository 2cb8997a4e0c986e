// hashed_collection.cc -- the short way through Dictionary, Set and OrderedCollection: named
// primitives of module Banter.
//
//   slots:  0 tally   1 array      a Dictionary's array holds Associations, a Set's its elements
//
// An entry stands at index (hash \\ size) + 1 or after it, around the end; nil is a free place. The
// primitives know hash and = of SmallIntegers, Characters, Booleans, Strings and Symbols, and
// identity for everything. They fail (generic) when a key or one that it is compared with is
// anything else; the method's own code then does the same by sending messages.
#include "heap/layouts.h"
#include "primitives/identity.h"
#include "primitives/table_list.h"

namespace banter::primitives {
namespace {

constexpr std::size_t kTallySlot = 0;
constexpr std::size_t kArraySlot = 1;
constexpr std::size_t kKeySlot = heap::slots::association::kKey;
constexpr std::size_t kValueSlot = heap::slots::association::kValue;

enum class Same { kYes, kNo, kUnknown };

bool is_plain_string(Oop oop) {
  return is_of(oop, ClassIndex::kByteString) || is_of(oop, ClassIndex::kWideString) ||
         is_symbol(oop);
}
bool is_boolean(const Heap& heap, Oop oop) {
  return oop == heap.true_object() || oop == heap.false_object();
}

// Equality as = answers it, for keys whose hash() below is known.
struct Equality {
  static std::optional<std::int64_t> hash(Mutator& mutator, Oop key) {
    if (key.is_small_int()) return key.as_int();
    if (key.is_character()) return key.as_code_point();
    if (is_plain_string(key)) return string_hash(*Text::of(mutator.heap(), key));
    if (is_boolean(mutator.heap(), key)) return identity_hash(mutator, key);
    return std::nullopt;
  }

  static Same compare(const Heap& heap, Oop key, Oop stored) {
    if (key == stored) return Same::kYes;
    if (stored.is_small_int() || stored.is_character()) return Same::kNo;
    if (stored.is_small_float()) return compare_float(key, stored);
    if (is_plain_string(stored))
      return is_plain_string(key) ? compare_text(heap, key, stored) : Same::kNo;
    if (is_boolean(heap, stored) || is_large_integer(stored)) return Same::kNo;
    return Same::kUnknown;
  }

 private:
  static Same compare_float(Oop key, Oop stored) {
    constexpr double kLimit = 1152921504606846976.0;  // 2^60
    if (!key.is_small_int()) return Same::kNo;
    const double value = stored.as_small_float();
    if (!(value >= -kLimit && value < kLimit)) return Same::kNo;
    const auto whole = static_cast<std::int64_t>(value);
    return static_cast<double>(whole) == value && whole == key.as_int() ? Same::kYes : Same::kNo;
  }

  static Same compare_text(const Heap& heap, Oop key, Oop stored) {
    if (is_symbol(key) && is_symbol(stored)) return Same::kNo;
    const Text left = *Text::of(heap, key);
    const Text right = *Text::of(heap, stored);
    if (left.size() != right.size()) return Same::kNo;
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (left[i] != right[i]) return Same::kNo;
    }
    return Same::kYes;
  }
};

// Equality as == answers it.
struct Identity {
  static std::optional<std::int64_t> hash(Mutator& mutator, Oop key) {
    return identity_hash(mutator, key);
  }
  static Same compare(const Heap&, Oop key, Oop stored) {
    return key == stored ? Same::kYes : Same::kNo;
  }
};

// An element of the array is the key's Association.
struct InAssociations {
  // Nothing when the entry is of another shape, such as a weak association.
  static std::optional<Oop> key_of(Oop entry) {
    if (!entry.is_object()) return std::nullopt;
    const Object& association = *entry.as_object();
    if (association.format() != Format::kFixed ||
        association.slot_count() != heap::slots::association::kSize) {
      return std::nullopt;
    }
    return association.slot(kKeySlot);
  }
};

// An element of the array is the key.
struct InElements {
  static std::optional<Oop> key_of(Oop entry) { return entry; }
};

// The array of a collection of the right shape.
inline Object* array_of(Oop collection) {
  if (!collection.is_object()) return nullptr;
  const Object& object = *collection.as_object();
  if (!object.has_pointers_only() || object.slot_count() <= kArraySlot) return nullptr;
  if (is_of(collection, ClassIndex::kContext)) return nullptr;
  if (!object.slot(kTallySlot).is_small_int() || !is_array(object.slot(kArraySlot))) return nullptr;
  Object* array = object.slot(kArraySlot).as_object();
  return array->slot_count() == 0 ? nullptr : array;
}

inline std::size_t first_index(std::int64_t hash, std::size_t size) {
  if (hash >= 0) [[likely]] {
    const auto value = static_cast<std::uint64_t>(hash);
    if ((size & (size - 1)) == 0) return static_cast<std::size_t>(value & (size - 1));
    if (value >> 32 == 0 && std::uint64_t{size} >> 32 == 0) {
      return static_cast<std::uint32_t>(value) % static_cast<std::uint32_t>(size);
    }
    return static_cast<std::size_t>(value % size);
  }
  const auto modulo = hash % static_cast<std::int64_t>(size);
  return static_cast<std::size_t>(modulo < 0 ? modulo + static_cast<std::int64_t>(size) : modulo);
}

// Where a key is, or the free place where it belongs.
struct Place {
  enum class Kind { kFound, kFree, kFull, kUnknown };
  Kind kind;
  std::size_t index = 0;  // 0-based, for kFound and kFree
};

// find() for a SmallInteger in a Dictionary, the most frequent case, as long as it only meets plain
// Associations with SmallInteger keys; kUnknown for everything else.
inline Place find_small_integer(const Heap& heap, const Object& array, Oop key) {
  constexpr std::uint64_t kShapeMask = heap::Header::kClassIndexMask | heap::Header::kFormatMask |
                                       std::uint64_t{255} << heap::Header::kSlotsShift;
  constexpr std::uint64_t kShape =
      heap::Header::make(ClassIndex::kAssociation, Format::kFixed, heap::slots::association::kSize);
  const std::size_t size = array.slot_count();
  const Oop* entries = array.slots();
  std::size_t index = first_index(key.as_int(), size);
  for (std::size_t probes = 0; probes < size; ++probes) {
    const Oop entry = entries[index];
    if (entry == heap.nil()) return {Place::Kind::kFree, index};
    if (!entry.is_object()) break;
    const Object& association = *entry.as_object();
    if ((association.header & kShapeMask) != kShape) break;
    const Oop stored = association.slots()[kKeySlot];
    if (stored == key) return {Place::Kind::kFound, index};
    if (!stored.is_small_int()) break;
    if (++index == size) index = 0;
  }
  return {Place::Kind::kUnknown};
}

template <class Comparison, class Entries>
Place find(const Heap& heap, const Object& array, Oop key, std::int64_t hash) {
  const std::size_t size = array.slot_count();
  const Oop* entries = array.slots();
  std::size_t index = first_index(hash, size);
  for (std::size_t probes = 0; probes < size; ++probes) {
    const Oop entry = entries[index];
    if (entry == heap.nil()) return {Place::Kind::kFree, index};
    const auto stored = Entries::key_of(entry);
    const Same same = stored ? Comparison::compare(heap, key, *stored) : Same::kUnknown;
    if (same == Same::kYes) return {Place::Kind::kFound, index};
    if (same == Same::kUnknown) return {Place::Kind::kUnknown};
    if (++index == size) index = 0;
  }
  return {Place::Kind::kFull};
}

// The place of the first argument in the receiver, which is of the right shape when this answers
// anything but kUnknown.
template <class Comparison, class Entries>
inline Place find_argument(Mutator& mutator, const Args& args) {
  if constexpr (std::is_same_v<Entries, InAssociations>) {
    if (args.at(0).is_small_int()) {
      const Object* array = array_of(args.receiver());
      if (array == nullptr) return {Place::Kind::kUnknown};
      const Place place = find_small_integer(mutator.heap(), *array, args.at(0));
      if (place.kind != Place::Kind::kUnknown) return place;
    }
  }
  const auto hash = Comparison::hash(mutator, args.at(0));
  const Object* array = array_of(args.receiver());
  if (!hash || array == nullptr) return {Place::Kind::kUnknown};
  return find<Comparison, Entries>(mutator.heap(), *array, args.at(0), *hash);
}

// HashedCollection>>scanFor: -- the 1-based index of the entry, or of the free place for it.
// Fails: generic, limit (not there and no free place).  May collect: only for a class as key.
template <class Comparison, class Entries>
Outcome scan(Mutator& mutator, const Args& args) {
  const Place place = find_argument<Comparison, Entries>(mutator, args);
  switch (place.kind) {
    case Place::Kind::kFound:
    case Place::Kind::kFree:
      return Oop::small_int(static_cast<std::int64_t>(place.index) + 1);
    case Place::Kind::kFull:
      return Failure::limit;
    case Place::Kind::kUnknown:
      break;
  }
  return Failure::generic;
}

// Dictionary>>at: at:ifAbsent: -- the value.
// Fails: generic, not_found.  May collect: only for a class as key.
template <class Comparison>
Outcome at(Mutator& mutator, const Args& args) {
  if (args.count != 1 && args.count != 2) return Failure::bad_argument_count;
  const Place place = find_argument<Comparison, InAssociations>(mutator, args);
  if (place.kind == Place::Kind::kUnknown) return Failure::generic;
  if (place.kind != Place::Kind::kFound) return Failure::not_found;
  const Object* array = array_of(args.receiver());
  return array->slot(place.index).as_object()->slot(kValueSlot);
}

// Dictionary>>includesKey:, Set>>includes: -- a Boolean.
// Fails: generic.  May collect: only for a class as key.
template <class Comparison, class Entries>
Outcome includes(Mutator& mutator, const Args& args) {
  const Place place = find_argument<Comparison, Entries>(mutator, args);
  if (place.kind == Place::Kind::kUnknown) return Failure::generic;
  return mutator.heap().boolean(place.kind == Place::Kind::kFound);
}

// Why the receiver may not get another entry, if it may not.
std::optional<Failure> refuse_insertion(const Object& collection, const Object& array) {
  if (collection.is_immutable() || array.is_immutable()) return Failure::no_modification;
  const std::int64_t tally = collection.slot(kTallySlot).as_int();
  const auto size = static_cast<std::int64_t>(array.slot_count());
  if (tally < 0 || tally >= size || (tally + 1) * 4 > size * 3) return Failure::limit;
  return std::nullopt;
}

void insert(Heap& heap, Object& collection, std::size_t index, Oop entry) {
  heap.store(collection.slot(kArraySlot).as_object(), index, entry);
  const std::int64_t tally = collection.slot(kTallySlot).as_int();
  heap.store(&collection, kTallySlot, Oop::small_int(tally + 1));
}

// Dictionary>>at:put: -- stores, or inserts while at most three quarters are then full; the value.
// Fails: generic, limit (it must grow first), no_modification.  May collect: yes.
template <class Comparison>
Outcome at_put(Mutator& mutator, const Args& args) {
  Heap& heap = mutator.heap();
  const Place place = find_argument<Comparison, InAssociations>(mutator, args);
  if (place.kind == Place::Kind::kUnknown) return Failure::generic;
  if (place.kind == Place::Kind::kFull) return Failure::limit;
  if (place.kind == Place::Kind::kFound) {
    Object* association = array_of(args.receiver())->slot(place.index).as_object();
    if (association->is_immutable()) return Failure::no_modification;
    heap.store(association, kValueSlot, args.at(1));
    return args.at(1);
  }
  const auto refusal = refuse_insertion(*args.receiver().as_object(), *array_of(args.receiver()));
  if (refusal) return *refusal;
  Object* association = mutator.new_association(args.at(0), args.at(1));
  insert(heap, *args.receiver().as_object(), place.index, association->oop());
  return args.at(1);
}

// Set>>add: -- inserts the argument unless it is there; the argument.
// Fails: generic, bad_argument (nil), limit, no_modification.  May collect: only for a class.
template <class Comparison>
Outcome add(Mutator& mutator, const Args& args) {
  if (args.at(0) == mutator.nil()) return Failure::bad_argument;
  const Place place = find_argument<Comparison, InElements>(mutator, args);
  if (place.kind == Place::Kind::kUnknown) return Failure::generic;
  if (place.kind == Place::Kind::kFull) return Failure::limit;
  if (place.kind == Place::Kind::kFound) return args.at(0);
  const auto refusal = refuse_insertion(*args.receiver().as_object(), *array_of(args.receiver()));
  if (refusal) return *refusal;
  insert(mutator.heap(), *args.receiver().as_object(), place.index, args.at(0));
  return args.at(0);
}

// OrderedCollection>>addLast: -- the argument, put behind the last element. Slots: 0 array,
// 1 firstIndex, 2 lastIndex.
// Fails: generic (another shape), limit (no room at the end), no_modification.  May collect: no.
Outcome ordered_add(Mutator& mutator, const Args& args) {
  constexpr std::size_t kLastIndexSlot = 2;
  if (!args.receiver().is_object()) return Failure::generic;
  Object& self = *args.receiver().as_object();
  if (!self.has_pointers_only() || self.slot_count() <= kLastIndexSlot) return Failure::generic;
  if (is_of(args.receiver(), ClassIndex::kContext)) return Failure::generic;
  const Oop last = self.slot(kLastIndexSlot);
  if (!is_array(self.slot(0)) || !last.is_small_int() || last.as_int() < 0) {
    return Failure::generic;
  }
  Object& array = *self.slot(0).as_object();
  if (last.as_int() >= static_cast<std::int64_t>(array.slot_count())) return Failure::limit;
  if (self.is_immutable() || array.is_immutable()) return Failure::no_modification;
  Heap& heap = mutator.heap();
  heap.store(&array, static_cast<std::size_t>(last.as_int()), args.at(0));
  heap.store(&self, kLastIndexSlot, Oop::small_int(last.as_int() + 1));
  return args.at(0);
}

constexpr NamedEntry kNamedTable[] = {
    {"Banter", "primitiveDictionaryScan", 1, scan<Equality, InAssociations>},
    {"Banter", "primitiveSetScan", 1, scan<Equality, InElements>},
    {"Banter", "primitiveIdentityDictionaryScan", 1, scan<Identity, InAssociations>},
    {"Banter", "primitiveIdentitySetScan", 1, scan<Identity, InElements>},
    {"Banter", "primitiveDictionaryAt", -1, at<Equality>},
    {"Banter", "primitiveIdentityDictionaryAt", -1, at<Identity>},
    {"Banter", "primitiveDictionaryAtPut", 2, at_put<Equality>},
    {"Banter", "primitiveIdentityDictionaryAtPut", 2, at_put<Identity>},
    {"Banter", "primitiveDictionaryIncludesKey", 1, includes<Equality, InAssociations>},
    {"Banter", "primitiveIdentityDictionaryIncludesKey", 1, includes<Identity, InAssociations>},
    {"Banter", "primitiveSetIncludes", 1, includes<Equality, InElements>},
    {"Banter", "primitiveIdentitySetIncludes", 1, includes<Identity, InElements>},
    {"Banter", "primitiveSetAdd", 1, add<Equality>},
    {"Banter", "primitiveIdentitySetAdd", 1, add<Identity>},
    {"Banter", "primitiveOrderedCollectionAdd", 1, ordered_add},
};

}  // namespace

NamedTable hashed_named_table() {
  return kNamedTable;
}

}  // namespace banter::primitives
