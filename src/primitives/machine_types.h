// machine_types.h -- the fifteen machine types of primitives 600 to 659, and their values as oops.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "primitives/values.h"

namespace banter::primitives {

// In the order of the primitives' numbers.
enum class MachineType : std::uint8_t {
  kBoolean8,
  kUint8,
  kInt8,
  kUint16,
  kInt16,
  kUint32,
  kInt32,
  kUint64,
  kInt64,
  kPointer,  // an ExternalAddress
  kChar8,
  kChar16,
  kChar32,
  kFloat32,
  kFloat64,
};
constexpr std::size_t kMachineTypes = 15;

// In bytes; of a pointer those that C has on this host.
std::size_t width_of(MachineType type);

// The value whose bits are the low ones of `bits`. Fails: generic (a Character too large).
// May collect.
Outcome decode(Mutator& mutator, MachineType type, std::uint64_t bits);

// The bits of a value of that type; nothing if it is of another class or out of range.
std::optional<std::uint64_t> encode(const Heap& heap, MachineType type, Oop value);

}  // namespace banter::primitives
