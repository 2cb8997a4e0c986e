#include "heap/mutator.h"

#include <algorithm>
#include <cstring>

#include "heap/layouts.h"
#include "heap/rooted.h"
#include "heap/utf8.h"

namespace banter::heap {
namespace {

constexpr std::size_t kMaxYoungSlots = 65535;
// No heap is as large: what is asked for beyond it fails before anything is computed from it.
constexpr std::uint64_t kMaxSlots = std::uint64_t{1} << 40;

void fill(Object* object, Format format, std::size_t slots, Oop nil) {
  const Oop filler = format <= Format::kEphemeron ? nil : Oop();
  std::fill_n(object->slots(), slots, filler);
}

// The slots and the exact format for `count` elements of a bits format.
struct Shape {
  Format format;
  std::uint64_t slots;
};

Shape shape_of_bits(Format base, std::uint64_t count) {
  const auto with = [](Format f, std::uint64_t low) {
    return static_cast<Format>(to_bits(f) + low);
  };
  switch (base) {
    case Format::kWords:
      return {with(base, count & 1), (count + 1) / 2};
    case Format::kShorts:
      return {with(base, (4 - count) & 3), (count + 3) / 4};
    case Format::kBytes:
    case Format::kCompiledMethod:
      return {with(base, (8 - count) & 7), (count + 7) / 8};
    default:
      return {base, count};
  }
}

}  // namespace

Mutator::Mutator(Heap& heap) : heap_(heap), next_(heap.first_mutator_) {
  link_to_me_ = &heap.first_mutator_;
  if (next_ != nullptr) next_->link_to_me_ = &next_;
  heap.first_mutator_ = this;
}

Mutator::~Mutator() {
  BANTER_ASSERT(handles_ == nullptr && vectors_ == nullptr, "a mutator must outlive its handles");
  *link_to_me_ = next_;
  if (next_ != nullptr) next_->link_to_me_ = link_to_me_;
}

void Mutator::out_of_memory() {
  heap_.exhausted();
  BANTER_CHECK(false, "out of memory for Smalltalk objects");
}

// --- plain allocation ---

Object* Mutator::allocate_unfilled(ClassIndex index, Format format, std::uint64_t slots, bool old) {
  if (!old) {
    if (Object* object = slots < kMaxYoungSlots
                             ? heap_.allocate_fast(index, format, static_cast<std::size_t>(slots))
                             : nullptr) {
      BANTER_ASSERT(may_collect(), "an allocation where none may happen");
      return object;
    }
  }
  BANTER_ASSERT(may_collect(), "an allocation where none may happen");
  if (slots > kMaxSlots || slots > SIZE_MAX / 16) return nullptr;
  return allocate_slow(index, format, static_cast<std::size_t>(slots), old);
}

Object* Mutator::allocate_slow(ClassIndex index, Format format, std::size_t slots, bool old) {
  if (heap_.options_.stress_gc && may_collect()) stress();
  if (!old && slots <= kMaxYoungSlots) {
    if (Object* object = heap_.allocate_in_eden(index, format, slots)) return object;
    if (Object::bytes_for_slots(slots) <= heap_.eden_.capacity() / 2 && may_collect()) {
      collect_young();
      if (Object* object = heap_.allocate_in_eden(index, format, slots)) return object;
    }
  }
  return allocate_old(index, format, slots);
}

// Room for one whole new space is always left, so that a scavenge can tenure; a large object leaves
// the reserve too.
Object* Mutator::allocate_old(ClassIndex index, Format format, std::size_t slots) {
  const std::size_t bytes = Object::bytes_for_slots(slots);
  if (bytes > heap_.old_.limit_bytes()) return nullptr;
  const bool large = bytes > heap_.eden_.capacity() / 2;
  const auto fits = [&] {
    const std::size_t left =
        static_cast<std::size_t>(heap_.new_space_bytes_) + (large ? heap_.reserve() : 0);
    return heap_.old_.free_bytes() >= bytes || heap_.old_.can_grow_by(bytes + left);
  };
  if (may_collect() && (heap_.old_bytes_used() + bytes > heap_.full_threshold_ || !fits())) {
    heap_.collect_full();
    heap_.full_threshold_ =
        std::max(heap_.full_threshold_, heap_.old_bytes_used() + bytes + Heap::kMinimumGrowth);
  }
  if (!fits()) {
    if (!large) heap_.exhausted();
    return nullptr;
  }
  heap_.statistics_.bytes_allocated += bytes;
  Object* object = heap_.allocate_in_old(index, format, slots);
  // Whoever asked may fill it with young objects by init_slot, without a barrier.
  if (object != nullptr && (format <= Format::kEphemeron || format >= Format::kCompiledMethod))
    heap_.remember(object);
  return object;
}

Object* Mutator::try_allocate(ClassIndex index, Format format, std::size_t slots) {
  Object* object = allocate_unfilled(index, format, slots, false);
  if (object != nullptr) fill(object, format, slots, heap_.nil());
  return object;
}

Object* Mutator::try_allocate_old(ClassIndex index, Format format, std::size_t slots) {
  Object* object = allocate_unfilled(index, format, slots, true);
  if (object != nullptr) fill(object, format, slots, heap_.nil());
  return object;
}

// --- by class ---

ClassIndex Mutator::enter_class(Oop cls) {
  if (!heap_.is_class_in_table(cls))
    BANTER_CHECK(heap_.enter_in_class_table(cls), "the class table is full");
  return static_cast<ClassIndex>(cls.as_object()->hash());
}

bool Mutator::valid_instance_size(Oop cls, std::uint64_t indexable) const {
  if (!cls.is_object()) return false;
  const Object* object = cls.as_object();
  if (!object->has_pointers_only() || object->slot_count() <= slots::behavior::kFormat ||
      !object->slot(slots::behavior::kFormat).is_small_int())
    return false;
  switch (Heap::instance_format_of(object)) {
    case Format::kNoSlots:
    case Format::kFixed:
    case Format::kEphemeron:
      return indexable == 0;
    case Format::kWords:
      // A boxed float has exactly two words, whoever asks.
      return object->hash() != to_index(ClassIndex::kBoxedFloat64) || indexable == 2;
    case Format::kIndexable:
    case Format::kFixedIndexable:
    case Format::kWeak:
    case Format::kLongs:
    case Format::kShorts:
    case Format::kBytes:
      return true;
    default:
      return false;
  }
}

Object* Mutator::try_new_instance(Oop cls, std::uint64_t indexable, Placement placement) {
  if (indexable > kMaxSlots * 8) return nullptr;
  const Object* object = cls.as_object();
  const Format base = Heap::instance_format_of(object);
  Shape shape = {base, indexable + Heap::instance_size_of(object)};
  if (base >= Format::kLongs) shape = shape_of_bits(base, indexable);
  const ClassIndex index = enter_class(cls);
  if (shape.slots > SIZE_MAX / 16) return nullptr;
  const auto slots = static_cast<std::size_t>(shape.slots);
  if (placement == Placement::kNormal) return try_allocate(index, shape.format, slots);
  Object* made = try_allocate_old(index, shape.format, slots);
  if (made != nullptr && placement == Placement::kPinned) made->set_bit(Header::kPinned, true);
  return made;
}

Object* Mutator::new_pointers(ClassIndex index, std::size_t slots) {
  const Oop cls = heap_.class_at(index);
  const Format format =
      cls == heap_.nil() ? Format::kFixed : Heap::instance_format_of(cls.as_object());
  return allocate(index, format, slots);
}

Object* Mutator::new_pointers(Oop cls, std::size_t slots) {
  return allocate(enter_class(cls), Heap::instance_format_of(cls.as_object()), slots);
}

Object* Mutator::try_new_bytes(ClassIndex index, std::uint64_t bytes) {
  if (bytes > kMaxSlots) return nullptr;
  const Shape shape = shape_of_bits(Format::kBytes, bytes);
  if (shape.slots > SIZE_MAX / 16) return nullptr;
  return try_allocate(index, shape.format, static_cast<std::size_t>(shape.slots));
}

Object* Mutator::new_bytes(Oop cls, std::size_t bytes) {
  return new_bytes(enter_class(cls), bytes);
}

Object* Mutator::new_words(ClassIndex index, std::size_t words) {
  const Shape shape = shape_of_bits(Format::kWords, words);
  return allocate(index, shape.format, static_cast<std::size_t>(shape.slots));
}

Object* Mutator::new_method(Oop cls, Oop header, std::size_t bytes) {
  const ClassIndex index = enter_class(cls);
  const Shape shape = shape_of_bits(Format::kCompiledMethod, bytes);
  const std::size_t literals = static_cast<std::uint64_t>(header.as_int()) & 0x7FFF;
  BANTER_CHECK((literals + 1) * Object::kSlotBytes <= bytes, "{} literals in a method of {} bytes",
               literals, bytes);
  Object* method = allocate(index, shape.format, static_cast<std::size_t>(shape.slots));
  method->init_slot(0, header);
  std::fill_n(method->slots() + 1, literals, heap_.nil());
  return method;
}

Object* Mutator::try_clone(Oop original) {
  Rooted<> root(*this, original);
  const Object* object = original.as_object();
  const std::size_t count = object->slot_count();
  Object* copy = allocate_unfilled(object->class_index(), object->format(), count, false);
  if (copy == nullptr) return nullptr;
  std::memcpy(copy->slots(), root->slots(), count * Object::kSlotBytes);
  return copy;
}

// --- values ---

Oop Mutator::new_text(std::string_view utf8, ClassIndex narrow, ClassIndex wide) {
  std::size_t count = 0;
  std::uint32_t largest = 0;
  for_each_code_point(utf8, [&](std::uint32_t code) {
    ++count;
    largest = std::max(largest, code);
  });
  if (largest < 256) {
    Object* text = new_bytes(narrow, count);
    std::uint8_t* next = text->bytes();
    for_each_code_point(utf8,
                        [&](std::uint32_t code) { *next++ = static_cast<std::uint8_t>(code); });
    return text->oop();
  }
  Object* text = new_words(wide, count);
  std::size_t i = 0;
  for_each_code_point(utf8, [&](std::uint32_t code) { text->set_word(i++, code); });
  return text->oop();
}

Oop Mutator::new_string(std::string_view utf8) {
  return new_text(utf8, ClassIndex::kByteString, ClassIndex::kWideString);
}

Oop Mutator::new_float(double value) {
  if (Oop::fits_small_float(value)) return Oop::small_float(value);
  Object* boxed = allocate(ClassIndex::kBoxedFloat64, Format::kWords, 1);
  boxed->set_raw(0, std::bit_cast<std::uint64_t>(value));
  return boxed->oop();
}

Oop Mutator::new_large(std::uint64_t magnitude, bool negative) {
  Object* large = new_bytes(
      negative ? ClassIndex::kLargeNegativeInteger : ClassIndex::kLargePositiveInteger, 8);
  large->set_raw(0, magnitude);
  return large->oop();
}

Oop Mutator::new_integer(std::int64_t value) {
  if (Oop::fits_small_int(value)) return Oop::small_int(value);
  const bool negative = value < 0;
  const auto bits = static_cast<std::uint64_t>(value);
  return new_large(negative ? 0 - bits : bits, negative);
}

Oop Mutator::new_integer(std::uint64_t value) {
  if (value <= static_cast<std::uint64_t>(INT64_MAX))
    return new_integer(static_cast<std::int64_t>(value));
  return new_large(value, false);
}

Object* Mutator::new_association(Oop key, Oop value) {
  Rooted<> key_root(*this, key), value_root(*this, value);
  Object* association =
      allocate(ClassIndex::kAssociation, Format::kFixed, slots::association::kSize);
  association->init_slot(slots::association::kKey, key_root.oop());
  association->init_slot(slots::association::kValue, value_root.oop());
  return association;
}

Object* Mutator::new_point(Oop x, Oop y) {
  Rooted<> x_root(*this, x), y_root(*this, y);
  Object* point = allocate(ClassIndex::kPoint, Format::kFixed, slots::point::kSize);
  point->init_slot(slots::point::kX, x_root.oop());
  point->init_slot(slots::point::kY, y_root.oop());
  return point;
}

Object* RootedVector::to_array() const {
  Object* array = mutator_.new_array(oops_.size());
  std::copy(oops_.begin(), oops_.end(), array->slots());
  return array;
}

}  // namespace banter::heap
