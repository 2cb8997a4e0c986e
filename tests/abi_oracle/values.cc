#include "values.h"

#include <cstring>

namespace banter::abi_oracle {
namespace {

using abi::Leaf;
using abi::ValueKind;

// The bytes of a scalar that are its value: x87's format has 10 in 12 or 16.
std::size_t value_bytes(const abi::CType& type) {
  return type.value == ValueKind::extended80 ? 10 : type.size.count;
}

// Clears one bit of the exponent of each float, and all but the lowest of a bool.
void make_plain(unsigned char* at, const abi::CType& type) {
  switch (type.value) {
    case ValueKind::boolean:
      at[0] &= 1;
      break;
    case ValueKind::float32:
      at[3] &= 0xBF;
      break;
    case ValueKind::float64:
      at[7] &= 0xBF;
      break;
    case ValueKind::float128:
      at[15] &= 0xBF;
      break;
    case ValueKind::extended80:
      at[9] &= 0xBF;
      at[7] |= 0x80;  // the leading digit, which is explicit
      break;
    case ValueKind::vector: {
      const abi::CType& lane = type.aggregate->members[0].type;
      for (std::uint32_t i = 0; i < type.aggregate->count; i++) {
        make_plain(at + i * lane.size.count, lane);
      }
      break;
    }
    default:
      break;
  }
}

}  // namespace

Value significant_bits(const abi::CType& type) {
  Value bits(type.size.count, 0);
  abi::for_each_leaf(type, [&](const Leaf& leaf) {
    if (!leaf.bits) {
      std::memset(&bits[leaf.offset.count], 0xFF, value_bytes(leaf.type));
      return;
    }
    for (std::uint32_t i = 0; i < leaf.bits->width; i++) {
      const std::uint32_t bit = leaf.bits->first_bit + i;
      bits[bit / 8] = static_cast<unsigned char>(bits[bit / 8] | 1u << bit % 8);
    }
  });
  return bits;
}

Value random_value(std::mt19937_64& engine, const abi::CType& type) {
  Value value(type.size.count);
  for (unsigned char& each : value) each = static_cast<unsigned char>(engine());
  abi::for_each_leaf(type, [&](const Leaf& leaf) {
    if (!leaf.bits) make_plain(&value[leaf.offset.count], leaf.type);
  });
  return value;
}

bool same_value(const unsigned char* a, const unsigned char* b, const Value& significant) {
  for (std::size_t i = 0; i < significant.size(); i++) {
    if (((a[i] ^ b[i]) & significant[i]) != 0) return false;
  }
  return true;
}

}  // namespace banter::abi_oracle
