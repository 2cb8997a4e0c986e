// heap.h -- object memory: one reserved range of addresses, a scavenged new space, an old space.
//
//   [ survivor A | eden | survivor B ][ nil false true freeLists hiddenRoots ... old space ... ] ^
//   base: new space, fixed size      ^ old_start()                     old_top ^      reserved ->
//
// * Young means: address below old_start(). New objects start in eden; a scavenge copies what is
//   reachable to the empty survivor space or, with age, to old space.
// * A full collection marks from the roots and slides old objects down over the dead ones, then
//   gives the pages behind the last one back to the system.
// * An old object that refers to a young one is in the remembered set and has the bit for it.
// * Pinned and held objects of any age do not move: allocation and compaction go around them.
// * At every moment the old space is one walkable sequence of objects and free chunks, as Spur's.
//
// One thread at a time uses a Heap: the one that holds the VM. Functions that may collect are in
// Mutator; those here never do, except where they say so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "heap/bump_space.h"
#include "heap/object.h"
#include "heap/old_space.h"
#include "heap/roots.h"
#include "heap/special_objects.h"
#include "platform/page_memory.h"

namespace banter::heap {

class Mutator;
class Scavenger;
class FullCollector;
class Verifier;

struct HeapOptions {
  std::size_t eden_bytes = 4u << 20;
  std::size_t reserve_bytes = 0;  // of addresses; 0: as much as is sensible on this host
  std::size_t max_old_bytes = 0;  // of memory; 0: four fifths of the machine's
  bool stress_gc = false;         // every allocation scavenges, every thousandth compacts
  bool verify_after_collection = false;
  bool trace = false;  // one line on standard error for each collection
};

struct HeapStatistics {
  std::uint64_t scavenges = 0;
  std::uint64_t full_collections = 0;
  std::uint64_t moved_objects = 0;  // by collections of either kind
  std::uint64_t tenured_objects = 0;
  std::uint64_t tenured_bytes = 0;
  std::uint64_t scavenge_nanoseconds = 0;
  std::uint64_t full_nanoseconds = 0;
  std::uint64_t bytes_allocated = 0;  // up to the last collection
  std::uint64_t become_operations = 0;
};

// Settings that an image carries and that mean nothing to the heap; kept as they were read.
struct ImageSettings {
  static constexpr std::uint64_t kFloatsLittleEndian = 2;
  static constexpr std::uint64_t kPreemptedGoesFirst = 16;  // preemption does not yield
  std::uint64_t flags = kFloatsLittleEndian | kPreemptedGoesFirst;
  std::uint32_t extra_memory = 0;
  std::uint16_t stack_pages = 0;
  std::uint16_t code_kibibytes = 0;
  std::uint32_t eden_bytes = 0;  // 0: the default
  std::uint16_t max_external_semaphores = 0;
  std::uint16_t image_version = 0;
};

enum class BecomeError : std::uint8_t {
  kNone,
  kInappropriate,  // an immediate, or copyHash onto something without a hash
  kPinned,
  kNoModification,  // immutable
};

enum class ChangeClassError : std::uint8_t {
  kNone,
  kBadReceiver,     // its size does not go with the class
  kBadArgument,     // no class that has instances with a body
  kInappropriate,   // pointers into bits or the other way round
  kNoModification,  // immutable
};

// What is left of the memory for objects, when that is little: see collections.cc.
enum class Shortage : std::uint8_t {
  none,
  low,   // the reserve has been opened: the program is to be told
  last,  // half of it is used: the program must use no more
};

class Heap {
 public:
  // A heap with nil, false, true, the free lists and a class table of two empty pages; the special
  // objects array and every class are still nil. Fails when the addresses cannot be had.
  static Result<std::unique_ptr<Heap>> create(const HeapOptions& options = {});
  ~Heap();
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  const HeapOptions& options() const { return options_; }
  void set_stress_gc(bool on);
  void set_verify_after_collection(bool on) { options_.verify_after_collection = on; }

