// to_size.h -- 64-bit counts and indices from Smalltalk, on hosts whose size_t may have 32 bits.
#pragma once

#include <cstddef>
#include <cstdint>

namespace banter {

// `n`, or SIZE_MAX where size_t does not hold it: more than anything on that host has, so that a
// comparison with a size refuses it as it would refuse `n`.
constexpr std::size_t to_size(std::uint64_t n) {
  return n > SIZE_MAX ? SIZE_MAX : static_cast<std::size_t>(n);
}

static_assert(to_size(7) == 7 && to_size(UINT64_MAX) == SIZE_MAX);

}  // namespace banter
