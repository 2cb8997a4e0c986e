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

  // Raw storage, or 0 if no gap has room; gaps before the one that has are closed.
  std::uintptr_t allocate(std::size_t bytes) {
    const std::uintptr_t address = top_;
    if (address + bytes > fast_limit_) [[unlikely]]
      return allocate_slow(bytes);
    top_ = address + bytes;
    return address;
  }

  // Bytes in use, the remains of closed gaps included.
  std::size_t used() const { return end_ - start_ - (gap_end_ - top_) - unused_gap_bytes_; }
  std::size_t capacity() const { return end_ - start_; }

  // Walking: the first object or free chunk, and the one after; nullptr at the end.
  Object* first() const { return at(start_); }
  Object* next(const Object* object) const { return at(object->end()); }

 private:
  struct Gap {
    std::uintptr_t begin, end;
  };
  Object* at(std::uintptr_t address) const;
  static bool fits(std::size_t room, std::size_t bytes) {
    return room == bytes || room >= bytes + kSmallestChunk;
  }
  std::uintptr_t allocate_slow(std::size_t bytes);
  void open_next();

  std::uintptr_t start_ = 0, end_ = 0;
  std::uintptr_t top_ = 0, gap_end_ = 0, fast_limit_ = 0;
  std::size_t unused_gap_bytes_ = 0;
  bool fast_ = true;
  std::vector<Gap> gaps_;  // not yet used, the highest first
};

}  // namespace banter::heap
