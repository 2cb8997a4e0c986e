#include "ffi/result.h"

#include <bit>
#include <cstring>
#include <vector>

#include "native/safe_memory.h"
#include "primitives/values.h"

namespace banter::ffi {

using abi::Role;
using abi::ValueKind;

namespace {

std::optional<Oop> text_from_c(Mutator& mutator, std::uintptr_t address, std::uint64_t* fault) {
  if (address == 0) return mutator.nil();
  native::Unmapped unmapped{};
  std::size_t length = 0;
  if (!native::string_length(address, &length, &unmapped)) {
    *fault = unmapped.address;
    return std::nullopt;
  }
  return primitives::make_string(mutator,
                                 std::string_view(reinterpret_cast<const char*>(address), length));
}

}  // namespace

std::optional<Oop> from_c(Mutator& mutator, std::uint64_t bits, const abi::CType& type,
                          std::uint64_t* fault) {
  switch (type.value) {
    case ValueKind::nothing:
      return mutator.nil();
    case ValueKind::boolean:
      return mutator.heap().boolean((bits & 0xFF) != 0);
    case ValueKind::float32:
      return mutator.new_float(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
    case ValueKind::float64:
      return mutator.new_float(std::bit_cast<double>(bits));
    case ValueKind::uint64:
      return mutator.new_integer(bits);
    case ValueKind::address: {
      const auto address = static_cast<std::uintptr_t>(bits);
      if (abi::is_text(type.role)) return text_from_c(mutator, address, fault);
      return new_external_address(mutator, address);
    }
    default:
      break;
  }
  if (type.role == Role::character) return Oop::character(static_cast<std::uint8_t>(bits));
  return mutator.new_integer(widened(bits, type.value));
}

Oop new_holding_alien(Mutator& mutator, const void* bytes, std::size_t size) {
  // In C++ and GNU C a structure may have no bytes: then it is an Alien for NULL.
  const std::size_t body = size == 0 ? kAlienPointerBytes : kAlienHeader + size;
  Object* alien = mutator.new_bytes(heap::ClassIndex::kAlien, body);
  std::memset(alien->bytes(), 0, body);
  const std::uint64_t count = size;
  std::memcpy(alien->bytes(), &count, sizeof count);
  std::memcpy(alien->bytes() + kAlienHeader, bytes, size);
  return alien->oop();
}

}  // namespace banter::ffi