  // --- well-known objects ---
  Oop nil() const { return nil_; }
  Oop false_object() const { return false_; }
  Oop true_object() const { return true_; }
  Oop boolean(bool b) const { return b ? true_ : false_; }
  // nil when the array has no such element.
  Oop special(Special which) const {
    const auto i = static_cast<std::size_t>(which);
    const Object* array = special_objects_.as_object();
    return i < array->slot_count() && array->has_pointers_only() ? array->slots()[i] : nil_;
  }
  void set_special(Special which, Oop value);
  Oop special_objects() const { return special_objects_; }
  void set_special_objects(Oop array) { special_objects_ = array; }

  // --- classes ---
  ClassIndex class_index_of(Oop oop) const {
    return oop.is_immediate() ? static_cast<ClassIndex>(oop.bits() & 7)
                              : oop.as_object()->class_index();
  }
  // nil for an index without a class.
  Oop class_at(ClassIndex index) const {
    return class_pages_[to_index(index) / kClassPageSlots][to_index(index) % kClassPageSlots];
  }
  Oop class_of(Oop oop) const { return class_at(class_index_of(oop)); }
  // For the bootstrap: puts `cls` at a reserved index and sets its hash.
  void set_class_at(ClassIndex index, Oop cls);
  // True if the table knows `cls` under its identity hash.
  bool is_class_in_table(Oop cls) const;
  // From a class's `format` variable; 0 for an object that has no such SmallInteger.
  static std::size_t instance_size_of(const Object* cls);
  static Format instance_format_of(const Object* cls);
  // Instance variables of an object of any format.
  std::size_t fixed_slot_count(const Object* object) const {
    return fixed_slot_count(object, class_at(object->class_index()).as_object());
  }
  static std::size_t fixed_slot_count(const Object* object, const Object* cls);

  // --- stores ---
  bool is_young(Oop oop) const { return oop.is_object() && is_young_address(oop.bits()); }
  bool is_young(const Object* object) const {
    return is_young_address(reinterpret_cast<std::uintptr_t>(object));
  }
  // The write barrier: every store of an oop into an object that may be old.
  void store(Object* object, std::size_t i, Oop value) {
    BANTER_ASSERT(i < object->slot_count(), "slot {} of {}", i, object->slot_count());
    object->slots()[i] = value;
    note_store(object, value);
  }
  // For those who write the slot themselves.
  void note_store(Object* object, Oop value) {
    if (is_young(value) && !is_young(object) && !object->is_remembered()) [[unlikely]]
      remember(object);
  }
  // After many raw stores into `object`.
  void note_stores(Object* object) {
    if (!is_young(object) && !object->is_remembered()) remember(object);
  }

  // --- allocation that never collects ---
  // The address of a fresh object in eden with its header written and its slots NOT yet filled, or
  // nullptr if it has to be done by Mutator::allocate: no room now, too large, or stress. The
  // caller fills every slot before anything that may collect.
  Object* allocate_fast(ClassIndex index, Format format, std::size_t slots) {
    if (slots >= Header::kOverflowSlots) [[unlikely]]
      return nullptr;
    const std::size_t bytes = Object::kHeaderBytes + (slots == 0 ? 1 : slots) * Object::kSlotBytes;
    const std::uintptr_t address = eden_.top();
    if (address + bytes > eden_.fast_limit()) [[unlikely]]
      return nullptr;
    eden_.set_top(address + bytes);
    auto* object = reinterpret_cast<Object*>(address);
    object->header = Header::make(index, format, slots);
    return object;
  }

  // --- identity ---
  // 22 bits, never 0; assigned when first asked for. For a class that is not yet in the class
  // table use Mutator::enter_class first.
  std::uint32_t identity_hash(Object* object) {
    const std::uint32_t hash = object->hash();
    return hash != 0 ? hash : assign_hash(object);
  }
  std::uint64_t last_hash() const { return last_hash_; }
  void set_last_hash(std::uint64_t seed) { last_hash_ = static_cast<std::uint32_t>(seed); }

