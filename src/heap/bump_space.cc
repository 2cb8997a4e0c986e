#include "heap/bump_space.h"

namespace banter::heap {

Object* make_free_chunk(std::uintptr_t begin, std::uintptr_t end) {
  const std::size_t words = (end - begin) / Object::kSlotBytes;
  BANTER_CHECK(words * Object::kSlotBytes >= kSmallestChunk, "chunk of {} words", words);
  auto* chunk = reinterpret_cast<Object*>(begin);
  if (words - 1 < Header::kOverflowSlots) {
    chunk->header = Header::make(ClassIndex::kFreeChunk, Format::kNoSlots, words - 1);
    return chunk;
  }
  chunk->header = Header::kOverflowSlots << Header::kSlotsShift | (words - 2);
  ++chunk;
  chunk->header = Header::make(ClassIndex::kFreeChunk, Format::kNoSlots, Header::kOverflowSlots);
  return chunk;
}

void BumpSpace::set_range(std::uintptr_t start, std::uintptr_t end) {
  start_ = start;
  end_ = end;
  reset({});
}

void BumpSpace::reset(const std::vector<Object*>& staying) {
  gaps_.clear();
  unused_gap_bytes_ = 0;
  std::uintptr_t cursor = start_;
  for (const Object* object : staying) {
    BANTER_ASSERT(object->start() >= cursor && object->end() <= end_);
    if (object->start() > cursor) gaps_.push_back({cursor, object->start()});
    cursor = object->end();
  }
  if (cursor < end_) gaps_.push_back({cursor, end_});
  for (std::size_t i = 0, j = gaps_.size(); i + 1 < j; ++i, --j) std::swap(gaps_[i], gaps_[j - 1]);
  for (const Gap& gap : gaps_) unused_gap_bytes_ += gap.end - gap.begin;
  // The gaps behind the first one are walked over before they are used.
  for (std::size_t i = 0; i + 1 < gaps_.size(); ++i) make_free_chunk(gaps_[i].begin, gaps_[i].end);
  top_ = gap_end_ = end_;
  open_next();
}

void BumpSpace::enable_fast(bool on) {
  fast_ = on;
  fast_limit_ = on && gap_end_ - top_ >= kSmallestChunk ? gap_end_ - kSmallestChunk : 0;
}

void BumpSpace::open_next() {
  if (gap_end_ > top_) make_free_chunk(top_, gap_end_);
  if (gaps_.empty()) {
    top_ = gap_end_ = end_;
  } else {
    top_ = gaps_.back().begin;
    gap_end_ = gaps_.back().end;
    unused_gap_bytes_ -= gap_end_ - top_;
    gaps_.pop_back();
  }
  enable_fast(fast_);
}

std::uintptr_t BumpSpace::allocate_slow(std::size_t bytes) {
  if (!fits(gap_end_ - top_, bytes)) {
    std::size_t later = gaps_.size();
    while (later > 0 && !fits(gaps_[later - 1].end - gaps_[later - 1].begin, bytes)) --later;
    if (later == 0) return 0;
    while (gaps_.size() >= later) open_next();
  }
  const std::uintptr_t address = top_;
  top_ += bytes;
  return address;
}

Object* BumpSpace::at(std::uintptr_t address) const {
  if (address == top_) address = gap_end_;
  return address >= end_ ? nullptr : Object::at_start(address);
}

}  // namespace banter::heap
