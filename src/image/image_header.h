// image_header.h -- the first 128 bytes of an image file, as a value.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"
#include "heap/heap.h"

namespace banter::image {

struct ImageHeader {
  static constexpr std::size_t kBytes = 128;

  std::uint64_t header_bytes = kBytes;  // where the objects begin
  std::uint64_t data_bytes = 0;         // of all segments with their bridges
  std::uint64_t old_base = 0;           // the address of the first object when it was written
  std::uint64_t special_objects = 0;
  std::uint64_t last_hash = 0;
  std::uint64_t first_segment_bytes = 0;
  heap::ImageSettings settings;

  std::array<std::uint8_t, kBytes> encode() const;
  // Fails with a reason when these are not the first bytes of an image that can be read here.
  static Result<ImageHeader> decode(std::span<const std::uint8_t, kBytes> bytes,
                                    const std::string& name);
};

// What ends a segment: the size in bytes of the next one, or 0 after the last, and the number of
// unused bytes between their old addresses.
struct Bridge {
  static constexpr std::size_t kBytes = 16;
  std::uint64_t gap_bytes = 0;
  std::uint64_t next_segment_bytes = 0;

  static std::array<std::uint8_t, kBytes> encode_last();
  static Bridge decode(std::span<const std::uint8_t, kBytes> bytes);
};

}  // namespace banter::image
