#include "heap/scavenger.h"

#include <algorithm>
#include <cstring>

namespace banter::heap {
namespace {

// Under --stress=gc every allocation copies the survivors: so few that this stays bearable.
constexpr std::size_t kStressSurvivorBytes = 16u << 10;

// Copies whole words; most objects have few.
inline void copy_words(std::uintptr_t to, std::uintptr_t from, std::size_t bytes) {
  auto* target = reinterpret_cast<std::uint64_t*>(to);
  const auto* source = reinterpret_cast<const std::uint64_t*>(from);
  if (bytes > 128) {
    std::memcpy(target, source, bytes);
    return;
  }
  for (std::size_t i = 0; i < bytes / 8; ++i) target[i] = source[i];
}

// Where a copied object went.
inline Object* forwarded(const Object* object) {
  return reinterpret_cast<Object*>(static_cast<std::uintptr_t>(object->header & ~Header::kMarked));
}

}  // namespace

Scavenger::Scavenger(Heap& heap, const Object* tenure_this, bool tenure_all)
    : heap_(heap), tenure_this_(tenure_this), tenure_all_(tenure_all) {
  // Survivor A, eden, survivor B lie in this order: eden and the past one are neighbours.
  from_start_ = std::min(heap.past().start(), heap.eden_.start());
  from_bytes_ = std::max(heap.past().end(), heap.eden_.end()) - from_start_;
}

void Scavenger::run() {
  for (Object* object : heap_.stayed_) scan(object);
  for (const Heap::Hold& hold : heap_.holds_) {
    const std::uintptr_t address = hold.object->oop().bits();
    if (heap_.is_young(hold.object) && !heap_.future().contains(address)) scan(hold.object);
  }
  std::vector<Object*> remembered;
  remembered.swap(heap_.remembered_);
  for (Object* object : remembered) {
    object->set_bit(Header::kRemembered, false);
    scan(object);
  }
  heap_.visit_all_roots(*this);
  drain();
  trace_ephemerons();
  for (Object* object : weak_) update_weak_slots(object);
  empty_spaces();
}

void Scavenger::visit_range(Oop* begin, Oop* end) {
  for (Oop* slot = begin; slot != end; ++slot) update(slot);
}

// --- copying ---

bool Scavenger::is_reached(Oop oop) const {
  if (oop.is_immediate() || !is_left(oop.bits())) return true;
  return oop.as_object()->is_marked() || oop.as_object()->is_held();
}

inline bool Scavenger::update(Oop* slot) {
  const Oop oop = *slot;
  if (oop.is_immediate()) return false;
  if (!is_left(oop.bits())) return heap_.is_young_address(oop.bits());
  const Object* copied = copy(oop.as_object());
  *slot = Oop::object(copied);
  return heap_.is_young(copied);
}

inline Object* Scavenger::copy(Object* object) {
  if (object->is_marked()) return forwarded(object);
  if (object->is_held()) return object;
  const std::uintptr_t start = object->start();
  const std::size_t bytes = object->end() - start;
  Object* target = place_for(object, bytes);
  const auto target_start = reinterpret_cast<std::uintptr_t>(target);
  copy_words(target_start, start, bytes);
  target = reinterpret_cast<Object*>(target_start + (object->oop().bits() - start));
  ++heap_.statistics_.moved_objects;
  if (target->format_bits() <= to_bits(Format::kEphemeron) || target->is_compiled_code())
    to_scan_.push_back(target);
  object->header = target->oop().bits() | Header::kMarked;
  return target;
}

inline bool Scavenger::is_tenured_now(const Object* object) const {
  const auto address = reinterpret_cast<std::uintptr_t>(object);
  return tenure_all_ || object == tenure_this_ ||
         (address < heap_.tenure_below_ && heap_.past().contains(address));
}

inline Object* Scavenger::place_for(const Object* object, std::size_t bytes) {
  if (!is_tenured_now(object)) {
    if (const std::uintptr_t address = heap_.future().allocate(bytes))
      return reinterpret_cast<Object*>(address);
  }
  const std::uintptr_t address = heap_.old_.allocate(bytes);
  BANTER_CHECK(address != 0, "out of memory: {} MiB of objects are alive",
               heap_.old_bytes_used() >> 20);
  ++heap_.statistics_.tenured_objects;
  heap_.statistics_.tenured_bytes += bytes;
  return reinterpret_cast<Object*>(address);
}

// --- tracing ---

void Scavenger::scan(Object* object) {
  const Format format = object->format();
  if (format == Format::kWeak) {
    weak_.push_back(object);
    scan_slots(object, fixed_slot_count(object));
  } else if (format == Format::kEphemeron && !is_reached(object->slot(0))) {
    ephemerons_.push_back(object);
  } else {
    scan_slots(object, object->pointer_slot_count());
  }
}

void Scavenger::scan_slots(Object* object, std::size_t count) {
  bool young = false;
  Oop* slot = object->slots();
  for (Oop* const end = slot + count; slot != end; ++slot) young |= update(slot);
  if (young) heap_.note_stores(object);
}

// The class may have been copied already, its old header lost.
std::size_t Scavenger::fixed_slot_count(const Object* object) const {
  const Object* cls = heap_.class_at(object->class_index()).as_object();
  if (is_left(cls->oop().bits()) && cls->is_marked()) cls = forwarded(cls);
  return Heap::fixed_slot_count(object, cls);
}

void Scavenger::drain() {
  while (!to_scan_.empty()) {
    Object* object = to_scan_.back();
    to_scan_.pop_back();
    scan(object);
  }
}

void Scavenger::trace_ephemerons() {
  while (!ephemerons_.empty()) {
    std::vector<Object*> waiting;
    waiting.swap(ephemerons_);
    const auto unreached = std::partition(waiting.begin(), waiting.end(),
                                          [this](Object* e) { return is_reached(e->slot(0)); });
    const bool fire = unreached == waiting.begin();
    for (auto it = unreached; it != waiting.end(); ++it) {
      if (!fire) {
        ephemerons_.push_back(*it);
        continue;
      }
      (*it)->set_format(Format::kFixed);
      heap_.add_mourner((*it)->oop());
    }
    const auto end = fire ? waiting.end() : unreached;
    for (auto it = waiting.begin(); it != end; ++it) scan_slots(*it, (*it)->slot_count());
    drain();
  }
}

void Scavenger::update_weak_slots(Object* object) {
  bool young = false;
  const std::size_t count = object->slot_count();
  for (std::size_t i = fixed_slot_count(object); i < count; ++i) {
    Oop* slot = object->slots() + i;
    if (is_reached(*slot)) {
      young |= update(slot);
    } else {
      *slot = heap_.nil();
      heap_.finalization_pending_ = true;
    }
  }
  if (young) heap_.note_stores(object);
}

// --- afterwards ---

std::vector<Object*> Scavenger::staying_in(const BumpSpace& space) const {
  std::vector<Object*> objects;
  for (const Heap::Hold& hold : heap_.holds_)
    if (space.contains(hold.object->oop().bits())) objects.push_back(hold.object);
  std::sort(objects.begin(), objects.end());
  return objects;
}

void Scavenger::empty_spaces() {
  heap_.eden_.reset(staying_in(heap_.eden_));
  heap_.stayed_ = staying_in(heap_.past());
  heap_.past().reset(heap_.stayed_);
  heap_.past_ = 1 - heap_.past_;
  // Spur's rule: when the survivors nearly fill their space, the oldest of them are tenured at
  // the next scavenge.
  const BumpSpace& past = heap_.past();
  const std::size_t room = heap_.options_.stress_gc ? kStressSurvivorBytes : past.capacity();
  const bool crowded = past.used() > room / 10 * 9;
  heap_.tenure_below_ = crowded ? past.start() + room / 2 : 0;
}

}  // namespace banter::heap
