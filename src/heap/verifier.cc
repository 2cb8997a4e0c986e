#include "heap/verifier.h"

#include <algorithm>

#include "heap/rooted.h"

namespace banter::heap {
namespace {

std::uint64_t address_of(const Object* object) {
  return object->oop().bits();
}

struct Checker final : OopVisitor {
  explicit Checker(std::function<bool(Oop)> good) : is_good(std::move(good)) {}
  void visit_range(Oop* begin, Oop* end) override {
    for (Oop* slot = begin; slot != end; ++slot)
      if (slot->bits() != 0 && !is_good(*slot) && bad.bits() == 0) bad = *slot;
  }
  std::function<bool(Oop)> is_good;
  Oop bad;
};

}  // namespace

Verifier::Verifier(const Heap& heap) : heap_(heap), base_(heap.base_), end_(heap.old_.top()) {
  starts_.resize(static_cast<std::size_t>((end_ - base_) / 8));
}

std::string Verifier::first_problem() {
  if (!find_starts()) return problem_;
  for (const Object* o = heap_.first_raw(); o != nullptr && problem_.empty(); o = heap_.next_raw(o))
    check_object(o);
  if (problem_.empty()) check_special_places();
  if (problem_.empty()) check_remembered_set();
  if (problem_.empty()) check_free_space();
  return problem_;
}

bool Verifier::is_start(std::uint64_t address) const {
  return address >= base_ && address < end_ && address % 8 == 0 &&
         starts_[static_cast<std::size_t>((address - base_) / 8)];
}

void Verifier::note_start(const Object* object) {
  starts_[static_cast<std::size_t>((address_of(object) - base_) / 8)] = true;
}

// Every object ends inside its space, and the next begins there.
bool Verifier::find_starts() {
  const BumpSpace* young[] = {&heap_.survivors_[0], &heap_.eden_, &heap_.survivors_[1]};
  for (const BumpSpace* space : young) {
    for (const Object* o = space->first(); o != nullptr; o = space->next(o)) {
      const std::uintptr_t end = o->end();
      if (end > space->end() || end <= address_of(o))
        problem("the object at {:#x} ends at {:#x}, outside its space", address_of(o), end);
      if (!problem_.empty()) return false;
      if (!o->is_free_chunk()) note_start(o);
    }
  }
  for (const Object* o = heap_.old_.first(); o != nullptr; o = heap_.old_.next(o)) {
    const std::uintptr_t end = o->end();
    if (end > heap_.old_.top() || end <= address_of(o))
      problem("the object at {:#x} ends at {:#x}, outside old space", address_of(o), end);
    if (!problem_.empty()) return false;
    if (o->is_free_chunk())
      free_bytes_ += o->total_bytes();
    else
      note_start(o);
  }
  return true;
}

void Verifier::check_object(const Object* object) {
  if (object->is_free_chunk()) return;
  const std::uint64_t at = address_of(object);
  const std::uint32_t index = to_index(object->class_index());
  if (object->is_marked()) problem("the object at {:#x} has the mark bit", at);
  if (object->is_hidden()) {
    if (object->class_index() != ClassIndex::kArrayPun &&
        object->class_index() != ClassIndex::kLongsPun)
      problem("the object at {:#x} has the class index {}", at, index);
  } else if (heap_.class_at(object->class_index()) == heap_.nil() &&
             index >= to_index(ClassIndex::kFirstFree)) {
    problem("the object at {:#x} has class index {}, which names no class", at, index);
  }
  const std::uint8_t format = object->format_bits();
  if (format == 6 || format == 7 || format == 8)
    problem("the object at {:#x} has format {}", at, format);
  if (object->pointer_slot_count() > object->slot_count())
    problem("the method at {:#x} has {} slots and {} literals", at, object->slot_count(),
            object->literal_count());
  const bool young = heap_.is_young(object);
  if (young && object->is_remembered()) problem("the young object at {:#x} is remembered", at);
  if (young && object->is_pinned() && !object->is_held())
    problem("the young object at {:#x} is pinned and not held", at);
  if (problem_.empty()) check_slots(object);
}

bool Verifier::is_good(Oop oop) const {
  const std::uint64_t tag = oop.bits() & 7;
  return tag == 0 ? is_start(oop.bits()) : tag == 1 || tag == 2 || tag == 4;
}

void Verifier::check_slots(const Object* object) {
  const bool old = !heap_.is_young(object);
  const std::size_t count = object->pointer_slot_count();
  for (std::size_t i = 0; i < count; ++i) {
    const Oop value = object->slots()[i];
    if (!is_good(value)) {
      problem("slot {} of the object at {:#x} (class index {}, format {}) is {:#x}, no object", i,
              address_of(object), to_index(object->class_index()), object->format_bits(),
              value.bits());
      return;
    }
    if (old && !object->is_remembered() && heap_.is_young(value)) {
      problem("slot {} of the old object at {:#x} (class index {}) is young and not remembered", i,
              address_of(object), to_index(object->class_index()));
      return;
    }
  }
}

void Verifier::check_special_places() {
  const Object* nil = heap_.old_.first();
  const Object* no = heap_.old_.next(nil);
  const Object* yes = heap_.old_.next(no);
  const Object* free_lists = heap_.old_.next(yes);
  if (nil->oop() != heap_.nil() || no->oop() != heap_.false_object() ||
      yes->oop() != heap_.true_object())
    problem("nil, false and true are not the first three objects");
  if (heap_.old_.next(free_lists) != heap_.hidden_roots_ ||
      heap_.hidden_roots_->slot_count() != kHiddenRootSlots)
    problem("the hidden roots are not the fifth object");
  for (std::size_t i = 0; i < kClassPages * std::size_t{kClassPageSlots}; ++i) {
    if (heap_.class_pages_[i / kClassPageSlots] == heap_.empty_class_page_.data()) break;
    const Oop entry = heap_.class_pages_[i / kClassPageSlots][i % kClassPageSlots];
    if (!is_good(entry)) problem("class table entry {} is {:#x}, no object", i, entry.bits());
  }
  Checker checker([this](Oop oop) { return is_good(oop); });
  // Visiting only looks: the checker changes nothing.
  const_cast<Heap&>(heap_).visit_all_roots(checker);
  if (checker.bad.bits() != 0) problem("a root is {:#x}, no object", checker.bad.bits());
  for (const Heap::Hold& hold : heap_.holds_)
    if (!is_start(address_of(hold.object)) || !hold.object->is_held())
      problem("the held object at {:#x} has lost its place", address_of(hold.object));
}

void Verifier::check_remembered_set() {
  std::vector<Object*> objects = heap_.remembered_;
  std::sort(objects.begin(), objects.end());
  if (std::adjacent_find(objects.begin(), objects.end()) != objects.end())
    problem("an object is twice in the remembered set");
  for (const Object* object : objects)
    if (!is_start(address_of(object)) || !object->is_remembered())
      problem("the remembered set has {:#x}, which is not a remembered object", address_of(object));
  std::size_t bits = 0;
  for (const Object* o = heap_.old_.first(); o != nullptr; o = heap_.old_.next(o))
    bits += o->is_remembered();
  if (bits != objects.size())
    problem("{} objects have the remembered bit, {} are in the set", bits, objects.size());
}

void Verifier::check_free_space() {
  if (free_bytes_ != heap_.old_.free_bytes())
    problem("old space has free chunks of {} bytes and counts {}", free_bytes_,
            heap_.old_.free_bytes());
}

}  // namespace banter::heap
