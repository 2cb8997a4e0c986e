#include "image/image_header.h"

#include <cstring>

#include "image/image_file.h"

namespace banter::image {
namespace {

constexpr std::uint32_t kWithMultipleBytecodeSets = 68021 + 512;

// The header's fields and where they stand: spec "image file", section 1. Every host that Banter
// runs on is little-endian, as the file is.
template <class T>
void put(std::span<std::uint8_t> bytes, std::size_t at, T value) {
  std::memcpy(bytes.data() + at, &value, sizeof value);
}

template <class T>
T get(std::span<const std::uint8_t> bytes, std::size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

std::string why_not(std::uint32_t format) {
  switch (format) {
    case 6521:
    case 6505:
    case 7033:
      return "it is a 32-bit Spur image";
    case 68019:
      return "it is an old 64-bit Spur image, with another encoding of floats";
    case 6502:
    case 6504:
    case 68000:
    case 68002:
    case 68003:
      return "it was written before Spur";
    default:
      break;
  }
  const std::uint32_t swapped = __builtin_bswap32(format);
  if (swapped == kFormatNumber || swapped == kWithMultipleBytecodeSets)
    return "it was written on a big-endian machine";
  return fmt::format("its format number is {}, not {}", format, kFormatNumber);
}

}  // namespace

std::array<std::uint8_t, ImageHeader::kBytes> ImageHeader::encode() const {
  std::array<std::uint8_t, kBytes> bytes{};
  put<std::uint32_t>(bytes, 0, kFormatNumber);
  put<std::uint32_t>(bytes, 4, static_cast<std::uint32_t>(header_bytes));
  put<std::uint64_t>(bytes, 8, data_bytes);
  put<std::uint64_t>(bytes, 16, old_base);
  put<std::uint64_t>(bytes, 24, special_objects);
  put<std::uint64_t>(bytes, 32, last_hash);
  put<std::uint64_t>(bytes, 48, settings.flags);
  put<std::uint32_t>(bytes, 56, settings.extra_memory);
  put<std::uint16_t>(bytes, 60, settings.stack_pages);
  put<std::uint16_t>(bytes, 62, settings.code_kibibytes);
  put<std::uint32_t>(bytes, 64, settings.eden_bytes);
  put<std::uint16_t>(bytes, 68, settings.max_external_semaphores);
  put<std::uint16_t>(bytes, 70, settings.image_version);
  put<std::uint64_t>(bytes, 72, first_segment_bytes);
  put<std::uint64_t>(bytes, kChecksumOffset, checksum);
  return bytes;
}

Result<ImageHeader> ImageHeader::decode(std::span<const std::uint8_t, kBytes> bytes,
                                        const std::string& name) {
  const auto format = get<std::uint32_t>(bytes, 0);
  if (format != kFormatNumber && format != kWithMultipleBytecodeSets)
    return Error{fmt::format("{} is not an image for Banter: {}", name, why_not(format))};
  ImageHeader header;
  header.header_bytes = get<std::uint32_t>(bytes, 4);
  header.data_bytes = get<std::uint64_t>(bytes, 8);
  header.old_base = get<std::uint64_t>(bytes, 16);
  header.special_objects = get<std::uint64_t>(bytes, 24);
  header.last_hash = get<std::uint64_t>(bytes, 32);
  header.settings.flags = get<std::uint64_t>(bytes, 48);
  header.settings.extra_memory = get<std::uint32_t>(bytes, 56);
  header.settings.stack_pages = get<std::uint16_t>(bytes, 60);
  header.settings.code_kibibytes = get<std::uint16_t>(bytes, 62);
  header.settings.eden_bytes = get<std::uint32_t>(bytes, 64);
  header.settings.max_external_semaphores = get<std::uint16_t>(bytes, 68);
  header.settings.image_version = get<std::uint16_t>(bytes, 70);
  header.first_segment_bytes = get<std::uint64_t>(bytes, 72);
  header.checksum = get<std::uint64_t>(bytes, kChecksumOffset);
  const auto bad = [&](const char* field, std::uint64_t value) {
    return Error{fmt::format("{} is a damaged image: {} in its header is {}", name, field, value)};
  };
  if (header.header_bytes < kBytes || header.header_bytes > 65536)
    return bad("the size of the header", header.header_bytes);
  if (header.data_bytes % 8 != 0 || header.data_bytes < Bridge::kBytes)
    return bad("the size of the objects", header.data_bytes);
  if (header.old_base % 8 != 0) return bad("the address of the objects", header.old_base);
  const std::uint64_t first = header.first_segment_bytes;
  if (first % 8 != 0 || first < Bridge::kBytes || first > header.data_bytes)
    return bad("the size of the first segment", first);
  if (!(header.settings.flags & heap::ImageSettings::kFloatsLittleEndian))
    return Error{fmt::format("{} has its floats in big-endian order", name)};
  return header;
}

std::array<std::uint8_t, Bridge::kBytes> Bridge::encode_last() {
  using heap::Header;
  std::array<std::uint8_t, kBytes> bytes{};
  put<std::uint64_t>(bytes, 0,
                     Header::make(heap::ClassIndex::kSegmentBridge, heap::Format::kLongs, 0) |
                         Header::kMarked | Header::kPinned);
  return bytes;
}

Bridge Bridge::decode(std::span<const std::uint8_t, kBytes> bytes) {
  Bridge bridge;
  const auto first = get<std::uint64_t>(bytes, 0);
  if (first >> heap::Header::kSlotsShift != 0)
    bridge.gap_bytes = (first & heap::Header::kOverflowCountMask) * 8;
  bridge.next_segment_bytes = get<std::uint64_t>(bytes, 8);
  return bridge;
}

}  // namespace banter::image
