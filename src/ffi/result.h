// result.h -- one C value as a Smalltalk object.
//
//   integers -> Integer    bool -> Boolean      char -> Character    float, double -> Float
//   const char *, String -> a String copied from UTF-8, nil for NULL
//   other pointers -> ExternalAddress           void -> nil
//   struct, union and their like -> an Alien that holds their bytes
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "abi/c_type.h"
#include "ffi/objects.h"

namespace banter::ffi {

// An integer or bool of `bits`, whose upper bits mean nothing, widened by what `kind` says.
inline std::int64_t widened(std::uint64_t bits, abi::ValueKind kind) {
  switch (kind) {
    case abi::ValueKind::boolean:
    case abi::ValueKind::uint8:
      return static_cast<std::uint8_t>(bits);
    case abi::ValueKind::int8:
      return static_cast<std::int8_t>(bits);
    case abi::ValueKind::int16:
      return static_cast<std::int16_t>(bits);
    case abi::ValueKind::uint16:
      return static_cast<std::uint16_t>(bits);
    case abi::ValueKind::int32:
      return static_cast<std::int32_t>(bits);
    case abi::ValueKind::uint32:
      return static_cast<std::uint32_t>(bits);
    default:
      return static_cast<std::int64_t>(bits);
  }
}

// The bits below the `unused` ones, widened by their sign or with 0.
inline std::int64_t widened(std::uint64_t bits, unsigned unused, bool is_signed) {
  const std::uint64_t high = bits << unused;
  return is_signed ? static_cast<std::int64_t>(high) >> unused
                   : static_cast<std::int64_t>(high >> unused);
}

// True for the integers that are nothing but integers, uint64_t left out: widened() and, nearly
// always, a SmallInteger do for them.
inline bool is_plain_integer(const abi::CType& type) {
  return type.role == abi::Role::plain && type.value > abi::ValueKind::boolean &&
         type.value < abi::ValueKind::uint64;
}

// The object for a C value. Nothing when a text cannot be read: `fault` then says where.
// May collect.
std::optional<Oop> from_c(Mutator& mutator, std::uint64_t bits, const abi::CType& type,
                          std::uint64_t* fault);

// An Alien of `size` bytes that holds a copy of those at `bytes`, which lie outside of the heap.
// May collect.
Oop new_holding_alien(Mutator& mutator, const void* bytes, std::size_t size);

}  // namespace banter::ffi
