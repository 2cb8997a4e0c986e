#include "ffi/objects.h"

#include <fmt/core.h>

#include "heap/layouts.h"
#include "primitives/values.h"

namespace banter::ffi {

using heap::ClassIndex;
using heap::Special;

bool is_kind_of(const Heap& heap, Oop oop, Special cls) {
  const Oop wanted = heap.special(cls);
  if (wanted == heap.nil()) return false;
  Oop each = heap.class_of(oop);
  while (each != heap.nil() && each.is_object()) {
    if (each == wanted) return true;
    each = each.as_object()->slot(heap::slots::behavior::kSuperclass);
  }
  return false;
}

std::optional<AlienView> alien_view(const Heap& heap, Oop oop) {
  if (!oop.is_object() || !oop.as_object()->has_bytes()) return std::nullopt;
  const Object* object = oop.as_object();
  if (object->class_index() != ClassIndex::kAlien && !is_kind_of(heap, oop, Special::kClassAlien)) {
    return std::nullopt;
  }
  const std::size_t body = object->byte_count();
  if (body < kAlienHeader) return std::nullopt;
  const auto size = static_cast<std::int64_t>(load_word(object->bytes()));
  if (size > 0) {
    if (static_cast<std::uint64_t>(size) > body - kAlienHeader) return std::nullopt;
    return AlienView{reinterpret_cast<std::uintptr_t>(object->bytes() + kAlienHeader),
                     static_cast<std::uint64_t>(size), true, true};
  }
  if (body < kAlienPointerBytes || size == INT64_MIN) return std::nullopt;
  const std::uint64_t address = load_word(object->bytes() + kAlienHeader);
  return AlienView{address, static_cast<std::uint64_t>(-size), size < 0, false};
}

std::optional<std::uint64_t> external_address(const Heap& heap, Oop oop) {
  if (!oop.is_object() || !oop.as_object()->has_bytes()) return std::nullopt;
  const Object* object = oop.as_object();
  if (object->class_index() != ClassIndex::kExternalAddress &&
      !is_kind_of(heap, oop, Special::kClassExternalAddress)) {
    return std::nullopt;
  }
  if (object->byte_count() < 8) return std::nullopt;
  return load_word(object->bytes());
}

Oop new_external_address(Mutator& mutator, std::uintptr_t address) {
  Object* object = mutator.new_bytes(ClassIndex::kExternalAddress, 8);
  const std::uint64_t word = address;
  std::memcpy(object->bytes(), &word, sizeof word);
  return object->oop();
}

std::string describe(Interpreter& vm, Oop oop) {
  const Heap& heap = vm.heap();
  if (oop == heap.nil()) return "nil";
  if (auto truth = primitives::boolean_value(heap, oop)) return *truth ? "true" : "false";
  if (oop.is_small_int()) return fmt::format("{}", oop.as_int());
  if (auto number = primitives::float_value(oop)) return fmt::format("{}", *number);
  if (auto text = primitives::Text::of(heap, oop)) {
    std::string utf8 = text->utf8();
    if (utf8.size() > 40) utf8 = utf8.substr(0, 37) + "...";
    return fmt::format("'{}'", utf8);
  }
  if (auto integer = primitives::signed_magnitude(oop)) {
    return fmt::format("{}{}", integer->negative ? "-" : "", integer->magnitude);
  }
  return "an instance of " + vm.class_name(heap.class_of(oop));
}

}  // namespace banter::ffi
