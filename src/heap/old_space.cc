#include "heap/old_space.h"

#include <algorithm>
#include <bit>

#include "heap/bump_space.h"

namespace banter::heap {
namespace {

constexpr std::size_t kGrowth = 1u << 20;

std::size_t round_up(std::size_t n, std::size_t unit) {
  return (n + unit - 1) / unit * unit;
}

}  // namespace

void OldSpace::set_up(platform::PageReservation* memory, std::size_t offset,
                      std::size_t max_bytes) {
  memory_ = memory;
  start_ = top_ = committed_end_ = memory->base() + offset;
  const std::size_t room = memory->size() - offset;
  limit_ = start_ + std::min(room, max_bytes / platform::page_size() * platform::page_size());
}

bool OldSpace::commit_to(std::uintptr_t address) {
  if (address <= committed_end_) return true;
  if (address > limit_ || address < start_) return false;
  const std::size_t needed = address - committed_end_;
  const std::size_t wish = round_up(std::max(needed, std::max(kGrowth, used() / 8)), kGrowth);
  const std::size_t room = limit_ - committed_end_;
  const std::size_t bytes = std::min(wish, room);
  if (!memory_->commit(committed_end_ - memory_->base(), bytes)) return false;
  committed_end_ += bytes;
  return true;
}

bool OldSpace::can_grow_by(std::size_t bytes) const {
  return bytes <= limit_ - top_;
}

std::uintptr_t OldSpace::allocate(std::size_t bytes) {
  if (free_bytes_ >= bytes) {
    if (const std::uintptr_t address = take_free(bytes)) return address;
  }
  if (!can_grow_by(bytes) || !commit_to(top_ + bytes)) return 0;
  const std::uintptr_t address = top_;
  top_ += bytes;
  return address;
}

std::uintptr_t OldSpace::use_chunk(Chunk chunk, std::size_t bytes) {
  free_bytes_ -= chunk.end - chunk.begin;
  if (chunk.end - chunk.begin > bytes) add_free_chunk(chunk.begin + bytes, chunk.end);
  return chunk.begin;
}

std::uintptr_t OldSpace::take_free(std::size_t bytes) {
  const std::size_t words = bytes / Object::kSlotBytes;
  if (words < kExactLists) {
    // The exact size, or one that leaves at least the smallest chunk: not one word more.
    std::uint64_t candidates = filled_lists_ & (~std::uint64_t{0} << words);
    if (words + 1 < kExactLists) candidates &= ~(std::uint64_t{1} << (words + 1));
    if (candidates != 0) {
      const auto list = static_cast<std::size_t>(std::countr_zero(candidates));
      const std::uintptr_t begin = exact_[list].back();
      exact_[list].pop_back();
      if (exact_[list].empty()) filled_lists_ &= ~(std::uint64_t{1} << list);
      return use_chunk({begin, begin + list * Object::kSlotBytes}, bytes);
    }
  }
  for (std::size_t i = large_.size(); i-- > 0;) {
    const Chunk chunk = large_[i];
    const std::size_t room = chunk.end - chunk.begin;
    if (room != bytes && room < bytes + kSmallestChunk) continue;
    large_[i] = large_.back();
    large_.pop_back();
    return use_chunk(chunk, bytes);
  }
  return 0;
}

void OldSpace::clear_free_chunks() {
  for (auto& list : exact_) list.clear();
  large_.clear();
  filled_lists_ = 0;
  free_bytes_ = 0;
}

void OldSpace::add_free_chunk(std::uintptr_t begin, std::uintptr_t end) {
  make_free_chunk(begin, end);
  free_bytes_ += end - begin;
  const std::size_t words = (end - begin) / Object::kSlotBytes;
  if (words < kExactLists) {
    exact_[words].push_back(begin);
    filled_lists_ |= std::uint64_t{1} << words;
  } else {
    large_.push_back({begin, end});
  }
}

void OldSpace::set_top_and_shrink(std::uintptr_t top) {
  top_ = top;
  const std::size_t slack = std::max(kGrowth, used() / 8);
  const std::size_t keep = round_up(used() + slack, kGrowth);
  if (keep >= committed()) return;
  const std::uintptr_t new_end = start_ + keep;
  memory_->decommit(new_end - memory_->base(), committed_end_ - new_end);
  committed_end_ = new_end;
}

bool OldSpace::claim(std::size_t bytes) {
  if (bytes > limit_ - start_ || !commit_to(start_ + bytes)) return false;
  top_ = start_ + bytes;
  return true;
}

}  // namespace banter::heap
