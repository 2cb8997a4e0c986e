// memory.cc -- collections, sizes and finalization: primitives 112, 124, 125, 129 to 131, 172, 176,
// 180, 182 and 231, and the named ones that look into the heap.
#include <array>
#include <string_view>

#include "interpreter/interpreter.h"
#include "primitives/table_list.h"
#include "primitives/values.h"

namespace banter::primitives {
namespace {

constexpr std::uint64_t kMostGrowth = std::uint64_t{1} << 36;

Oop size_oop(std::size_t bytes) {
  return Oop::small_int(static_cast<std::int64_t>(bytes));
}

std::size_t free_bytes(const Heap& heap) {
  const std::size_t young = heap.young_bytes_used();
  const std::size_t eden = heap.eden_bytes();
  return heap.old_bytes_free() + (eden > young ? eden - young : 0);
}

// SmalltalkImage>>garbageCollect -- collects everything; bytes free in old space.  Fails: no.
// May collect: yes.
Outcome collect_full(Mutator& mutator, const Args&) {
  mutator.collect_full();
  return size_oop(mutator.heap().old_bytes_free());
}

// SmalltalkImage>>garbageCollectMost -- collects young objects; bytes free.  Fails: no.
// May collect: yes.
Outcome collect_young(Mutator& mutator, const Args&) {
  mutator.collect_young();
  return size_oop(free_bytes(mutator.heap()));
}

// SmalltalkImage>>bytesLeft, bytesLeft: -- free bytes; nil: in old space; a Boolean: all memory.
// Fails: bad_argument, bad_argument_count.  May collect: no.
Outcome bytes_left(Mutator& mutator, const Args& args) {
  const Heap& heap = mutator.heap();
  if (args.count > 1) return Failure::bad_argument_count;
  if (args.count == 0) return size_oop(free_bytes(heap));
  if (args.at(0) == heap.nil()) return size_oop(heap.old_bytes_free());
  if (!boolean_value(heap, args.at(0))) return Failure::bad_argument;
  return size_oop(heap.old_bytes_committed() + heap.eden_bytes());
}

// SmalltalkImage>>primLowSpaceSemaphore: -- the Semaphore for low memory, or nil; the receiver.
// Fails: bad_argument.  May collect: no.
Outcome set_low_space_semaphore(Mutator& mutator, const Args& args) {
  Heap& heap = mutator.heap();
  if (args.at(0) != heap.nil() && !is_of(args.at(0), ClassIndex::kSemaphore)) {
    return Failure::bad_argument;
  }
  heap.set_special(heap::Special::kLowSpaceSemaphore, args.at(0));
  return args.receiver();
}

// SmalltalkImage>>primSignalAtBytesLeft: -- accepted for compatibility: memory is asked for until
// the system has none, and allocation then fails by itself. The receiver.
// Fails: bad_argument.  May collect: no.
Outcome signal_at_bytes_left(Mutator&, const Args& args) {
  if (!args.at(0).is_small_int() || args.at(0).as_int() < 0) return Failure::bad_argument;
  return args.receiver();
}

// SmalltalkImage>>specialObjectsArray.  Fails: no.  May collect: no.
Outcome special_objects(Mutator& mutator, const Args&) {
  return mutator.heap().special_objects();
}

// WeakArray class>>primitiveFetchMourner -- the next ephemeron whose key is otherwise unreachable.
// Fails: not_found (none).  May collect: no.
Outcome take_mourner(Mutator& mutator, const Args&) {
  const auto mourner = mutator.heap().take_mourner();
  if (!mourner) return Failure::not_found;
  return *mourner;
}

// SmalltalkImage>>maxIdentityHash.  Fails: no.  May collect: no.
Outcome max_identity_hash(Mutator&, const Args&) {
  return Oop::small_int(heap::Header::kHashLimit);
}

// SmalltalkImage>>growMemoryByAtLeast: -- the bytes asked for: old space grows by itself when they
// are used.  Fails: bad_argument, no_memory.  May collect: no.
Outcome grow_memory(Mutator& mutator, const Args& args) {
  const auto bytes = uint64_value(args.at(0));
  if (!bytes) return Failure::bad_argument;
  if (*bytes > kMostGrowth) return Failure::no_memory;
  return mutator.new_integer(*bytes);
}

// Object>>sizeInMemory -- bytes with header.  Fails: bad_receiver (immediate).  May collect: no.
Outcome size_in_memory(Mutator&, const Args& args) {
  if (args.receiver().is_immediate()) return Failure::bad_receiver;
  return size_oop(args.receiver().as_object()->total_bytes());
}

// Object>>format -- the header's format field.  Fails: bad_receiver (immediate).  May collect: no.
Outcome format_of(Mutator&, const Args& args) {
  if (args.receiver().is_immediate()) return Failure::bad_receiver;
  return Oop::small_int(args.receiver().as_object()->format_bits());
}

struct Statistic {
  const char* name;
  std::uint64_t value;
};

// An Array { name. number. name. number ... } of what the heap counts.  Fails: no.
// May collect: yes.
Outcome heap_statistics(Mutator& mutator, const Args&) {
  const Heap& heap = mutator.heap();
  const heap::HeapStatistics& counted = heap.statistics();
  const std::array statistics{
      Statistic{"scavenges", counted.scavenges},
      Statistic{"fullCollections", counted.full_collections},
      Statistic{"movedObjects", counted.moved_objects},
      Statistic{"tenuredObjects", counted.tenured_objects},
      Statistic{"tenuredBytes", counted.tenured_bytes},
      Statistic{"scavengeNanoseconds", counted.scavenge_nanoseconds},
      Statistic{"fullCollectionNanoseconds", counted.full_nanoseconds},
      Statistic{"allocatedBytes", heap.allocated_bytes()},
      Statistic{"becomeOperations", counted.become_operations},
      Statistic{"youngBytesUsed", heap.young_bytes_used()},
      Statistic{"oldBytesUsed", heap.old_bytes_used()},
      Statistic{"oldBytesFree", heap.old_bytes_free()},
      Statistic{"oldBytesCommitted", heap.old_bytes_committed()},
      Statistic{"edenBytes", heap.eden_bytes()},
      Statistic{"rememberedObjects", heap.remembered_count()},
      Statistic{"heldObjects", heap.held_count()},
  };
  Rooted<> result(mutator, mutator.new_array(statistics.size() * 2));
  for (std::size_t i = 0; i < statistics.size(); ++i) {
    result.store(2 * i, make_string(mutator, std::string_view(statistics[i].name)));
    result.store(2 * i + 1, mutator.new_integer(statistics[i].value));
  }
  return result.oop();
}

// nil, or a String that names the first broken invariant of the heap.  Fails: no.
// May collect: yes.
Outcome verify_heap(Mutator& mutator, const Args&) {
  const std::string broken = mutator.heap().verify();
  return broken.empty() ? mutator.nil() : make_string(mutator, broken);
}

constexpr Entry kTable[] = {
    {112, "Heap.bytes_left", -1, bytes_left},
    {124, "Heap.set_low_space_semaphore", 1, set_low_space_semaphore},
    {125, "Heap.signal_at_bytes_left", 1, signal_at_bytes_left},
    {129, "Heap.special_objects", 0, special_objects},
    {130, "Heap.collect_full", 0, collect_full},
    {131, "Heap.collect_young", 0, collect_young},
    {172, "Heap.take_mourner", 0, take_mourner},
    {176, "Heap.max_identity_hash", 0, max_identity_hash},
    {180, "Heap.grow_memory", 1, grow_memory},
    {182, "Object.size_in_memory", 0, size_in_memory},
    {231, "Object.format", 0, format_of},
};

constexpr NamedEntry kNamedTable[] = {
    {"Banter", "primitiveHeapStatistics", 0, heap_statistics},
    {"Banter", "primitiveVerifyHeap", 0, verify_heap},
};

}  // namespace

NumberedTable memory_table() {
  return kTable;
}
NamedTable memory_named_table() {
  return kNamedTable;
}

}  // namespace banter::primitives
