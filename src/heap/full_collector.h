// full_collector.h -- marks everything reachable and slides the old objects together.
//
//   before   [ nil.. A | dead | B | dead | pinned | C ]      dense prefix: nil..A, never touched
//   after    [ nil.. A | B | free chunk  | pinned | C ]
//
// 1. mark: an explicit stack, large arrays in pieces; weak slots, ephemerons, classes without
//    instances leave the class table.
// 2. plan: each live object that will move gets its new address in its first body word; the word
//    itself is kept in a side vector, in address order.
// 3. update every reference. 4. move. 5. give the tail back.
//
// Young objects (there are few: a scavenge that tenures runs before) are marked and updated, and
// do not move; the dead ones become free chunks.
#pragma once

#include <cstdint>
#include <vector>

#include "heap/heap.h"

namespace banter::heap {

class FullCollector {
 public:
  explicit FullCollector(Heap& heap) : heap_(heap) {}
  void run();

 private:
  struct Marker final : OopVisitor {
    explicit Marker(FullCollector& collector) : owner(collector) {}
    void visit_range(Oop* begin, Oop* end) override;
    FullCollector& owner;
  };
  struct Updater final : OopVisitor {
    explicit Updater(FullCollector& collector) : owner(collector) {}
    void visit_range(Oop* begin, Oop* end) override;
    FullCollector& owner;
  };
  struct Piece {
    Object* object;
    std::size_t next_slot;
  };
  struct Gap {
    std::uintptr_t begin, end;
  };

  void mark_all();
  void mark_hidden_roots();
  void mark(Oop oop);
  void mark_class(ClassIndex index);
  void scan(Piece piece);
  void scan_slots(Object* object, std::size_t begin, std::size_t end);
  void drain();
  bool trace_owned_records(Marker& marker);
  bool trace_ephemerons();
  void clear_weak_slots();
  void drop_dead_classes();
  void sweep_young();

  void plan();
  Oop moved(Oop oop) const;
  bool update_slots(Oop* begin, Oop* end);
  void update_object(Object* object, Oop* first_slot);
  void update_references();
  void move();

  bool moves(const Object* object) const {
    return object->oop().bits() >= first_moved_ && !object->is_fixed_in_place();
  }

  Heap& heap_;
  std::vector<Piece> to_scan_;
  std::vector<Object*> weak_;
  std::vector<Object*> ephemerons_;
  std::vector<std::uint8_t> class_marked_;
  std::uint64_t first_moved_ = 0;  // objects in old space from here on have a new address
  std::uintptr_t new_top_ = 0;
  std::vector<Oop> first_words_;  // of the objects that move, in address order
  std::vector<Gap> gaps_;
};

}  // namespace banter::heap
