// image_header.h -- the first 128 bytes of an image file, as a value.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

#include "base/result.h"
#include "heap/heap.h"

namespace banter::image {

// Finds damage, not malice: any change of one word gives another value.
class Checksum {
 public:
  // Requires whole words, wherever the pieces are cut.
  void add(std::span<const std::uint8_t> bytes) {
    for (std::size_t i = 0; i + 8 <= bytes.size(); i += 8) {
      std::uint64_t word;
      std::memcpy(&word, bytes.data() + i, 8);
      value_ = std::rotl(value_ ^ word, 29) * 0x9E3779B97F4A7C15;
    }
  }
  // Never 0.
  std::uint64_t value() const { return value_ == 0 ? 1 : value_; }

 private:
  std::uint64_t value_ = 0x6A09E667F3BCC908;
};

struct ImageHeader {
  static constexpr std::size_t kBytes = 128;

  std::uint64_t header_bytes = kBytes;  // where the objects begin
  std::uint64_t data_bytes = 0;         // of all segments with their bridges
  std::uint64_t old_base = 0;           // the address of the first object when it was written
  std::uint64_t special_objects = 0;
  std::uint64_t last_hash = 0;
  std::uint64_t first_segment_bytes = 0;
  // Of the header without this field and of everything behind it; 0: the image has none. It
  // stands where Spur has padding that nobody reads, so images of other systems have none.
  std::uint64_t checksum = 0;
  static constexpr std::size_t kChecksumOffset = 88;
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