  // --- become: all references are rewritten in one walk; nothing moves ---
  // Two-way: each of `left` becomes the same element of `right` and the other way round. One-way:
  // references to left[i] become references to right[i]. With copy_hash the identity hash goes
  // with the object (two-way) or left's is given to right (one-way); classes' hashes stay right in
  // every case. The two arrays' own elements are references like all others. On an error
  // nothing has changed.
  BecomeError become(Object* left, Object* right, bool two_way, bool copy_hash);
  // As `become: adoptInstance:` asks; the class index stands in the header, so nothing is walked.
  // `cls` must be in the class table.
  ChangeClassError change_class(Object* object, Object* cls);

  // --- pinning, Smalltalk's kind: Mutator::set_pinned ---
  bool is_pinned(const Object* object) const { return object->is_pinned(); }

  // --- finalization ---
  // The next ephemeron whose key was found to be unreachable, oldest first; nothing when none.
  std::optional<Oop> take_mourner();
  std::size_t mourner_count() const { return mourners_.size() - first_mourner_; }
  // The mourners still waiting, oldest first.
  std::vector<Oop> mourners() const;
  // True since a collection nilled a weak reference or queued a mourner; asking clears it.
  bool take_finalization_pending() { return std::exchange(finalization_pending_, false); }
  bool finalization_pending() const { return finalization_pending_; }

  // --- lack of memory ---
  // The shortage that the program has not been told of yet, and the same, noting that it has been.
  Shortage shortage() const { return untold_shortage_; }
  Shortage take_shortage() { return std::exchange(untold_shortage_, Shortage::none); }
  // `hook` must not return: there is no memory even for a small object. Without one, those who ask
  // for an object get nullptr, or the process aborts.
  using ExhaustedHook = std::function<void(const std::string& message)>;
  void set_exhausted_hook(ExhaustedHook hook) { exhausted_hook_ = std::move(hook); }

  // --- roots ---
  void add_root_provider(RootProvider* provider);
  void remove_root_provider(RootProvider* provider);

  // --- enumeration: every object that Smalltalk may see, old ones first ---
  // nullptr at the end. Any allocation or collection invalidates the position.
  Object* first_object() const;
  Object* next_object(const Object* object) const;
  // Both kinds of space; hidden objects are shown if asked for, free chunks never.
  template <class Function>
  void each_object(Function&& function, bool hidden = false) const {
    for (Object* o = first_raw(); o != nullptr; o = next_raw(o))
      if (!o->is_free_chunk() && (hidden || !o->is_hidden())) function(o);
  }
  // True if `address` lies in the addresses reserved for objects.
  bool contains(std::uint64_t address) const { return address - memory_.base() < memory_.size(); }
  // True if `address` is that of an object's header; walks its space.
  bool is_object_address(std::uint64_t address) const;

  // --- statistics ---
  const HeapStatistics& statistics() const { return statistics_; }
  std::uint64_t moved_objects() const { return statistics_.moved_objects; }
  std::size_t young_bytes_used() const { return eden_.used() + past().used(); }
  std::size_t old_bytes_used() const { return old_.used() - old_.free_bytes(); }
  std::size_t old_bytes_free() const { return old_.free_bytes(); }
  std::size_t old_bytes_committed() const { return old_.committed(); }
  std::size_t eden_bytes() const { return options_.eden_bytes; }
  std::size_t remembered_count() const { return remembered_.size(); }
  std::size_t held_count() const { return holds_.size(); }
  std::uint64_t allocated_bytes() const;  // since the start, all kinds

  // The first broken invariant in words, or an empty string. Walks everything.
  std::string verify() const;

  // Valid inside RootProvider::visit_newly_live and after_marking: marked, or immediate.
  bool is_live(Oop oop) const { return oop.is_immediate() || oop.as_object()->is_marked(); }

  // --- for src/image: where objects are ---
  std::uintptr_t old_start() const { return old_.start(); }
  std::uintptr_t old_top() const { return old_.top(); }
  Object* hidden_roots() const { return hidden_roots_; }
  std::uint32_t class_table_cursor() const { return class_table_cursor_; }
  ImageSettings& image_settings() { return image_settings_; }
  const ImageSettings& image_settings() const { return image_settings_; }
  // An empty heap whose old space has `bytes` for the caller to fill from old_start() on; use
  // nothing else of it until adopt_image has said that the contents are a heap.
  static Result<std::unique_ptr<Heap>> create_for_image(const HeapOptions& options,
                                                        std::size_t bytes);
  // Of those, `bytes` are objects now, and perhaps free chunks. The first five, the class table and
  // the special objects must be right: image/ has checked them.
  void adopt_image(std::size_t bytes, bool has_free_chunks, Oop special_objects,
                   std::uint64_t last_hash);

