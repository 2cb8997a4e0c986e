// bulk.cc -- whole ranges at once: primitives 105, 156 and 158, and Array>>copyFrom:to:.
#include <algorithm>
#include <cstring>
#include <limits>

#include "primitives/elements.h"
#include "primitives/table_list.h"

namespace banter::primitives {
namespace {

// The format without the number of unused units at the end.
Format base_format(const Object& object) {
  const std::uint8_t format = object.format_bits();
  if (format >= heap::to_bits(Format::kBytes)) return Format::kBytes;
  if (format >= heap::to_bits(Format::kShorts)) return Format::kShorts;
  if (format >= heap::to_bits(Format::kWords)) return Format::kWords;
  return object.format();
}

// Copies `count` units of `width` bytes in ascending order, as at: and at:put: in a loop would.
void copy_ascending(std::uint8_t* to, const std::uint8_t* from, std::size_t count,
                    std::size_t width) {
  if (to <= from || to >= from + count * width) {
    std::memmove(to, from, count * width);
    return;
  }
  for (std::size_t i = 0; i < count; ++i) std::memcpy(to + i * width, from + i * width, width);
}

// A range of 1-based positions as a program gave it; empty when stop is start - 1.
struct Range {
  std::int64_t start;
  std::int64_t stop;
};

// Whether `range` lies in a sequence of `size` elements, or is empty at its end.
bool is_within(Range range, std::size_t size) {
  if (range.start < 1 || range.start - 1 > range.stop) return false;
  return range.stop <= static_cast<std::int64_t>(size);
}

// ArrayedCollection>>replaceFrom:to:with:startingAt: -- copies elements in ascending order from a
// collection of the same format; the receiver.
// Fails: inappropriate, bad_argument, bad_index, no_modification.  May collect: no.
Outcome replace(Mutator& mutator, const Args& args) {
  Heap& heap = mutator.heap();
  const Oop self = args.receiver();
  const Oop source = args.at(2);
  if (!self.is_object()) return Failure::inappropriate;
  if (!source.is_object() || !args.at(0).is_small_int() || !args.at(1).is_small_int() ||
      !args.at(3).is_small_int()) {
    return Failure::bad_argument;
  }
  Object& to = *self.as_object();
  const Object& from = *source.as_object();
  if (to.is_compiled_code() || base_format(to) != base_format(from)) return Failure::inappropriate;
  if (is_of(self, ClassIndex::kContext) || is_of(source, ClassIndex::kContext)) {
    return Failure::inappropriate;
  }
  const auto size = element_count(heap, to);
  const auto source_size = element_count(heap, from);
  if (!size || !source_size) return Failure::inappropriate;
  const Range range{args.at(0).as_int(), args.at(1).as_int()};
  const std::int64_t source_start = args.at(3).as_int();
  if (!is_within(range, *size)) return Failure::bad_index;
  const std::int64_t count = range.stop - range.start + 1;
  if (!is_within({source_start, source_start + count - 1}, *source_size)) return Failure::bad_index;
  if (count == 0) return self;
  if (to.is_immutable()) return Failure::no_modification;
  const bool pointers = to.has_pointers_only();
  const std::size_t width = pointers ? Object::kSlotBytes : element_width(to);
  const std::size_t to_first = pointers ? heap.fixed_slot_count(&to) : 0;
  const std::size_t from_first = pointers ? heap.fixed_slot_count(&from) : 0;
  copy_ascending(to.bytes() + (to_first + static_cast<std::size_t>(range.start) - 1) * width,
                 from.bytes() + (from_first + static_cast<std::size_t>(source_start) - 1) * width,
                 static_cast<std::size_t>(count), width);
  if (pointers) heap.note_stores(&to);
  return self;
}

// ByteArray>>= -- whether two bits objects of the same class and format have the same contents.
// Fails: bad_receiver, bad_argument (another class or format).  May collect: no.
Outcome equal_bits(Mutator& mutator, const Args& args) {
  if (!is_bits(args.receiver())) return Failure::bad_receiver;
  if (!is_bits(args.at(0))) return Failure::bad_argument;
  const Object& self = *args.receiver().as_object();
  const Object& other = *args.at(0).as_object();
  if (self.class_index() != other.class_index() || base_format(self) != base_format(other)) {
    return Failure::bad_argument;
  }
  const bool same = self.byte_count() == other.byte_count() &&
                    std::memcmp(self.bytes(), other.bytes(), self.byte_count()) == 0;
  return mutator.heap().boolean(same);
}

// ByteString>>compareWith: [collated:] -- the difference of the first two bytes that differ (in the
// order given by 256 bytes), else the difference of the sizes.
// Fails: bad_receiver, bad_argument, bad_argument_count.  May collect: no.
Outcome compare_bytes(Mutator&, const Args& args) {
  if (args.count != 1 && args.count != 2) return Failure::bad_argument_count;
  if (!is_byte_object(args.receiver())) return Failure::bad_receiver;
  if (!is_byte_object(args.at(0))) return Failure::bad_argument;
  const std::uint8_t* order = nullptr;
  if (args.count == 2) {
    if (!is_byte_object(args.at(1)) || args.at(1).as_object()->byte_count() < 256) {
      return Failure::bad_argument;
    }
    order = args.at(1).as_object()->bytes();
  }
  const Object& self = *args.receiver().as_object();
  const Object& other = *args.at(0).as_object();
  const std::size_t shared = std::min(self.byte_count(), other.byte_count());
  for (std::size_t i = 0; i < shared; ++i) {
    const int left = order ? order[self.bytes()[i]] : self.bytes()[i];
    const int right = order ? order[other.bytes()[i]] : other.bytes()[i];
    if (left != right) return Oop::small_int(left - right);
  }
  return Oop::small_int(static_cast<std::int64_t>(self.byte_count()) -
                        static_cast<std::int64_t>(other.byte_count()));
}

// SequenceableCollection>>copyFrom:to: -- a collection of the same class with a range of the
// elements. Fails: bad_receiver (not indexable, with instance variables, a Symbol), bad_argument,
// bad_index, no_memory.  May collect: yes.
Outcome copy_from_to(Mutator& mutator, const Args& args) {
  const Heap& heap = mutator.heap();
  if (!args.receiver().is_object()) return Failure::bad_receiver;
  {
    const Object& self = *args.receiver().as_object();
    const bool plain = self.format() == Format::kIndexable || is_bits(args.receiver());
    if (!plain || is_symbol(args.receiver())) return Failure::bad_receiver;
  }
  if (!args.at(0).is_small_int() || !args.at(1).is_small_int()) return Failure::bad_argument;
  const Range range{args.at(0).as_int(), args.at(1).as_int()};
  if (!is_within(range, *element_count(heap, *args.receiver().as_object()))) {
    return Failure::bad_index;
  }
  const auto count = static_cast<std::size_t>(range.stop - range.start + 1);
  Object* copy = mutator.try_new_instance(heap.class_of(args.receiver()), count);
  if (copy == nullptr) return Failure::no_memory;
  const Object& self = *args.receiver().as_object();
  const bool pointers = self.has_pointers_only();
  const std::size_t width = pointers ? Object::kSlotBytes : element_width(self);
  std::memcpy(copy->bytes(), self.bytes() + static_cast<std::size_t>(range.start - 1) * width,
              count * width);
  if (pointers) mutator.heap().note_stores(copy);
  return copy->oop();
}

constexpr Entry kTable[] = {
    {105, "ArrayedCollection.replace", 4, replace},
    {156, "ByteArray.equal", 1, equal_bits},
    {158, "ByteString.compare", -1, compare_bytes},
};

constexpr NamedEntry kNamedTable[] = {
    {"Banter", "primitiveCopyFromTo", 2, copy_from_to},
};

}  // namespace

NumberedTable bulk_table() {
  return kTable;
}
NamedTable bulk_named_table() {
  return kNamedTable;
}

}  // namespace banter::primitives
