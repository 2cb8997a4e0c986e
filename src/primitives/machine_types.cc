#include "primitives/machine_types.h"

#include <bit>

namespace banter::primitives {
namespace {

constexpr std::uint64_t kLargestCode = (1u << 30) - 1;

std::uint64_t sign_extended(std::uint64_t bits, std::size_t width) {
  const int unused = 64 - 8 * static_cast<int>(width);
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(bits << unused) >> unused);
}

bool fits_unsigned(std::uint64_t value, std::size_t width) {
  return width == 8 || value >> 8 * width == 0;
}

std::optional<std::uint64_t> encode_unsigned(Oop value, std::size_t width) {
  const auto number = uint64_value(value);
  if (!number || !fits_unsigned(*number, width)) return std::nullopt;
  return number;
}

std::optional<std::uint64_t> encode_signed(Oop value, std::size_t width) {
  const auto number = int64_value(value);
  if (!number) return std::nullopt;
  const auto bits = static_cast<std::uint64_t>(*number);
  if (sign_extended(bits, width) != bits) return std::nullopt;
  return bits;
}

std::optional<std::uint64_t> encode_character(Oop value, std::size_t width) {
  if (!value.is_character() || !fits_unsigned(value.as_code_point(), width)) return std::nullopt;
  return value.as_code_point();
}

}  // namespace

std::size_t width_of(MachineType type) {
  static constexpr std::uint8_t kWidths[kMachineTypes] = {1, 1, 1, 2, 2, 4, 4, 8, 8, sizeof(void*),
                                                          1, 2, 4, 4, 8};
  return kWidths[static_cast<std::size_t>(type)];
}

Outcome decode(Mutator& mutator, MachineType type, std::uint64_t bits) {
  switch (type) {
    case MachineType::kBoolean8:
      return mutator.heap().boolean((bits & 0xFF) != 0);
    case MachineType::kUint8:
    case MachineType::kUint16:
    case MachineType::kUint32:
    case MachineType::kUint64:
      return mutator.new_integer(bits);
    case MachineType::kInt8:
    case MachineType::kInt16:
    case MachineType::kInt32:
    case MachineType::kInt64:
      return mutator.new_integer(static_cast<std::int64_t>(sign_extended(bits, width_of(type))));
    case MachineType::kPointer: {
      Object* address = mutator.new_bytes(ClassIndex::kExternalAddress, 8);
      address->set_raw(0, bits);
      return address->oop();
    }
    case MachineType::kChar8:
    case MachineType::kChar16:
    case MachineType::kChar32:
      if (bits > kLargestCode) return Failure::generic;
      return Oop::character(static_cast<std::uint32_t>(bits));
    case MachineType::kFloat32:
      return mutator.new_float(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
    case MachineType::kFloat64:
      break;
  }
  return mutator.new_float(std::bit_cast<double>(bits));
}

std::optional<std::uint64_t> encode(const Heap& heap, MachineType type, Oop value) {
  const std::size_t width = width_of(type);
  switch (type) {
    case MachineType::kBoolean8: {
      const auto flag = boolean_value(heap, value);
      return flag ? std::optional<std::uint64_t>(*flag ? 1 : 0) : std::nullopt;
    }
    case MachineType::kUint8:
    case MachineType::kUint16:
    case MachineType::kUint32:
    case MachineType::kUint64:
      return encode_unsigned(value, width);
    case MachineType::kInt8:
    case MachineType::kInt16:
    case MachineType::kInt32:
    case MachineType::kInt64:
      return encode_signed(value, width);
    case MachineType::kPointer:
      if (!is_of(value, ClassIndex::kExternalAddress) || !is_byte_object(value) ||
          value.as_object()->byte_count() < 8 || !fits_unsigned(value.as_object()->raw(0), width)) {
        return std::nullopt;
      }
      return value.as_object()->raw(0);
    case MachineType::kChar8:
    case MachineType::kChar16:
    case MachineType::kChar32:
      return encode_character(value, width);
    case MachineType::kFloat32: {
      const auto number = float_or_small_value(value);
      if (!number) return std::nullopt;
      return std::bit_cast<std::uint32_t>(static_cast<float>(*number));
    }
    case MachineType::kFloat64:
      break;
  }
  const auto number = float_or_small_value(value);
  if (!number) return std::nullopt;
  return std::bit_cast<std::uint64_t>(*number);
}

}  // namespace banter::primitives
