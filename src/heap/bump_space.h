// bump_space.h -- a range of addresses filled by moving a pointer, around objects that stay.
//
//   start                                                            end
//   [ objects | held | objects ...... top      gap_end | held | gap    ]
//
// A reset leaves the objects that are held in place; what is between them are gaps, each made a
// free chunk so that the space can be walked. Allocation uses one gap after the other. A fast
// allocation leaves at least one free chunk of room at a gap's end, a slow one fills it exactly.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "heap/object.h"

namespace banter::heap {

// Makes [begin, end), at least kSmallestChunk bytes, one free chunk; answers it.
Object* make_free_chunk(std::uintptr_t begin, std::uintptr_t end);
constexpr std::size_t kSmallestChunk = 16;

class BumpSpace {
 public:
  void set_range(std::uintptr_t start, std::uintptr_t end);
  // Forgets every object but `staying`, which lie in this space in ascending order.
  void reset(const std::vector<Object*>& staying);

  std::uintptr_t start() const { return start_; }
  std::uintptr_t end() const { return end_; }
  bool contains(std::uintptr_t address) const { return address - start_ < end_ - start_; }

  std::uintptr_t top() const { return top_; }
  void set_top(std::uintptr_t top) { top_ = top; }
  // A fast allocation must end at or before this.
  std::uintptr_t fast_limit() const { return fast_limit_; }
  // With fast allocation off, every allocation takes the slow way (--stress=gc).
  void enable_fast(bool on);

  // Raw storage, or 0 if no gap has room. Walks over gaps that are too small, closing them.
  std::uintptr_t allocate(std::size_t bytes);

  // Bytes in use, the remains of closed gaps included.
  std::size_t used() const { return top_ - start_ - open_gap_bytes_before_; }
  std::size_t capacity() const { return end_ - start_; }

  // Walking: the first object or free chunk, and the one after; nullptr at the end.
  Object* first() const { return at(start_); }
  Object* next(const Object* object) const { return at(object->end()); }

 private:
  struct Gap {
    std::uintptr_t begin, end;
  };
  Object* at(std::uintptr_t address) const;
  void open(Gap gap);
  void close();

  std::uintptr_t start_ = 0, end_ = 0;
  std::uintptr_t top_ = 0, gap_end_ = 0, fast_limit_ = 0;
  std::size_t open_gap_bytes_before_ = 0;
  bool fast_ = true;
  std::vector<Gap> gaps_;  // not yet used, last one first
};

}  // namespace banter::heap
