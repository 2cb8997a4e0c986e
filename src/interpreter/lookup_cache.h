// lookup_cache.h -- what a selector means to a class, remembered: one global, direct-mapped table.
//
// An entry says at once what a send has to do (Kind) and holds what that needs, so that a hit costs
// one cache line. Entries hold raw oops and addresses; the cache is emptied whenever objects that
// may be in it have moved, so it is no root.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "heap/oop.h"
#include "interpreter/primitive.h"

namespace banter::interpreter {

enum class Kind : std::uint8_t {
  empty,
  activate,         // push a frame; word: address of the first bytecode
  return_self,      // quick methods, no frame
  return_constant,  // word: the oop
  return_variable,  // aux, word: index of the instance variable
  primitive,        // word: the function; on failure activate
  closure_value,    // primitive 207: activate the receiver's block
  general,          // anything rare: Interpreter::execute_method sorts it out
};

struct CacheEntry {
  heap::Oop selector;
  heap::Oop method;
  std::uint64_t word;
  std::uint32_t class_index;
  std::uint8_t argument_count;
  std::uint8_t local_count;  // temps that are not arguments
  Kind kind;
  std::uint8_t unused = 0;

  bool matches(heap::Oop wanted, std::uint32_t index) const {
    return selector == wanted && class_index == index;
  }
  const std::uint8_t* first_bytecode() const {
    return reinterpret_cast<const std::uint8_t*>(static_cast<std::uintptr_t>(word));
  }
  Primitive function() const {
    return reinterpret_cast<Primitive>(static_cast<std::uintptr_t>(word));
  }
};
static_assert(sizeof(CacheEntry) == 32);

class LookupCache {
 public:
  static constexpr std::size_t kEntries = 4096;

  CacheEntry& at(heap::Oop selector, std::uint32_t class_index) {
    const auto hash = static_cast<std::uint32_t>(selector.bits() >> 4) ^ class_index * 5;
    return entries_[hash % kEntries];
  }
  void clear() { entries_.fill(CacheEntry{}); }
  template <class Predicate>
  void clear_if(Predicate predicate) {
    for (CacheEntry& entry : entries_)
      if (entry.kind != Kind::empty && predicate(entry)) entry = CacheEntry{};
  }

 private:
  alignas(64) std::array<CacheEntry, kEntries> entries_{};
};

// How at: and at:put: reach the elements of a class whose method for them is the primitive.
enum class Elements : std::uint8_t { none, pointers, bytes, characters8, words, characters32 };

struct AtEntry {
  std::uint32_t class_index = 0;
  Elements elements = Elements::none;
  std::uint8_t fixed_slots = 0;
};

class AtCache {
 public:
  static constexpr std::size_t kEntries = 64;
  AtEntry& at(std::uint32_t class_index) { return entries_[class_index % kEntries]; }
  void clear() { entries_.fill(AtEntry{}); }

 private:
  std::array<AtEntry, kEntries> entries_{};
};

}  // namespace banter::interpreter
