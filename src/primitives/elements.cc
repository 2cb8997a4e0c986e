#include "primitives/elements.h"

#include <cstring>

namespace banter::primitives {

std::size_t element_width(const Object& object) {
  const std::uint8_t format = object.format_bits();
  if (format >= heap::to_bits(Format::kBytes)) return 1;
  if (format >= heap::to_bits(Format::kShorts)) return 2;
  if (format >= heap::to_bits(Format::kWords)) return 4;
  return 8;
}

std::optional<std::size_t> element_count(const Heap& heap, const Object& object) {
  switch (object.format()) {
    case Format::kNoSlots:
    case Format::kFixed:
    case Format::kEphemeron:
    case Format::kForwarder:
      return std::nullopt;
    case Format::kIndexable:
    case Format::kFixedIndexable:
    case Format::kWeak: {
      const std::size_t fixed = heap.fixed_slot_count(&object);
      return object.slot_count() < fixed ? 0 : object.slot_count() - fixed;
    }
    default:
      return object.byte_count() / element_width(object);
  }
}

std::size_t first_element(const Object& object) {
  return object.is_compiled_code() ? object.initial_pc() - 1 : 0;
}

std::uint64_t bits_element(const Object& object, std::size_t i) {
  const std::size_t width = element_width(object);
  std::uint64_t value = 0;
  std::memcpy(&value, object.bytes() + i * width, width);
  return value;
}

void set_bits_element(Object& object, std::size_t i, std::uint64_t value) {
  const std::size_t width = element_width(object);
  std::memcpy(object.bytes() + i * width, &value, width);
}

bool fits_element(const Object& object, std::uint64_t value) {
  const std::size_t width = element_width(object);
  return width == 8 || value >> 8 * width == 0;
}

CheckedIndex check_index(Oop index, std::size_t count, std::size_t first) {
  if (!index.is_small_int()) return {0, Failure::bad_argument};
  const std::int64_t value = index.as_int();
  if (value < 1 || static_cast<std::uint64_t>(value) > count) return {0, Failure::bad_index};
  const auto zero_based = static_cast<std::size_t>(value - 1);
  if (zero_based < first) return {0, Failure::bad_index};
  return {zero_based, std::nullopt};
}

}  // namespace banter::primitives
