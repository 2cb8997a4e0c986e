#include "heap/full_collector.h"

#include <algorithm>
#include <cstring>

namespace banter::heap {
namespace {

constexpr std::size_t kPieceSlots = 2048;

}  // namespace

void FullCollector::run() {
  mark_all();
  clear_weak_slots();
  drop_dead_classes();
  for (RootProvider* provider : heap_.providers_) provider->after_marking(heap_);
  sweep_young();
  plan();
  update_references();
  move();
}

// --- marking ---

void FullCollector::Marker::visit_range(Oop* begin, Oop* end) {
  for (Oop* slot = begin; slot != end; ++slot)
    if (slot->bits() != 0) owner.mark(*slot);
}

inline void FullCollector::mark(Oop oop) {
  if (oop.is_immediate()) return;
  Object* object = oop.as_object();
  if (object->is_marked()) return;
  object->header |= Header::kMarked;
  to_scan_.push_back({object, 0});
}

inline void FullCollector::mark_class(ClassIndex index) {
  std::uint8_t& done = class_marked_[to_index(index)];
  if (done) return;
  done = 1;
  mark(heap_.class_at(index));
}

void FullCollector::mark_all() {
  Marker marker(*this);
  mark_hidden_roots();
  for (const Oop oop : {heap_.nil_, heap_.false_, heap_.true_}) mark(oop);
  for (const Heap::Hold& hold : heap_.holds_) mark(hold.object->oop());
  heap_.visit_own_roots(marker);
  for (RootProvider* provider : heap_.providers_) provider->visit_strong_roots(marker);
  drain();
  while (trace_owned_records(marker) || trace_ephemerons()) {
  }
}

// The class table holds the classes of its first page strongly, the others only while they are
// referred to or have instances.
void FullCollector::mark_hidden_roots() {
  Object* free_lists = heap_.old_.next(heap_.true_.as_object());
  free_lists->header |= Header::kMarked;
  Object* hidden = heap_.hidden_roots_;
  hidden->header |= Header::kMarked;
  std::size_t pages = 0;
  while (pages < kClassPages && hidden->slot(pages) != heap_.nil_) {
    hidden->slot(pages).as_object()->header |= Header::kMarked;
    ++pages;
  }
  class_marked_.assign(pages * kClassPageSlots, 0);
  for (std::size_t i = 0; i < kClassPageSlots; ++i) mark(heap_.class_pages_[0][i]);
  scan_slots(hidden, pages, hidden->slot_count());
}

void FullCollector::scan(Piece piece) {
  Object* object = piece.object;
  if (piece.next_slot == 0) {
    mark_class(object->class_index());
    const Format format = object->format();
    if (format == Format::kWeak) {
      weak_.push_back(object);
      scan_slots(object, 0, heap_.fixed_slot_count(object));
      return;
    }
    if (format == Format::kEphemeron && !heap_.is_live(object->slot(0))) {
      ephemerons_.push_back(object);
      return;
    }
  }
  const std::size_t count = object->pointer_slot_count();
  const std::size_t end = std::min(count, piece.next_slot + kPieceSlots);
  if (end < count) to_scan_.push_back({object, end});
  scan_slots(object, piece.next_slot, end);
}

void FullCollector::scan_slots(Object* object, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) mark(object->slots()[i]);
}

void FullCollector::drain() {
  while (!to_scan_.empty()) {
    const Piece piece = to_scan_.back();
    to_scan_.pop_back();
    scan(piece);
  }
}

bool FullCollector::trace_owned_records(Marker& marker) {
  bool shown = false;
  for (RootProvider* provider : heap_.providers_) {
    shown |= provider->visit_newly_live(marker, heap_);
    drain();
  }
  return shown;
}

// One round: ephemerons whose keys have been reached meanwhile are traced; when there are none,
// all that wait are fired. Answers whether there was anything to do.
bool FullCollector::trace_ephemerons() {
  if (ephemerons_.empty()) return false;
  std::vector<Object*> waiting;
  waiting.swap(ephemerons_);
  const auto unreached = std::partition(waiting.begin(), waiting.end(),
                                        [this](Object* e) { return heap_.is_live(e->slot(0)); });
  if (unreached == waiting.begin()) {
    for (Object* ephemeron : waiting) {
      ephemeron->set_format(Format::kFixed);
      heap_.add_mourner(ephemeron->oop());
    }
  } else {
    ephemerons_.assign(unreached, waiting.end());
    waiting.erase(unreached, waiting.end());
  }
  for (Object* ephemeron : waiting) scan_slots(ephemeron, 0, ephemeron->slot_count());
  drain();
  return true;
}

void FullCollector::clear_weak_slots() {
  for (Object* object : weak_) {
    const std::size_t count = object->slot_count();
    for (std::size_t i = heap_.fixed_slot_count(object); i < count; ++i) {
      if (heap_.is_live(object->slots()[i])) continue;
      object->slots()[i] = heap_.nil_;
      heap_.finalization_pending_ = true;
    }
  }
}

