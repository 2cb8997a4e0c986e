#include "abi/aggregate.h"

#include <algorithm>
#include <cstdint>

#include "base/check.h"

namespace banter::abi {
namespace {

using See = std::function<void(const Leaf&)>;

void see_leaves(const CType& type, Bytes offset, const See& see) {
  if (type.size == Bytes{0}) return;  // also of a million elements
  if (!is_aggregate(type.value) || type.value == ValueKind::vector) {
    return see({type, offset, std::nullopt});
  }
  const Aggregate& parts = *type.aggregate;
  for (const Member& member : parts.members) {
    if (member.bits) {
      if (member.name.empty()) continue;
      see({member.type, offset + member.offset,
           BitField{offset.count * 8 + member.bits->first_bit, member.bits->width}});
      continue;
    }
    for (std::uint32_t i = 0; i < parts.count; i++) {
      see_leaves(member.type, offset + member.offset + Bytes{i * member.type.size.count}, see);
    }
  }
}

}  // namespace

void for_each_leaf(const CType& type, const See& see) {
  see_leaves(type, {0}, see);
}

bool has_leaves(const CType& type) {
  if (type.size == Bytes{0}) return false;
  if (!is_aggregate(type.value) || type.value == ValueKind::vector) return true;
  const auto& members = type.aggregate->members;
  return std::any_of(members.begin(), members.end(), [](const Member& member) {
    return member.bits ? !member.name.empty() : has_leaves(member.type);
  });
}

Bytes natural_alignment(const CType& type, AbiName abi) {
  switch (type.value) {
    case ValueKind::structure:
    case ValueKind::union_of:
      return type.aggregate->natural_alignment;
    case ValueKind::array:
    case ValueKind::complex:
      return natural_alignment(type.aggregate->members[0].type, abi);
    case ValueKind::vector:
      return type.alignment;
    default:
      return type_of(type.value, abi).alignment;
  }
}

std::uint64_t load_bits(const void* base, const Member& member) {
  const auto [first, width] = *member.bits;
  BANTER_CHECK(width >= 1 && width <= 64, "a bit-field of {} bits", width);
  const auto* bytes = static_cast<const std::uint8_t*>(base);
  std::uint64_t value = 0;
  for (std::uint32_t done = 0; done < width;) {
    const std::uint32_t shift = (first + done) % 8;
    const std::uint32_t some = std::min(8 - shift, width - done);
    const std::uint64_t part = (bytes[(first + done) / 8] >> shift) & ((1u << some) - 1);
    value |= part << done;
    done += some;
  }
  if (!is_signed(member.type.value) || width == 64) return value;
  const std::uint64_t sign = std::uint64_t{1} << (width - 1);
  return (value ^ sign) - sign;
}

void store_bits(void* base, const Member& member, std::uint64_t value) {
  const auto [first, width] = *member.bits;
  BANTER_CHECK(width >= 1 && width <= 64, "a bit-field of {} bits", width);
  auto* bytes = static_cast<std::uint8_t*>(base);
  for (std::uint32_t done = 0; done < width;) {
    const std::uint32_t shift = (first + done) % 8;
    const std::uint32_t some = std::min(8 - shift, width - done);
    const std::uint32_t mask = ((1u << some) - 1) << shift;
    std::uint8_t& byte = bytes[(first + done) / 8];
    const auto part = static_cast<std::uint32_t>(value >> done) << shift;
    byte = static_cast<std::uint8_t>((byte & ~mask) | (part & mask));
    done += some;
  }
}

}  // namespace banter::abi
