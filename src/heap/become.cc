// become.cc -- exchanging identities and classes: Heap::become, Heap::change_class.
//
// All references of the heap and of the roots are rewritten in one walk; objects stay where they
// are and no forwarder exists. The objects that lose references carry the mark bit during the
// walk, so that most references need one look at a header.
#include <unordered_map>

#include "heap/heap.h"
#include "heap/layouts.h"

namespace banter::heap {

class ReferenceRewriter final : public OopVisitor {
 public:
  explicit ReferenceRewriter(Heap& heap) : heap_(heap) {}

  void exchange(const Object* left, const Object* right, bool copy_hash);
  void forward(const Object* left, const Object* right, bool copy_hash);
  void run();

  void visit_range(Oop* begin, Oop* end) override { rewrite(begin, end); }

 private:
  Oop resolved(Oop oop) const;
  void forward_one(Oop from, Oop to, bool copy_hash);
  void merge_classes(Object* from, Object* to, bool copy_hash);
  bool rewrite(Oop* begin, Oop* end);
  void rewrite_object(Object* object);

  Heap& heap_;
  std::unordered_map<std::uint64_t, Oop> replacement_;  // from the bits of an object's oop
  std::unordered_map<std::uint32_t, std::uint32_t> class_replacement_;
};

namespace {

BecomeError invalid_element(const Heap& heap, Oop oop) {
  if (oop.is_immediate() || oop == heap.nil() || oop == heap.true_object() ||
      oop == heap.false_object() || oop.as_object()->is_hidden())
    return BecomeError::kInappropriate;
  if (oop.as_object()->is_fixed_in_place()) return BecomeError::kPinned;
  if (oop.as_object()->is_immutable()) return BecomeError::kNoModification;
  return BecomeError::kNone;
}

Object* object_of(std::uint64_t bits) {
  return Oop::from_bits(bits).as_object();
}

}  // namespace

// --- two-way ---

// Pairs are exchanged one after the other: an object may occur in several.
void ReferenceRewriter::exchange(const Object* left, const Object* right, bool copy_hash) {
  for (std::size_t i = 0; i < left->slot_count(); ++i) {
    const Oop a = left->slot(i);
    const Oop b = right->slot(i);
    if (a == b) continue;
    replacement_.try_emplace(a.bits(), a);
    replacement_.try_emplace(b.bits(), b);
    std::swap(replacement_[a.bits()], replacement_[b.bits()]);
  }
  // Without copy_hash a hash stays with the references. A class's hash does so in every case: it
  // is the class's place in the class table.
  std::unordered_map<std::uint64_t, std::uint32_t> hashes;
  for (const auto& [bits, other] : replacement_)
    if (!copy_hash || heap_.is_class_in_table(Oop::from_bits(bits)) ||
        heap_.is_class_in_table(other))
      hashes[other.bits()] = object_of(bits)->hash();
  for (const auto& [bits, hash] : hashes) object_of(bits)->set_hash(hash);
}

// --- one-way ---

Oop ReferenceRewriter::resolved(Oop oop) const {
  for (auto it = replacement_.find(oop.bits()); it != replacement_.end();
       it = replacement_.find(oop.bits()))
    oop = it->second;
  return oop;
}

// One pair after the other: what has been forwarded by an earlier pair is followed.
void ReferenceRewriter::forward(const Object* left, const Object* right, bool copy_hash) {
  for (std::size_t i = 0; i < left->slot_count(); ++i) {
    const Oop from = resolved(left->slot(i));
    const Oop to = resolved(right->slot(i));
    if (from != to && invalid_element(heap_, from) == BecomeError::kNone)
      forward_one(from, to, copy_hash);
  }
  for (auto& [bits, to] : replacement_) to = resolved(to);
}

void ReferenceRewriter::forward_one(Oop from, Oop to, bool copy_hash) {
  replacement_[from.bits()] = to;
  if (to.is_immediate()) return;
  const bool from_is_class = heap_.is_class_in_table(from);
  const bool to_is_class = heap_.is_class_in_table(to);
  if (from_is_class && to_is_class)
    merge_classes(from.as_object(), to.as_object(), copy_hash);
  else if (from_is_class || (copy_hash && !to_is_class))
    to.as_object()->set_hash(from.as_object()->hash());
}

// When two classes become one, the instances of both must name the same index, and the table must
// have the class there alone. A reserved index stays what it is.
void ReferenceRewriter::merge_classes(Object* from, Object* to, bool copy_hash) {
  const std::uint32_t first_free = to_index(ClassIndex::kFirstFree);
  const std::uint32_t of_from = from->hash();
  const std::uint32_t of_to = to->hash();
  if (of_from < first_free && of_to < first_free) return;
  const bool keep_from = of_from < first_free || (copy_hash && of_to >= first_free);
  const std::uint32_t kept = keep_from ? of_from : of_to;
  const std::uint32_t given_up = keep_from ? of_to : of_from;
  to->set_hash(kept);
  for (auto& [index, replaced_by] : class_replacement_)
    if (replaced_by == given_up) replaced_by = kept;
  class_replacement_[given_up] = kept;
  heap_.class_pages_[given_up / kClassPageSlots][given_up % kClassPageSlots] = heap_.nil();
}

// --- the walk ---

void ReferenceRewriter::run() {
  heap_.begin_rewrite();
  for (const auto& [bits, other] : replacement_) object_of(bits)->set_bit(Header::kMarked, true);
  for (Object* object = heap_.first_raw(); object != nullptr; object = heap_.next_raw(object))
    if (!object->is_free_chunk()) rewrite_object(object);
  heap_.visit_all_roots(*this);
  for (const auto& [bits, other] : replacement_) object_of(bits)->set_bit(Header::kMarked, false);
  heap_.end_rewrite();
}

bool ReferenceRewriter::rewrite(Oop* begin, Oop* end) {
  bool young = false;
  for (Oop* slot = begin; slot != end; ++slot) {
    if (slot->is_immediate() || slot->bits() == 0) continue;
    if (!slot->as_object()->is_marked()) continue;
    *slot = replacement_.find(slot->bits())->second;
    young |= heap_.is_young(*slot);
  }
  return young;
}

void ReferenceRewriter::rewrite_object(Object* object) {
  if (!class_replacement_.empty()) {
    const auto it = class_replacement_.find(to_index(object->class_index()));
    if (it != class_replacement_.end())
      object->set_class_index(static_cast<ClassIndex>(it->second));
  }
  if (rewrite(object->slots(), object->slots() + object->pointer_slot_count()))
    heap_.note_stores(object);
}

// --- Heap's side ---

BecomeError Heap::become(Object* left, Object* right, bool two_way, bool copy_hash) {
  const std::size_t count = left->slot_count();
  BANTER_CHECK(right->slot_count() == count, "become of {} and {}", count, right->slot_count());
  for (std::size_t i = 0; i < count; ++i) {
    BecomeError error = invalid_element(*this, left->slot(i));
    if (error == BecomeError::kNone && two_way) error = invalid_element(*this, right->slot(i));
    if (error != BecomeError::kNone) return error;
    const Oop target = right->slot(i);
    if (!two_way && copy_hash && (target.is_immediate() || target.as_object()->is_immutable()))
      return BecomeError::kInappropriate;
  }
  ++statistics_.become_operations;
  ReferenceRewriter rewriter(*this);
  if (two_way)
    rewriter.exchange(left, right, copy_hash);
  else
    rewriter.forward(left, right, copy_hash);
  rewriter.run();
  return BecomeError::kNone;
}

ChangeClassError Heap::change_class(Object* object, Object* cls) {
  if (object->is_immutable()) return ChangeClassError::kNoModification;
  const Format wanted = instance_format_of(cls);
  const Format current = object->format();
  const std::size_t fixed = instance_size_of(cls);
  Format format = wanted;
  if (wanted <= Format::kEphemeron) {
    if (!object->has_pointers_only()) return ChangeClassError::kInappropriate;
    const bool indexable = wanted == Format::kIndexable || wanted == Format::kFixedIndexable ||
                           wanted == Format::kWeak;
    if (indexable ? object->slot_count() < fixed : object->slot_count() != fixed)
      return ChangeClassError::kBadReceiver;
  } else if (wanted == Format::kCompiledMethod) {
    if (!object->is_compiled_code()) return ChangeClassError::kInappropriate;
    format = current;
  } else if (wanted >= Format::kLongs) {
    if (object->has_pointers_only() || object->is_compiled_code())
      return ChangeClassError::kInappropriate;
    const std::size_t unit = wanted == Format::kLongs    ? 8
                             : wanted == Format::kWords  ? 4
                             : wanted == Format::kShorts ? 2
                                                         : 1;
    const std::size_t bytes = object->byte_count();
    if (bytes % unit != 0) return ChangeClassError::kBadReceiver;
    const std::size_t unused = object->slot_count() * Object::kSlotBytes - bytes;
    format = static_cast<Format>(to_bits(wanted) + unused / unit);
  } else {
    return ChangeClassError::kBadArgument;
  }
  object->set_format(format);
  object->set_class_index(static_cast<ClassIndex>(cls->hash()));
  return ChangeClassError::kNone;
}

}  // namespace banter::heap