void FullCollector::drop_dead_classes() {
  for (std::size_t i = kClassPageSlots; i < class_marked_.size(); ++i) {
    Oop& entry = heap_.class_pages_[i / kClassPageSlots][i % kClassPageSlots];
    if (!heap_.is_live(entry)) entry = heap_.nil_;
  }
}

void FullCollector::sweep_young() {
  for (Object* object = heap_.first_young_raw(0); object != nullptr;
       object = heap_.next_raw(object)) {
    if (object->is_free_chunk() || object->is_marked()) continue;
    object = make_free_chunk(object->start(), object->end());
  }
  std::erase_if(heap_.stayed_, [](const Object* object) { return object->is_free_chunk(); });
}

// --- compaction ---

void FullCollector::plan() {
  OldSpace& old = heap_.old_;
  std::uintptr_t free = old.start();
  Object* object = old.first();
  while (object != nullptr && object->is_marked()) {
    free = object->end();
    object = old.next(object);
  }
  first_moved_ = free;
  for (; object != nullptr; object = old.next(object)) {
    if (!object->is_marked()) continue;
    const std::uintptr_t start = object->start();
    if (object->is_fixed_in_place()) {
      if (free < start) gaps_.push_back({free, start});
      free = object->end();
      continue;
    }
    const std::uint64_t new_address = object->oop().bits() - (start - free);
    first_words_.push_back(object->slots()[0]);
    free += object->end() - start;
    object->slots()[0] = Oop::from_bits(new_address);
  }
  new_top_ = free;
}

inline Oop FullCollector::moved(Oop oop) const {
  if (oop.is_immediate() || oop.bits() < first_moved_) return oop;
  const Object* object = oop.as_object();
  return object->is_fixed_in_place() ? oop : object->slots()[0];
}

void FullCollector::Updater::visit_range(Oop* begin, Oop* end) {
  owner.update_slots(begin, end);
}

// Answers whether any of them refers to a young object.
bool FullCollector::update_slots(Oop* begin, Oop* end) {
  bool young = false;
  for (Oop* slot = begin; slot != end; ++slot) {
    *slot = moved(*slot);
    young |= heap_.is_young(*slot);
  }
  return young;
}

// `first_slot` is where the object's slot 0 is for now.
void FullCollector::update_object(Object* object, Oop* first_slot) {
  std::size_t count = object->slot_count();
  if (object->is_compiled_code())
    count = 1 + (static_cast<std::uint64_t>(first_slot->as_int()) & 0x7FFF);
  else if (!object->has_pointers_only())
    count = 0;
  bool young = false;
  if (count > 0) young |= update_slots(first_slot, first_slot + 1);
  if (count > 1) young |= update_slots(object->slots() + 1, object->slots() + count);
  if (heap_.is_young(object)) return;
  object->set_bit(Header::kRemembered, young);
  if (young)
    heap_.remembered_.push_back(reinterpret_cast<Object*>(static_cast<std::uintptr_t>(
        first_slot == object->slots() ? object->oop().bits() : object->slots()[0].bits())));
}

void FullCollector::update_references() {
  Updater updater(*this);
  heap_.remembered_.clear();
  std::size_t next_word = 0;
  for (Object* object = heap_.old_.first(); object != nullptr; object = heap_.old_.next(object)) {
    if (!object->is_marked()) continue;
    Oop* first = moves(object) ? &first_words_[next_word++] : object->slots();
    update_object(object, first);
  }
  for (Object* object = heap_.first_young_raw(0); object != nullptr;
       object = heap_.next_raw(object))
    if (!object->is_free_chunk()) update_object(object, object->slots());
  heap_.visit_all_roots(updater);
}

void FullCollector::move() {
  OldSpace& old = heap_.old_;
  std::size_t next_word = 0;
  const std::uintptr_t end = old.top();
  std::uintptr_t address = old.start();
  while (address < end) {
    Object* object = Object::at_start(address);
    const std::uintptr_t start = address;
    address = object->end();
    if (!object->is_marked()) continue;
    object->header &= ~Header::kMarked;
    if (!moves(object)) continue;
    const std::uint64_t target = object->slots()[0].bits();
    object->slots()[0] = first_words_[next_word++];
    const std::uint64_t distance = object->oop().bits() - target;
    if (distance == 0) continue;
    std::memmove(reinterpret_cast<void*>(static_cast<std::uintptr_t>(start - distance)),
                 reinterpret_cast<const void*>(start), address - start);
    ++heap_.statistics_.moved_objects;
  }
  for (Object* object = heap_.first_young_raw(0); object != nullptr;
       object = heap_.next_raw(object))
    object->header &= ~Header::kMarked;
  old.clear_free_chunks();
  old.set_top_and_shrink(new_top_);
  for (const Gap& gap : gaps_) old.add_free_chunk(gap.begin, gap.end);
  heap_.find_class_pages();
}

}  // namespace banter::heap
