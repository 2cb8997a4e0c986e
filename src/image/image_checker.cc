#include "image/image_checker.h"

#include "heap/heap.h"

namespace banter::image {

using heap::ClassIndex;
using heap::Format;
using heap::Header;
using heap::Object;
using heap::Oop;
using heap::to_index;

namespace {

constexpr std::size_t kFreeListSlots = 64;
constexpr std::size_t kSmallestSpecialObjects = 60;

}  // namespace

Error ImageChecker::damaged(std::uint64_t address, const std::string& what) const {
  return Error{
      fmt::format("{} is a damaged image: {} (object at {:#x})", name_, what, address - begin_)};
}

Error ImageChecker::damaged(const Object* object, const std::string& what) const {
  return damaged(object->oop().bits(), what);
}

// --- one object after the other ---

std::string ImageChecker::problem_of_header(const Object* object) const {
  const std::uint8_t format = object->format_bits();
  const std::uint32_t index = to_index(object->class_index());
  if (index == 0) return "";
  if (index == 8 || format == 7) return "a forwarder";
  if (format == 6 || format == 8) return fmt::format("an object of format {}", format);
  if (index < 16) return fmt::format("an object of class index {}", index);
  if (object->is_compiled_code()) {
    if (object->slot_count() == 0 || !object->method_header().is_small_int())
      return "a method without a header";
    if (1 + object->literal_count() > object->slot_count() ||
        (1 + object->literal_count()) * Object::kSlotBytes > object->byte_count())
      return fmt::format("a method of {} slots with {} literals", object->slot_count(),
                         object->literal_count());
  }
  const std::size_t used_by_low_bits = object->slot_count() * Object::kSlotBytes;
  if (format >= to_bits(Format::kWords) && object->byte_count() > used_by_low_bits)
    return "an object smaller than the unused part of its last slot";
  return "";
}

Result<void> ImageChecker::walk() {
  starts_.assign((end_ - begin_) / 8, false);
  std::uintptr_t at = begin_;
  while (at < end_) {
    if (end_ - at < Object::bytes_for_slots<std::size_t>(0))
      return damaged(at, "half an object at the end");
    Object* object = Object::at_start(at);
    const std::size_t room = (end_ - object->oop().bits()) / Object::kSlotBytes;
    // A word for the count and a header that has it must go together.
    if (object->is_large() != (object->oop().bits() != at))
      return damaged(at, "a size that does not fit the header");
    if (object->slot_count() >= room || room < 2)
      return damaged(object, fmt::format("an object of {} slots, with room for {}",
                                         object->slot_count(), room - 1));
    if (const std::string problem = problem_of_header(object); !problem.empty())
      return damaged(object, problem);
    object->header &= ~(Header::kMarked | Header::kHeld | Header::kRemembered);
    if (!object->is_free_chunk())
      starts_[static_cast<std::size_t>((object->oop().bits() - begin_) / 8)] = true;
    at = object->end();
  }
  return {};
}

// --- what the heap takes for granted ---

Result<void> ImageChecker::check_first_objects(Oop special_objects) {
  const Object* first[5];
  std::uintptr_t at = begin_;
  for (const Object*& object : first) {
    if (at >= end_) return damaged(begin_, "fewer than five objects");
    object = Object::at_start(at);
    at = object->end();
  }
  for (int i = 0; i < 3; ++i)
    if (first[i]->slot_count() != 0 || first[i]->is_hidden())
      return damaged(first[i], "the first three objects are not nil, false and true");
  nil_ = first[0]->oop();
  if (first[3]->slot_count() != kFreeListSlots || first[3]->format() != Format::kLongs ||
      first[3]->class_index() != ClassIndex::kLongsPun)
    return damaged(first[3], "the fourth object is not the table of free lists");
  hidden_roots_ = first[4];
  if (hidden_roots_->slot_count() != heap::kHiddenRootSlots ||
      hidden_roots_->format() != Format::kIndexable ||
      hidden_roots_->class_index() != ClassIndex::kArrayPun)
    return damaged(hidden_roots_, "the fifth object is not the class table");
  if (special_objects.is_immediate() || !is_object(special_objects.bits()))
    return damaged(begin_, "the special objects are no object");
  const Object* specials = special_objects.as_object();
  if (specials->format() != Format::kIndexable ||
      specials->slot_count() < kSmallestSpecialObjects || specials->is_hidden())
    return damaged(specials, "the special objects are no Array of 60 and more");
  for (std::size_t i = 0; i < 3; ++i)
    if (specials->slot(i) != first[i]->oop())
      return damaged(specials, "the special objects do not begin with nil, false and true");
  return {};
}

Oop ImageChecker::class_at(std::uint32_t index) const {
  const Oop page = hidden_roots_->slot(index / heap::kClassPageSlots);
  return page == nil_ ? nil_ : page.as_object()->slot(index % heap::kClassPageSlots);
}

Result<void> ImageChecker::check_classes() {
  std::size_t pages = 0;
  for (std::size_t i = 0; i < heap::kClassPages; ++i) {
    const Oop oop = hidden_roots_->slot(i);
    if (oop == nil_) continue;
    const Object* page = oop.is_object() ? oop.as_object() : nullptr;
    if (page == nullptr || page->slot_count() != heap::kClassPageSlots ||
        page->format() != Format::kIndexable || page->class_index() != ClassIndex::kArrayPun ||
        pages != i)
      return damaged(hidden_roots_, fmt::format("page {} of the class table is none", i));
    ++pages;
    for (std::size_t k = 0; k < heap::kClassPageSlots; ++k) {
      const Oop cls = page->slot(k);
      if (cls == nil_) continue;
      if (cls.is_immediate() || !cls.as_object()->has_pointers_only() ||
          cls.as_object()->slot_count() < 3 || cls.as_object()->is_hidden())
        return damaged(page, fmt::format("entry {} of the class table is no class",
                                         i * heap::kClassPageSlots + k));
    }
  }
  if (pages < 2) return damaged(hidden_roots_, "the class table has fewer than two pages");
  const ClassIndex known[] = {ClassIndex::kSmallInteger,         ClassIndex::kCharacter,
                              ClassIndex::kSmallFloat64,         ClassIndex::kArray,
                              ClassIndex::kLargeNegativeInteger, ClassIndex::kLargePositiveInteger,
                              ClassIndex::kBoxedFloat64,         ClassIndex::kContext};
  for (const ClassIndex index : known)
    if (class_at(to_index(index)) == nil_)
      return damaged(hidden_roots_,
                     fmt::format("no class at index {}, which is reserved", to_index(index)));
  for (std::uintptr_t at = begin_; at < end_; at = Object::at_start(at)->end()) {
    const Object* object = Object::at_start(at);
    if (object->is_hidden()) continue;
    if (class_at(to_index(object->class_index())) == nil_)
      return damaged(object, fmt::format("an object of class index {}, which names no class",
                                         to_index(object->class_index())));
  }
  return {};
}

}  // namespace banter::image
