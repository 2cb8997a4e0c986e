#include "primitives/values.h"

#include <algorithm>

#include "heap/layouts.h"
#include "primitives/utf8.h"

namespace banter::primitives {
namespace {

// Integers up to this magnitude are turned into floats by float primitives without asking.
constexpr std::int64_t kFloatIntegerLimit = std::int64_t{1} << 51;

constexpr char32_t kLargestByteCode = 255;

bool is_direct_string(ClassIndex index) {
  return index == ClassIndex::kByteString || index == ClassIndex::kByteSymbol ||
         index == ClassIndex::kWideString || index == ClassIndex::kWideSymbol;
}

// Whether the object's class inherits from ByteString, WideString or their Symbols.
bool inherits_string(const Heap& heap, Oop oop) {
  Oop cls = heap.class_of(oop);
  while (cls != heap.nil() && is_behavior(heap, cls)) {
    const auto index = static_cast<ClassIndex>(cls.as_object()->hash());
    if (is_direct_string(index) && heap.class_at(index) == cls) return true;
    cls = cls.as_object()->slot(heap::slots::behavior::kSuperclass);
  }
  return false;
}

}  // namespace

// --- integers ---

std::optional<SignedMagnitude> signed_magnitude(Oop oop) {
  if (oop.is_small_int()) return SignedMagnitude::from(oop.as_int());
  if (!is_large_integer(oop)) return std::nullopt;
  const Object& object = *oop.as_object();
  const std::size_t size = object.byte_count();
  std::uint64_t magnitude = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const std::uint8_t byte = object.bytes()[i];
    if (i >= 8 && byte != 0) return std::nullopt;
    if (i < 8) magnitude |= std::uint64_t{byte} << 8 * i;
  }
  return SignedMagnitude::make(object.class_index() == ClassIndex::kLargeNegativeInteger,
                               magnitude);
}

std::optional<std::int64_t> int64_value(Oop oop) {
  const auto value = signed_magnitude(oop);
  return value ? value->as_int64() : std::nullopt;
}

std::optional<std::uint64_t> uint64_value(Oop oop) {
  const auto value = signed_magnitude(oop);
  if (!value || value->negative) return std::nullopt;
  return value->magnitude;
}

Oop make_integer(Mutator& mutator, SignedMagnitude value) {
  if (const auto small = value.as_int64()) return mutator.new_integer(*small);
  if (!value.negative) return mutator.new_integer(value.magnitude);
  Object* large = mutator.new_bytes(ClassIndex::kLargeNegativeInteger, 8);
  large->set_raw(0, value.magnitude);
  return large->oop();
}

// --- floats ---

std::optional<double> float_or_small_value(Oop oop) {
  if (!oop.is_small_int()) return float_value(oop);
  const std::int64_t value = oop.as_int();
  if (value < -kFloatIntegerLimit || value >= kFloatIntegerLimit) return std::nullopt;
  return static_cast<double>(value);
}

// --- strings ---

std::optional<Text> Text::of(const Heap& heap, Oop oop) {
  if (!oop.is_object()) return std::nullopt;
  const Object& object = *oop.as_object();
  if (!is_direct_string(object.class_index()) && !inherits_string(heap, oop)) return std::nullopt;
  if (object.has_bytes()) return of_bytes(object);
  const std::uint8_t format = object.format_bits();
  if (format < heap::to_bits(Format::kWords) || format >= heap::to_bits(Format::kShorts)) {
    return std::nullopt;
  }
  return of_words(object);
}

std::string Text::utf8() const {
  std::string result;
  result.reserve(size_);
  for (std::size_t i = 0; i < size_; ++i) append_utf8(result, (*this)[i]);
  return result;
}

std::u32string Text::codes() const {
  std::u32string result(size_, U'\0');
  for (std::size_t i = 0; i < size_; ++i) result[i] = (*this)[i];
  return result;
}

bool is_string(const Heap& heap, Oop oop) {
  return Text::of(heap, oop).has_value();
}

bool is_symbol(Oop oop) {
  return is_of(oop, ClassIndex::kByteSymbol) || is_of(oop, ClassIndex::kWideSymbol);
}

std::optional<std::string> utf8_of(const Heap& heap, Oop oop) {
  if (const auto text = Text::of(heap, oop)) return text->utf8();
  if (!is_of(oop, ClassIndex::kByteArray) || !is_byte_object(oop)) return std::nullopt;
  const Object& object = *oop.as_object();
  return std::string(reinterpret_cast<const char*>(object.bytes()), object.byte_count());
}

Oop make_string(Mutator& mutator, std::u32string_view codes) {
  const auto wide = [](char32_t code) { return code > kLargestByteCode; };
  if (std::none_of(codes.begin(), codes.end(), wide)) {
    Object* narrow = mutator.new_bytes(ClassIndex::kByteString, codes.size());
    std::transform(codes.begin(), codes.end(), narrow->bytes(),
                   [](char32_t code) { return static_cast<std::uint8_t>(code); });
    return narrow->oop();
  }
  Object* string = mutator.new_words(ClassIndex::kWideString, codes.size());
  for (std::size_t i = 0; i < codes.size(); ++i) string->set_word(i, codes[i]);
  return string->oop();
}

Oop make_string(Mutator& mutator, std::string_view utf8) {
  return make_string(mutator, decode_utf8_lenient(utf8));
}

Oop make_byte_array(Mutator& mutator, std::string_view bytes) {
  Object* array = mutator.new_bytes(ClassIndex::kByteArray, bytes.size());
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(array->bytes()));
  return array->oop();
}

std::uint32_t string_hash(const Text& text, std::uint32_t seed) {
  std::uint32_t hash = seed;
  for (std::size_t i = 0; i < text.size(); ++i) hash = string_hash_step(hash, text[i]);
  return hash & kStringHashMask;
}

// --- classes ---

bool is_behavior(const Heap& heap, Oop oop) {
  if (!oop.is_object()) return false;
  const Object& object = *oop.as_object();
  if (!object.has_pointers_only() || object.slot_count() < heap::slots::metaclass::kSize) {
    return false;
  }
  if (!object.slot(heap::slots::behavior::kFormat).is_small_int()) return false;
  const std::uint32_t hash = object.hash();
  if (hash != 0 && heap.class_at(static_cast<ClassIndex>(hash)) == oop) return true;
  const Oop metaclass = heap.special(heap::Special::kClassMetaclass);
  const Oop cls = heap.class_of(oop);
  return cls == metaclass || heap.class_of(cls) == metaclass;
}

}  // namespace banter::primitives