 private:
  friend class Mutator;
  friend class Scavenger;
  friend class FullCollector;
  friend class Verifier;
  friend class ReferenceRewriter;

  struct Hold {
    Object* object;
    std::uint32_t count;
  };
  static constexpr std::size_t kMinimumGrowth = 32u << 20;  // between two full collections

  Heap(const HeapOptions& options, platform::PageReservation memory);
  void make_first_objects();
  void find_class_pages();
  void set_up_new_space();

  bool is_young_address(std::uint64_t address) const { return address - base_ < new_space_bytes_; }
  BumpSpace& past() { return survivors_[past_]; }
  const BumpSpace& past() const { return survivors_[past_]; }
  BumpSpace& future() { return survivors_[1 - past_]; }

  void remember(Object* object);
  std::uint32_t assign_hash(Object* object);
  Object* allocate_in_eden(ClassIndex index, Format format, std::size_t slots);
  Object* allocate_in_old(ClassIndex index, Format format, std::size_t slots);
  bool enter_in_class_table(Oop cls);
  Object* write_header(std::uintptr_t address, ClassIndex index, Format format, std::size_t slots);
  void hold(Object* object);
  void release(Object* object);

  void begin_rewrite();
  void end_rewrite();
  void visit_all_roots(OopVisitor& visitor);
  void visit_own_roots(OopVisitor& visitor);
  void add_mourner(Oop ephemeron);
  void scavenge(const Object* tenure_this, bool tenure_all);
  void collect_full();
  void note_collection(const char* kind, std::uint64_t nanoseconds);
  // Sees that old space has memory for the case that every young object is tenured.
  bool can_scavenge() { return old_.commit_room(young_bytes_used()); }
  std::size_t reserve() const;
  std::size_t left_above_new_space() const;
  bool is_short() const { return left_above_new_space() < reserve(); }
  void note_shortage();
  void exhausted() const;
  bool wants_full_collection() const { return old_bytes_used() > full_threshold_; }

  Object* first_raw() const;
  Object* first_young_raw(int space) const;
  Object* next_raw(const Object* object) const;

  HeapOptions options_;
  ImageSettings image_settings_;
  platform::PageReservation memory_;
  std::uint64_t base_ = 0;
  std::uint64_t new_space_bytes_ = 0;
  BumpSpace eden_;
  BumpSpace survivors_[2];
  int past_ = 0;                     // which survivor space holds objects between scavenges
  std::uintptr_t tenure_below_ = 0;  // objects in it at lower addresses are tenured next time
  OldSpace old_;

  Oop nil_, false_, true_, special_objects_;
  Object* hidden_roots_ = nullptr;
  std::vector<Oop*> class_pages_;  // kClassPages bodies; those not yet made are all nil
  std::vector<Oop> empty_class_page_;
  std::uint32_t class_table_cursor_ = to_index(ClassIndex::kFirstFree);
  std::uint32_t last_hash_ = 1;

  std::vector<Object*> remembered_;
  std::vector<Hold> holds_;
  std::vector<Object*> stayed_;  // in the empty survivor space: held when it was emptied
  std::vector<Oop> mourners_;
  std::size_t first_mourner_ = 0;
  bool finalization_pending_ = false;
  Shortage shortage_ = Shortage::none;
  Shortage untold_shortage_ = Shortage::none;
  ExhaustedHook exhausted_hook_;
  std::vector<RootProvider*> providers_;
  Mutator* first_mutator_ = nullptr;
  bool rewriting_ = false;
  std::size_t full_threshold_ = 0;
  std::uint64_t stress_allocations_ = 0;
  std::size_t eden_used_after_collection_ = 0;
  HeapStatistics statistics_;
};

}  // namespace banter::heap
