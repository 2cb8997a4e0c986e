// mutator.h -- the way to allocate: one Mutator for each native stack that runs Smalltalk or C++
// that touches objects. It keeps that stack's handles (rooted.h) and its no-collection state.
//
// Every function that takes a Mutator& may collect unless it says otherwise: raw Oops and Object*
// held across it are stale, values in a Rooted are not.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "heap/heap.h"

namespace banter::heap {

class RootedBase;
class RootedVector;

class Mutator {
 public:
  explicit Mutator(Heap& heap);
  ~Mutator();
  Mutator(const Mutator&) = delete;
  Mutator& operator=(const Mutator&) = delete;

  Heap& heap() const { return heap_; }
  Oop nil() const { return heap_.nil(); }

  // --- allocation: pointers are nil, bits 0. Ends the process with a message when memory is out
  // ---
  Object* allocate(ClassIndex index, Format format, std::size_t slots) {
    return must(try_allocate(index, format, slots));
  }
  // As `basicNew` and `basicNew:`, by the class's instance format. Requires valid_instance_size.
  Object* new_instance(Oop cls, std::size_t indexable = 0) {
    return must(try_new_instance(cls, indexable));
  }
  // `slots` pointers, instance variables included; the format follows from the class, for a class
  // index without a class yet (bootstrap) it is kFixed.
  Object* new_pointers(ClassIndex index, std::size_t slots);
  Object* new_pointers(Oop cls, std::size_t slots);
  Object* new_array(std::size_t size) {
    return allocate(ClassIndex::kArray, Format::kIndexable, size);
  }
  Object* new_bytes(ClassIndex index, std::size_t bytes) {
    return must(try_new_bytes(index, bytes));
  }
  Object* new_bytes(Oop cls, std::size_t bytes);
  // 32-bit units.
  Object* new_words(ClassIndex index, std::size_t words);
  // `header` is the method header with the number of literals, which become nil; `bytes` counts
  // header, literals, bytecodes and trailer. `cls` is a class of compiled code.
  Object* new_method(Oop cls, Oop header, std::size_t bytes);
  // A ByteString when every code point is below 256, a WideString otherwise. `utf8` must not point
  // into the heap. Bytes that are no UTF-8 become U+FFFD.
  Oop new_string(std::string_view utf8);
  // The same for either kind of string class (ByteSymbol and WideSymbol).
  Oop new_text(std::string_view utf8, ClassIndex narrow, ClassIndex wide);
  // Immediate where it fits.
  Oop new_float(double value);
  Oop new_integer(std::int64_t value);
  Oop new_integer(std::uint64_t value);
  Object* new_association(Oop key, Oop value);
  Object* new_point(Oop x, Oop y);
  // Class, format, size and contents of `original`, no hash, neither pinned nor immutable.
  Object* clone(Oop original) { return must(try_clone(original)); }

  // The same, answering nullptr when there is no memory; nothing is changed then.
  Object* try_allocate(ClassIndex index, Format format, std::size_t slots);
  Object* try_allocate_old(ClassIndex index, Format format, std::size_t slots);
  enum class Placement : std::uint8_t { kNormal, kOld, kPinned };
  Object* try_new_instance(Oop cls, std::uint64_t indexable = 0,
                           Placement placement = Placement::kNormal);
  Object* try_new_bytes(ClassIndex index, std::uint64_t bytes);
  Object* try_clone(Oop original);
  // Whether `basicNew:` may be sent to this class with this size (0: also `basicNew`). Not for
  // classes of compiled code: new_method. Never collects.
  bool valid_instance_size(Oop cls, std::uint64_t indexable) const;

  // --- classes ---
  // The class-table index of `cls`, giving it one when it has none. A class's identity hash is
  // its index. Never collects.
  ClassIndex enter_class(Oop cls);

  // --- collections ---
  void collect_young();
  void collect_full();
  // Tenures every young object that may move.
  void tenure_all();

  // --- pinning ---
  // Keeps the object where it is until as many unpin_for_call have been made. Never collects.
  void pin_for_call(Oop object);
  void unpin_for_call(Oop object);
  // Smalltalk's setPinned: answers the previous state. A young object moves to old space first.
  bool set_pinned(Oop object, bool pinned);

  // --- no-collection state, see NoCollection ---
  bool may_collect() const { return no_collection_depth_ == 0; }

 private:
  friend class Heap;
  friend class RootedBase;
  friend class RootedVector;
  friend class NoCollection;

  Object* must(Object* object) {
    if (object == nullptr) [[unlikely]]
      out_of_memory();
    return object;
  }
  [[noreturn]] void out_of_memory();
  Object* allocate_unfilled(ClassIndex index, Format format, std::uint64_t slots, bool old);
  Object* allocate_slow(ClassIndex index, Format format, std::size_t slots, bool old);
  Object* allocate_old(ClassIndex index, Format format, std::size_t slots);
  Oop new_large(std::uint64_t magnitude, bool negative);
  void stress();

  Heap& heap_;
  Mutator* next_ = nullptr;
  Mutator** link_to_me_ = nullptr;
  RootedBase* handles_ = nullptr;
  RootedVector* vectors_ = nullptr;
  std::uint32_t no_collection_depth_ = 0;
};

// While one exists, an allocation through the mutator aborts in debug builds, and none may happen.
class NoCollection {
 public:
  explicit NoCollection(Mutator& mutator) : mutator_(mutator) { ++mutator_.no_collection_depth_; }
  ~NoCollection() { --mutator_.no_collection_depth_; }
  NoCollection(const NoCollection&) = delete;
  NoCollection& operator=(const NoCollection&) = delete;

 private:
  Mutator& mutator_;
};

}  // namespace banter::heap
