// collections.cc -- when the heap collects, and what surrounds a collection.
//
// Of the memory that old space may have, a part is kept for the end:
//
//   [ what programs use .................. | reserve, first half | second half | new space ]
//                                          ^ low                 ^ last        ^ exhausted
//
// The last part is for a scavenge that tenures everything. When, after a full collection, the line
// `low` is passed, the program is told and the first half is opened; at `last` the second is, for
// the process in need to end. A large object never takes from what is not open, a small one may:
// the program is told at its next safe point. When a full collection finds a quarter more than
// the reserve, everything is as at first.
#include <algorithm>
#include <chrono>
#include <cstdio>

#include "heap/full_collector.h"
#include "heap/heap.h"
#include "heap/rooted.h"
#include "heap/scavenger.h"

namespace banter::heap {
namespace {

constexpr std::uint64_t kStressFullEvery = 1000;

std::uint64_t nanoseconds_now() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

}  // namespace

void Heap::scavenge(const Object* tenure_this, bool tenure_all) {
  const std::uint64_t begun = nanoseconds_now();
  statistics_.bytes_allocated += eden_.used() - eden_used_after_collection_;
  begin_rewrite();
  Scavenger(*this, tenure_this, tenure_all).run();
  eden_used_after_collection_ = eden_.used();
  end_rewrite();
  ++statistics_.scavenges;
  const std::uint64_t took = nanoseconds_now() - begun;
  statistics_.scavenge_nanoseconds += took;
  note_collection("scavenge", took);
}

void Heap::collect_full() {
  // Tenuring first leaves little in new space; when old space has no room for that, the young
  // objects are collected where they are.
  if (can_scavenge()) scavenge(nullptr, true);
  const std::uint64_t begun = nanoseconds_now();
  begin_rewrite();
  FullCollector(*this).run();
  note_shortage();
  end_rewrite();
  full_threshold_ = old_bytes_used() + std::max(kMinimumGrowth, old_bytes_used());
  ++statistics_.full_collections;
  const std::uint64_t took = nanoseconds_now() - begun;
  statistics_.full_nanoseconds += took;
  note_collection("full collection", took);
}

// What has to be left above the part for a scavenge.
std::size_t Heap::reserve() const {
  constexpr std::size_t kLargestReserve = 32u << 20;
  const std::size_t whole = std::min(kLargestReserve, old_.limit_bytes() / 8);
  switch (shortage_) {
    case Shortage::none:
      return whole;
    case Shortage::low:
      return whole / 2;
    case Shortage::last:
      return 0;
  }
  return 0;
}

std::size_t Heap::left_above_new_space() const {
  const std::size_t room = old_.room();
  const auto new_space = static_cast<std::size_t>(new_space_bytes_);
  return room > new_space ? room - new_space : 0;
}

// A quarter more than needed, so that the next collection does not follow at once.
void Heap::note_shortage() {
  const Shortage before = std::exchange(shortage_, Shortage::none);
  const std::size_t whole = reserve();
  const std::size_t left = left_above_new_space();
  if (left >= whole + whole / 4) {
    untold_shortage_ = Shortage::none;
    return;
  }
  const bool goes_on = before != Shortage::none && left < whole / 2 + whole / 8;
  shortage_ = before == Shortage::last || goes_on ? Shortage::last : Shortage::low;
  if (shortage_ != before) untold_shortage_ = shortage_;
}

void Heap::exhausted() const {
  if (exhausted_hook_)
    exhausted_hook_(fmt::format("out of memory: {} MiB of objects are alive, of {} MiB at most",
                                old_bytes_used() >> 20, old_.limit_bytes() >> 20));
}

void Heap::note_collection(const char* kind, std::uint64_t nanoseconds) {
  if (options_.trace)
    std::fprintf(stderr, "gc: %s in %.3f ms; young %zu KiB, old %zu KiB, moved %llu so far\n", kind,
                 static_cast<double>(nanoseconds) / 1e6, young_bytes_used() >> 10,
                 old_bytes_used() >> 10, static_cast<unsigned long long>(moved_objects()));
  if (!options_.verify_after_collection) return;
  const std::string problem = verify();
  BANTER_CHECK(problem.empty(), "after a {}: {}", kind, problem);
}

// --- collections that a mutator asks for ---

void Mutator::collect_young() {
  BANTER_CHECK(may_collect(), "a collection where none may happen");
  if (heap_.is_short() || !heap_.can_scavenge()) heap_.collect_full();
  if (heap_.can_scavenge()) heap_.scavenge(nullptr, false);
  if (heap_.wants_full_collection()) heap_.collect_full();
}

void Mutator::collect_full() {
  BANTER_CHECK(may_collect(), "a collection where none may happen");
  heap_.collect_full();
}

void Mutator::tenure_all() {
  BANTER_CHECK(may_collect(), "a collection where none may happen");
  if (heap_.can_scavenge()) heap_.scavenge(nullptr, true);
}

void Mutator::stress() {
  if (++heap_.stress_allocations_ % kStressFullEvery == 0)
    collect_full();
  else
    collect_young();
}

// --- pinning ---

void Mutator::pin_for_call(Oop object) {
  if (object.is_object()) heap_.hold(object.as_object());
}

void Mutator::unpin_for_call(Oop object) {
  if (object.is_object()) heap_.release(object.as_object());
}

bool Mutator::set_pinned(Oop oop, bool pinned) {
  Object* object = oop.as_object();
  const bool before = object->is_pinned();
  if (before == pinned) return before;
  if (heap_.is_young(object)) {
    if (pinned && !object->is_held() && heap_.can_scavenge()) {
      // A scavenge takes it to old space, where the bit alone keeps it in place.
      Rooted<> root(*this, oop);
      heap_.scavenge(object, false);
      object = root.oop().as_object();
    } else if (pinned) {
      heap_.hold(object);
    } else {
      heap_.release(object);
    }
  }
  object->set_bit(Header::kPinned, pinned);
  return before;
}

}  // namespace banter::heap
