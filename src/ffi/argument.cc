#include "ffi/argument.h"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "native/safe_memory.h"
#include "primitives/values.h"

namespace banter::ffi {

using abi::CType;
using abi::Role;
using abi::ValueKind;
using primitives::SignedMagnitude;

void Temporaries::unpin() {
  for (std::size_t i = 0; i < pin_count_; i++) {
    mutator_.unpin_for_call(i < kInlinePins ? pins_[i] : more_pins_[i - kInlinePins]);
  }
}

void Temporaries::pin(Oop object) {
  if (pin_count_ < kInlinePins) {
    pins_[pin_count_] = object;
  } else {
    more_pins_.push_back(object);
  }
  mutator_.pin_for_call(object);
  pin_count_++;
}

const char* Temporaries::copy(std::string_view text) {
  if (text.size() + 1 > kInlineText - text_used_) {
    return long_texts_.emplace_back(std::make_unique<std::string>(text))->c_str();
  }
  char* to = texts_ + text_used_;
  std::memcpy(to, text.data(), text.size());
  to[text.size()] = 0;
  text_used_ += text.size() + 1;
  return to;
}

namespace {

struct Range {
  std::int64_t low;
  std::uint64_t high;
};

Range range_of(const CType& type) {
  if (type.role == Role::character) return {-128, 255};
  switch (type.value) {
    case ValueKind::boolean:
      return {0, 1};
    case ValueKind::int8:
      return {INT8_MIN, INT8_MAX};
    case ValueKind::uint8:
      return {0, UINT8_MAX};
    case ValueKind::int16:
      return {INT16_MIN, INT16_MAX};
    case ValueKind::uint16:
      return {0, UINT16_MAX};
    case ValueKind::int32:
      return {INT32_MIN, INT32_MAX};
    case ValueKind::uint32:
      return {0, UINT32_MAX};
    case ValueKind::int64:
      return {INT64_MIN, INT64_MAX};
    default:
      return {0, UINT64_MAX};
  }
}

bool integer_in_range(SignedMagnitude n, Range range, std::uint64_t* bits) {
  if (n.negative) {
    const std::uint64_t lowest = 0 - static_cast<std::uint64_t>(range.low);
    if (range.low >= 0 || n.magnitude > lowest) return false;
    *bits = 0 - n.magnitude;
    return true;
  }
  if (n.magnitude > range.high) return false;
  *bits = n.magnitude;
  return true;
}

bool integer_to_c(const Heap& heap, Oop value, const CType& type, std::uint64_t* bits) {
  if (auto truth = primitives::boolean_value(heap, value)) {
    *bits = *truth ? 1 : 0;
    return true;
  }
  if (type.role == Role::character && value.is_character()) {
    *bits = value.as_code_point();
    return *bits < 256 || type.size > abi::Bytes{1};
  }
  auto integer = primitives::signed_magnitude(value);
  return integer && integer_in_range(*integer, range_of(type), bits);
}

std::optional<double> double_of(Oop value) {
  if (auto number = primitives::float_value(value)) return number;
  auto integer = primitives::signed_magnitude(value);
  if (!integer) return std::nullopt;
  const auto magnitude = static_cast<double>(integer->magnitude);
  return integer->negative ? -magnitude : magnitude;
}

bool floating_to_c(Oop value, ValueKind kind, std::uint64_t* bits) {
  auto number = double_of(value);
  if (!number) return false;
  if (kind == ValueKind::float64) {
    *bits = std::bit_cast<std::uint64_t>(*number);
    return true;
  }
  if (std::isfinite(*number) && std::fabs(*number) > std::numeric_limits<float>::max())
    return false;
  *bits = std::bit_cast<std::uint32_t>(static_cast<float>(*number));
  return true;
}

// A body of bits as it lies in the heap.
bool body_to_c(Oop value, Temporaries& temporaries, std::uint64_t* bits) {
  if (!primitives::is_bits(value) || primitives::is_large_integer(value) ||
      primitives::is_of(value, heap::ClassIndex::kBoxedFloat64)) {
    return false;
  }
  temporaries.pin(value);
  *bits = reinterpret_cast<std::uintptr_t>(value.as_object()->bytes());
  return true;
}

bool text_to_c(const primitives::Text& text, Temporaries& temporaries, std::uint64_t* bits) {
  bool ascii = !text.is_wide();
  for (std::size_t i = 0; i < text.size(); i++) {
    if (text[i] == 0) return false;
    if (text[i] >= 0x80) ascii = false;
  }
  const char* copy =
      ascii ? temporaries.copy({reinterpret_cast<const char*>(text.bytes()), text.size()})
            : temporaries.copy(text.utf8());
  *bits = reinterpret_cast<std::uintptr_t>(copy);
  return true;
}

bool address_to_c(const Heap& heap, Oop value, const CType& type, Temporaries& temporaries,
                  std::uint64_t* bits) {
  if (value == heap.nil()) {
    *bits = 0;
    return true;
  }
  if (!value.is_object()) return false;
  if (type.role == Role::object) {
    temporaries.pin(value);
    *bits = reinterpret_cast<std::uintptr_t>(value.as_object()->bytes());
    return true;
  }
  if (auto alien = alien_view(heap, value)) {
    if (alien->direct) temporaries.pin(value);
    *bits = alien->data;
    return native::is_host_address(*bits);
  }
  if (auto address = external_address(heap, value)) {
    *bits = *address;
    return native::is_host_address(*bits);
  }
  if (primitives::is_of(value, heap::ClassIndex::kUnsafeAlien)) {
    return value.as_object()->slot_count() > 0 &&
           body_to_c(value.as_object()->slot(0), temporaries, bits);
  }
  if (type.role == Role::code) return false;
  if (abi::is_text(type.role) || type.role == Role::characters) {
    if (auto text = primitives::Text::of(heap, value)) return text_to_c(*text, temporaries, bits);
  }
  return body_to_c(value, temporaries, bits);
}

}  // namespace

SmallIntegers small_integers_for(const CType& type) {
  if (!abi::is_integral(type.value) || type.value == ValueKind::address) return {1, 0};
  const Range range = range_of(type);
  const auto most = static_cast<std::uint64_t>(INT64_MAX);
  return {range.low, static_cast<std::int64_t>(std::min(range.high, most))};
}

bool to_c(const Heap& heap, Oop value, const CType& type, Temporaries& temporaries,
          std::uint64_t* bits) {
  if (abi::is_floating(type.value)) return floating_to_c(value, type.value, bits);
  if (type.value == ValueKind::address) return address_to_c(heap, value, type, temporaries, bits);
  return integer_to_c(heap, value, type, bits);
}

namespace {

// Where the bytes are that `value` stands for; nothing when they are known to be fewer.
std::optional<std::uint64_t> bytes_of(const Heap& heap, Oop value, std::uint64_t size) {
  if (!value.is_object() || value == heap.nil()) return std::nullopt;
  if (auto alien = alien_view(heap, value)) {
    if (alien->bounded && alien->bytes < size) return std::nullopt;
    return alien->data;
  }
  if (auto address = external_address(heap, value)) return address;
  if (!primitives::is_bits(value) || value.as_object()->byte_count() < size) return std::nullopt;
  return reinterpret_cast<std::uintptr_t>(value.as_object()->bytes());
}

// What an object that stands for memory of C says its address is.
std::optional<std::uint64_t> address_of_c(const Heap& heap, Oop value) {
  if (auto alien = alien_view(heap, value)) return alien->data;
  return external_address(heap, value);
}

}  // namespace

bool bytes_to_c(const Heap& heap, Oop value, const CType& type, void* to) {
  const auto from = bytes_of(heap, value, type.size.count);
  native::Unmapped unmapped{};
  return from &&
         native::copy(reinterpret_cast<std::uintptr_t>(to), *from, type.size.count, &unmapped);
}

std::string misfit(Interpreter& vm, Oop value, const CType& type) {
  const std::string what = describe(vm, value);
  if (abi::is_aggregate(type.value)) {
    return fmt::format("{} does not have the {} bytes of {}", what, type.size.count, type.spelling);
  }
  const bool number = primitives::is_integer(value) || primitives::is_float(value);
  if (abi::is_integral(type.value) && type.value != ValueKind::address &&
      primitives::is_integer(value)) {
    const Range range = range_of(type);
    return fmt::format("{} does not fit {} ({} to {})", what, type.spelling, range.low, range.high);
  }
  if (type.value == ValueKind::float32 && number) {
    return fmt::format("{} is too large for float", what);
  }
  if (abi::is_text(type.role) || type.role == Role::characters) {
    if (primitives::is_string(vm.heap(), value)) {
      return fmt::format("{} holds a NUL character, at which a C string ends", what);
    }
  }
  if (auto address = address_of_c(vm.heap(), value);
      address && !native::is_host_address(*address)) {
    return fmt::format("{:#x} does not fit {}", *address, type.spelling);
  }
  return fmt::format("{} is no {}", what, type.spelling);
}

CType variadic_type(const Heap& heap, Oop value, abi::AbiName abi) {
  if (primitives::is_float(value)) return abi::type_of(ValueKind::float64, abi);
  if (value.is_character() || primitives::boolean_value(heap, value)) {
    CType type = abi::type_of(ValueKind::int32, abi);
    if (value.is_character()) type.role = Role::character;
    return type;
  }
  if (auto integer = primitives::signed_magnitude(value)) {
    auto fits = integer->as_int64();
    const bool narrow = abi::data_model(abi).long_integer == abi::Bytes{4} && fits &&
                        *fits == static_cast<std::int32_t>(*fits);
    if (narrow) return abi::type_of(ValueKind::int32, abi);
    return abi::type_of(fits ? ValueKind::int64 : ValueKind::uint64, abi);
  }
  CType type = abi::type_of(ValueKind::address, abi);
  if (primitives::is_string(heap, value)) {
    type.role = Role::text;
    type.spelling = "const char *";
  }
  return type;
}

bool has_aggregates(const abi::Signature& signature) {
  return abi::is_aggregate(signature.result.value) ||
         std::any_of(signature.parameters.begin(), signature.parameters.end(),
                     [](const abi::Parameter& each) { return abi::is_aggregate(each.type.value); });
}

std::optional<std::string> unfit_for_smalltalk(const abi::Signature& signature) {
  const auto unfit = [](const abi::CType& type) {
    return type.value == ValueKind::int128 || type.value == ValueKind::uint128 ||
           type.value == ValueKind::extended80 || type.value == ValueKind::float128;
  };
  const abi::CType* found = unfit(signature.result) ? &signature.result : nullptr;
  for (const abi::Parameter& each : signature.parameters) {
    if (found == nullptr && unfit(each.type)) found = &each.type;
  }
  if (found == nullptr) return std::nullopt;
  return fmt::format("{} has no form in Smalltalk that could be passed by value, in '{}'",
                     found->spelling, abi::to_text(signature));
}

}  // namespace banter::ffi
