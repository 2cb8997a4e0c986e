// bytes.h -- a count of bytes, kept apart from register numbers and element counts.
#pragma once

#include <compare>
#include <cstdint>

namespace banter::abi {

struct Bytes {
  std::uint32_t count = 0;
  friend constexpr auto operator<=>(Bytes, Bytes) = default;
};

constexpr Bytes operator+(Bytes a, Bytes b) {
  return {a.count + b.count};
}
constexpr Bytes operator-(Bytes a, Bytes b) {
  return {a.count - b.count};
}

// The smallest multiple of `alignment` (a power of two) that is not below `n`.
constexpr Bytes rounded_up(Bytes n, Bytes alignment) {
  return {(n.count + alignment.count - 1) & ~(alignment.count - 1)};
}
static_assert(rounded_up({9}, {8}) == Bytes{16} && rounded_up({16}, {8}) == Bytes{16});

}  // namespace banter::abi
