// scavenger.h -- one collection of the new space.
//
// What is reachable from the roots, from remembered old objects and from held objects is copied to
// the empty survivor space, or to old space when it is old enough or does not fit. A copied
// object's header in the space that is left becomes the address of the copy with the mark bit.
// Held objects stay where they are and count as reached.
//
// Weak slots and ephemerons whose referent was not reached are dealt with as object-format's
// section 10 says: the slot becomes nil; the ephemeron mourns.
#pragma once

#include <vector>

#include "heap/heap.h"

namespace banter::heap {

class Scavenger final : public OopVisitor {
 public:
  // `tenure_this` (or nullptr) goes to old space whatever its age; with `tenure_all` all do.
  Scavenger(Heap& heap, const Object* tenure_this, bool tenure_all);
  void run();

  void visit_range(Oop* begin, Oop* end) override;

 private:
  bool is_left(std::uint64_t address) const { return address - from_start_ < from_bytes_; }
  bool is_reached(Oop oop) const;
  // Answers whether the slot now refers to a young object.
  bool update(Oop* slot);
  Object* copy(Object* object);
  Object* place_for(const Object* object, std::size_t bytes);
  bool is_tenured_now(const Object* object) const;

  void scan(Object* object);
  void scan_slots(Object* object, std::size_t count);
  std::size_t fixed_slot_count(const Object* object) const;
  void drain();
  void trace_ephemerons();
  void update_weak_slots(Object* object);
  std::vector<Object*> staying_in(const BumpSpace& space) const;
  void empty_spaces();

  Heap& heap_;
  const Object* tenure_this_;
  bool tenure_all_;
  std::uint64_t from_start_ = 0, from_bytes_ = 0;
  std::vector<Object*> to_scan_;
  std::vector<Object*> weak_;
  std::vector<Object*> ephemerons_;  // reached, with a key that is not
};

}  // namespace banter::heap
