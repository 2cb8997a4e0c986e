#include "heap/heap.h"

#include <algorithm>
#include <cstdio>

#include "heap/layouts.h"
#include "heap/rooted.h"
#include "heap/verifier.h"

namespace banter::heap {
namespace {

// Where a heap would like to lie on a 64-bit host: an image saved there needs no relocation here.
constexpr std::uint64_t kWantedBase = std::uint64_t{1} << 45;
constexpr std::size_t kHostHasManyAddresses = sizeof(void*) == 8;
constexpr std::size_t kSmallestReserve = 64u << 20;
constexpr std::size_t kFreeListSlots = 64;

// Where addresses are limited (ulimit -v), half of them are for stacks and for C.
std::size_t default_reserve() {
  const std::size_t wish = kHostHasManyAddresses ? static_cast<std::size_t>(std::uint64_t{64} << 30)
                                                 : std::size_t{512} << 20;
  return std::min(wish, platform::address_space_limit() / 2);
}

std::size_t round_to_pages(std::size_t bytes) {
  const std::size_t mask = platform::page_size() - 1;
  return (bytes + mask) & ~mask;
}

std::size_t survivor_bytes(const HeapOptions& options) {
  return round_to_pages(options.eden_bytes / 4);
}

}  // namespace

// --- creation ---

Result<std::unique_ptr<Heap>> Heap::create_for_image(const HeapOptions& wanted, std::size_t bytes) {
  HeapOptions options = wanted;
  options.eden_bytes = round_to_pages(std::max<std::size_t>(options.eden_bytes, 64u << 10));
  const std::size_t needed = options.eden_bytes + 2 * survivor_bytes(options) + bytes;
  std::size_t size = options.reserve_bytes != 0 ? options.reserve_bytes : default_reserve();
  size = std::max(size, needed + (16u << 20));
  const std::uintptr_t hint = kHostHasManyAddresses ? static_cast<std::uintptr_t>(kWantedBase) : 0;
  auto memory = platform::PageReservation::reserve(size, hint);
  while (!memory.ok() && size / 2 >= std::max(needed, kSmallestReserve)) {
    size /= 2;
    memory = platform::PageReservation::reserve(size, hint);
  }
  if (!memory.ok()) return Error{"no room for object memory: " + memory.error().message};
  std::unique_ptr<Heap> heap(new Heap(options, std::move(memory).value()));
  const std::size_t new_space = static_cast<std::size_t>(heap->new_space_bytes_);
  if (!heap->memory_.commit(0, new_space) || !heap->old_.claim(bytes))
    return Error{fmt::format("no memory for a heap of {} bytes", needed)};
  heap->set_up_new_space();
  return heap;
}

Result<std::unique_ptr<Heap>> Heap::create(const HeapOptions& options) {
  auto heap = create_for_image(options, 0);
  if (heap.ok()) heap.value()->make_first_objects();
  return heap;
}

Heap::Heap(const HeapOptions& options, platform::PageReservation memory)
    : options_(options), memory_(std::move(memory)), base_(memory_.base()) {
  new_space_bytes_ = options_.eden_bytes + 2 * survivor_bytes(options_);
  std::size_t limit = options_.max_old_bytes;
  if (limit == 0) limit = platform::physical_memory_bytes() / 5 * 4;
  if (limit == 0) limit = SIZE_MAX;
  old_.set_up(&memory_, static_cast<std::size_t>(new_space_bytes_), limit);
}

Heap::~Heap() {
  BANTER_CHECK(first_mutator_ == nullptr, "a heap must outlive its mutators");
}

// Survivor spaces on both sides of eden: what a scavenge empties is one range.
void Heap::set_up_new_space() {
  const std::size_t survivor = survivor_bytes(options_);
  const std::uintptr_t base = memory_.base();
  survivors_[0].set_range(base, base + survivor);
  eden_.set_range(base + survivor, base + survivor + options_.eden_bytes);
  survivors_[1].set_range(eden_.end(), eden_.end() + survivor);
  eden_.enable_fast(!options_.stress_gc);
}

void Heap::make_first_objects() {
  const auto make = [this](ClassIndex index, Format format, std::size_t slots, Oop filler) {
    Object* object = allocate_in_old(index, format, slots);
    BANTER_CHECK(object != nullptr, "no memory for the first objects");
    std::fill_n(object->slots(), std::max<std::size_t>(slots, 1), filler);
    return object;
  };
  nil_ = make(ClassIndex::kUndefinedObject, Format::kNoSlots, 0, Oop())->oop();
  false_ = make(ClassIndex::kFalse, Format::kNoSlots, 0, Oop())->oop();
  true_ = make(ClassIndex::kTrue, Format::kNoSlots, 0, Oop())->oop();
  make(ClassIndex::kLongsPun, Format::kLongs, kFreeListSlots, Oop());
  hidden_roots_ = make(ClassIndex::kArrayPun, Format::kIndexable, kHiddenRootSlots, nil_);
  for (std::size_t page = 0; page < 2; ++page) {
    const Object* slots = make(ClassIndex::kArrayPun, Format::kIndexable, kClassPageSlots, nil_);
    hidden_roots_->init_slot(page, Oop::object(slots));
  }
  special_objects_ = nil_;
  find_class_pages();
  full_threshold_ = old_.used() + kMinimumGrowth;
}

void Heap::adopt_image(std::size_t bytes, bool has_free_chunks, Oop special_objects,
                       std::uint64_t last_hash) {
  BANTER_CHECK(old_.claim(bytes), "an image of {} bytes", bytes);
  if (has_free_chunks)
    for (Object* object = old_.first(); object != nullptr; object = old_.next(object))
      if (object->is_free_chunk()) old_.add_free_chunk(object->start(), object->end());
  const Object* object = old_.first();
  nil_ = object->oop();
  false_ = (object = old_.next(object))->oop();
  true_ = (object = old_.next(object))->oop();
  Object* free_lists = old_.next(object);
  std::fill_n(free_lists->slots(), free_lists->slot_count(), Oop());
  hidden_roots_ = old_.next(free_lists);
  for (std::size_t i = kClassPages; i < hidden_roots_->slot_count(); ++i)
    hidden_roots_->init_slot(i, nil_);
  special_objects_ = special_objects;
  last_hash_ = static_cast<std::uint32_t>(last_hash);
  if (last_hash_ == 0) last_hash_ = 1;
  find_class_pages();
  std::uint32_t pages = 1;
  while (pages < kClassPages && hidden_roots_->slot(pages) != nil_) ++pages;
  class_table_cursor_ = std::max(to_index(ClassIndex::kFirstFree), (pages - 1) * kClassPageSlots);
  full_threshold_ = old_.used() + std::max(kMinimumGrowth, old_.used());
}

void Heap::set_stress_gc(bool on) {
  options_.stress_gc = on;
  eden_.enable_fast(!on);
}

// --- classes ---

void Heap::find_class_pages() {
  empty_class_page_.assign(kClassPageSlots, nil_);
  class_pages_.assign(kClassPages, empty_class_page_.data());
  for (std::size_t i = 0; i < kClassPages; ++i) {
    const Oop page = hidden_roots_->slots()[i];
    if (page == nil_) break;
    class_pages_[i] = page.as_object()->slots();
  }
}

void Heap::set_special(Special which, Oop value) {
  store(special_objects_.as_object(), static_cast<std::size_t>(which), value);
}

void Heap::set_class_at(ClassIndex index, Oop cls) {
  const std::uint32_t i = to_index(index);
  const Oop page = hidden_roots_->slot(i / kClassPageSlots);
  BANTER_CHECK(page != nil_, "class index {} has no page", i);
  store(page.as_object(), i % kClassPageSlots, cls);
  if (cls != nil_) cls.as_object()->set_hash(i);
}

bool Heap::is_class_in_table(Oop cls) const {
  if (!cls.is_object()) return false;
  const std::uint32_t hash = cls.as_object()->hash();
  return hash != 0 && class_at(static_cast<ClassIndex>(hash)) == cls;
}

bool Heap::enter_in_class_table(Oop cls) {
  std::uint32_t index = class_table_cursor_;
  bool wrapped = false;
  while (true) {
    if (index > kMaxClassIndex) {
      if (wrapped) return false;
      wrapped = true;
      index = to_index(ClassIndex::kFirstFree);
    }
    const std::size_t page_number = index / kClassPageSlots;
    if (hidden_roots_->slot(page_number) == nil_) {
      Object* page = allocate_in_old(ClassIndex::kArrayPun, Format::kIndexable, kClassPageSlots);
      if (page == nullptr) return false;
      std::fill_n(page->slots(), kClassPageSlots, nil_);
      hidden_roots_->init_slot(page_number, page->oop());
      class_pages_[page_number] = page->slots();
    }
    if (class_at(static_cast<ClassIndex>(index)) == nil_) break;
    ++index;
  }
  class_table_cursor_ = index + 1;
  set_class_at(static_cast<ClassIndex>(index), cls);
  return true;
}

std::size_t Heap::instance_size_of(const Object* cls) {
  if (cls->pointer_slot_count() <= slots::behavior::kFormat) return 0;
  const Oop format = cls->slots()[slots::behavior::kFormat];
  return format.is_small_int() ? static_cast<std::size_t>(format.as_int() & 0xFFFF) : 0;
}

Format Heap::instance_format_of(const Object* cls) {
  if (cls->pointer_slot_count() <= slots::behavior::kFormat) return Format::kNoSlots;
  const Oop format = cls->slots()[slots::behavior::kFormat];
  return format.is_small_int() ? static_cast<Format>(format.as_int() >> 16 & 31) : Format::kNoSlots;
}

std::size_t Heap::fixed_slot_count(const Object* object, const Object* cls) {
  const Format format = object->format();
  if (format == Format::kNoSlots || format == Format::kFixed || format == Format::kEphemeron)
    return object->slot_count();
  if (format != Format::kFixedIndexable && format != Format::kWeak) return 0;
  return std::min(instance_size_of(cls), object->slot_count());
}

// --- allocation ---

Object* Heap::allocate_in_eden(ClassIndex index, Format format, std::size_t slots) {
  const std::size_t bytes = Object::bytes_for_slots(slots);
  if (bytes > eden_.capacity() / 2) return nullptr;
  const std::uintptr_t address = eden_.allocate(bytes);
  return address == 0 ? nullptr : write_header(address, index, format, slots);
}

Object* Heap::allocate_in_old(ClassIndex index, Format format, std::size_t slots) {
  const std::uintptr_t address = old_.allocate(Object::bytes_for_slots(slots));
  return address == 0 ? nullptr : write_header(address, index, format, slots);
}

Object* Heap::write_header(std::uintptr_t address, ClassIndex index, Format format,
                           std::size_t slots) {
  auto* object = reinterpret_cast<Object*>(address);
  if (slots >= Header::kOverflowSlots) {
    object->header = Header::kOverflowSlots << Header::kSlotsShift | slots;
    ++object;
    slots = Header::kOverflowSlots;
  }
  object->header = Header::make(index, format, slots);
  return object;
}

// --- remembered set, identity, holds ---

void Heap::remember(Object* object) {
  object->set_bit(Header::kRemembered, true);
  remembered_.push_back(object);
}

std::uint32_t Heap::assign_hash(Object* object) {
  std::uint32_t hash = 0;
  while (hash == 0) {
    last_hash_ *= 16807;
    if (last_hash_ == 0) last_hash_ = 1;
    hash = (last_hash_ + (last_hash_ >> 4)) & static_cast<std::uint32_t>(Header::kHashLimit);
  }
  object->set_hash(hash);
  return hash;
}

void Heap::hold(Object* object) {
  if (object->is_held()) {
    for (std::size_t i = holds_.size(); i-- > 0;) {
      if (holds_[i].object != object) continue;
      ++holds_[i].count;
      return;
    }
  }
  object->set_bit(Header::kHeld, true);
  holds_.push_back({object, 1});
}

void Heap::release(Object* object) {
  for (std::size_t i = holds_.size(); i-- > 0;) {
    if (holds_[i].object != object) continue;
    if (--holds_[i].count != 0) return;
    object->set_bit(Header::kHeld, false);
    holds_.erase(holds_.begin() + static_cast<std::ptrdiff_t>(i));
    return;
  }
  BANTER_CHECK(false, "released an object that is not held");
}

// --- finalization ---

void Heap::add_mourner(Oop ephemeron) {
  mourners_.push_back(ephemeron);
  finalization_pending_ = true;
}

std::optional<Oop> Heap::take_mourner() {
  if (first_mourner_ == mourners_.size()) return std::nullopt;
  const Oop mourner = mourners_[first_mourner_++];
  if (first_mourner_ == mourners_.size()) {
    mourners_.clear();
    first_mourner_ = 0;
  }
  return mourner;
}

std::vector<Oop> Heap::mourners() const {
  return {mourners_.begin() + static_cast<std::ptrdiff_t>(first_mourner_), mourners_.end()};
}

// --- roots ---

void Heap::add_root_provider(RootProvider* provider) {
  providers_.push_back(provider);
}

void Heap::remove_root_provider(RootProvider* provider) {
  std::erase(providers_, provider);
}

void Heap::begin_rewrite() {
  BANTER_CHECK(!rewriting_, "a collection inside a collection");
  rewriting_ = true;
  for (RootProvider* provider : providers_) provider->before_collection();
}

void Heap::end_rewrite() {
  for (RootProvider* provider : providers_) provider->after_collection();
  rewriting_ = false;
}

void Heap::visit_all_roots(OopVisitor& visitor) {
  visit_own_roots(visitor);
  for (RootProvider* provider : providers_) provider->visit_roots(visitor);
}

void Heap::visit_own_roots(OopVisitor& visitor) {
  visitor.visit(&special_objects_);
  visitor.visit_range(mourners_.data() + first_mourner_, mourners_.data() + mourners_.size());
  for (Mutator* m = first_mutator_; m != nullptr; m = m->next_) {
    for (RootedBase* handle = m->handles_; handle != nullptr; handle = handle->next_)
      visitor.visit(&handle->oop_);
    for (RootedVector* vector = m->vectors_; vector != nullptr; vector = vector->next_)
      visitor.visit_range(vector->oops_.data(), vector->oops_.data() + vector->oops_.size());
  }
}

// --- enumeration ---

Object* Heap::first_raw() const {
  if (Object* object = old_.first()) return object;
  return first_young_raw(0);
}

Object* Heap::first_young_raw(int space) const {
  const BumpSpace* spaces[] = {&survivors_[0], &eden_, &survivors_[1]};
  for (; space < 3; ++space)
    if (Object* object = spaces[space]->first()) return object;
  return nullptr;
}

Object* Heap::next_raw(const Object* object) const {
  const auto address = reinterpret_cast<std::uintptr_t>(object);
  if (!is_young_address(address)) {
    Object* next = old_.next(object);
    return next != nullptr ? next : first_young_raw(0);
  }
  const BumpSpace* spaces[] = {&survivors_[0], &eden_, &survivors_[1]};
  int space = 0;
  while (!spaces[space]->contains(address)) ++space;
  Object* next = spaces[space]->next(object);
  return next != nullptr ? next : first_young_raw(space + 1);
}

Object* Heap::first_object() const {
  Object* object = first_raw();
  while (object != nullptr && object->is_hidden()) object = next_raw(object);
  return object;
}

Object* Heap::next_object(const Object* object) const {
  Object* next = next_raw(object);
  while (next != nullptr && next->is_hidden()) next = next_raw(next);
  return next;
}

bool Heap::is_object_address(std::uint64_t address) const {
  for (Object* object = first_raw(); object != nullptr; object = next_raw(object))
    if (object->oop().bits() == address) return !object->is_free_chunk();
  return false;
}

std::uint64_t Heap::allocated_bytes() const {
  return statistics_.bytes_allocated + (eden_.used() - eden_used_after_collection_);
}

std::string Heap::verify() const {
  return Verifier(*this).first_problem();
}

}  // namespace banter::heap
