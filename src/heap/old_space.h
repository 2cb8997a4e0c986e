// old_space.h -- the memory of objects that have lived: committed as it grows, with the holes
// that a compaction had to leave before objects that may not move.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "heap/object.h"
#include "platform/page_memory.h"

namespace banter::heap {

class OldSpace {
 public:
  // Old space takes [offset, size of memory) of the reservation, at most `max_bytes` committed.
  void set_up(platform::PageReservation* memory, std::size_t offset, std::size_t max_bytes);

  std::uintptr_t start() const { return start_; }
  std::uintptr_t top() const { return top_; }
  std::size_t used() const { return top_ - start_; }
  std::size_t committed() const { return committed_end_ - start_; }
  std::size_t free_bytes() const { return free_bytes_; }
  bool contains(std::uintptr_t address) const { return address - start_ < top_ - start_; }

  // Raw storage, or 0 if the memory cannot be had. Contents undefined.
  std::uintptr_t allocate(std::size_t bytes);
  // True if the limit leaves `bytes` more behind top().
  bool can_grow_by(std::size_t bytes) const;
  // The same, and the system has given the memory: an allocation of so much will not fail.
  bool commit_room(std::size_t bytes) { return can_grow_by(bytes) && commit_to(top_ + bytes); }
  // The most that there can be.
  std::size_t limit_bytes() const { return limit_ - start_; }
  // Behind top() and in holes.
  std::size_t room() const { return limit_ - top_ + free_bytes_; }

  // Compaction: forget the holes, note each hole that is left, then set the new end.
  void clear_free_chunks();
  void add_free_chunk(std::uintptr_t begin, std::uintptr_t end);
  // Gives committed pages behind the new top back, keeping some for growth.
  void set_top_and_shrink(std::uintptr_t top);
  // For an image: makes [start, start + bytes) the used part. False if there is no such memory.
  bool claim(std::size_t bytes);

  Object* first() const { return start_ == top_ ? nullptr : Object::at_start(start_); }
  Object* next(const Object* object) const {
    const std::uintptr_t end = object->end();
    return end >= top_ ? nullptr : Object::at_start(end);
  }

 private:
  struct Chunk {
    std::uintptr_t begin, end;
  };
  bool commit_to(std::uintptr_t address);
  std::uintptr_t take_free(std::size_t bytes);
  std::uintptr_t use_chunk(Chunk chunk, std::size_t bytes);

  platform::PageReservation* memory_ = nullptr;
  std::uintptr_t start_ = 0, top_ = 0, committed_end_ = 0, limit_ = 0;
  std::size_t free_bytes_ = 0;
  static constexpr std::size_t kExactLists = 64;
  std::vector<std::uintptr_t> exact_[kExactLists];  // [i]: chunks of i words
  std::uint64_t filled_lists_ = 0;                  // bit i: exact_[i] is not empty
  std::vector<Chunk> large_;                        // chunks of kExactLists words and more
};

}  // namespace banter::heap
