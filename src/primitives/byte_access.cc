// byte_access.cc -- machine values at byte offsets of bits objects and of addresses: primitives 600
// to 659, four blocks of fifteen types.
#include <array>
#include <cstring>

#include "interpreter/interpreter.h"
#include "primitives/foreign_memory.h"
#include "primitives/machine_types.h"
#include "primitives/table_list.h"

namespace banter::primitives {
namespace {

// The bytes that a value of `width` has at a 0-based offset of an object.
struct Place {
  std::uint8_t* bytes = nullptr;
  std::optional<Failure> failure;
};

Place place_in(Oop object, Oop offset, std::size_t width) {
  if (!is_bits(object)) return {nullptr, Failure::bad_receiver};
  if (!offset.is_small_int()) return {nullptr, Failure::bad_argument};
  const std::size_t size = object.as_object()->byte_count();
  const std::int64_t at = offset.as_int();
  if (at < 0 || size < width || static_cast<std::uint64_t>(at) > size - width) {
    return {nullptr, Failure::bad_index};
  }
  return {object.as_object()->bytes() + at, std::nullopt};
}

// ByteArray>>uint8AtOffset: and the others -- the value at a 0-based offset, aligned or not.
// Fails: bad_receiver, bad_argument, bad_index.  May collect: yes.
template <MachineType Type>
Outcome load_from_bytes(Mutator& mutator, const Args& args) {
  if (args.count != 1) return Failure::bad_argument;
  const Place place = place_in(args.receiver(), args.at(0), width_of(Type));
  if (place.failure) return *place.failure;
  std::uint64_t bits = 0;
  std::memcpy(&bits, place.bytes, width_of(Type));
  return decode(mutator, Type, bits);
}

// ByteArray>>uint8AtOffset:put: and the others -- stores and answers the value.
// Fails: bad_receiver, bad_argument (offset or value), bad_index, no_modification.
// May collect: no.
template <MachineType Type>
Outcome store_into_bytes(Mutator& mutator, const Args& args) {
  if (args.count != 2) return Failure::bad_argument;
  const Place place = place_in(args.receiver(), args.at(0), width_of(Type));
  if (place.failure) return *place.failure;
  const auto bits = encode(mutator.heap(), Type, args.at(1));
  if (!bits) return Failure::bad_argument;
  if (args.receiver().as_object()->is_immutable()) return Failure::no_modification;
  std::memcpy(place.bytes, &*bits, width_of(Type));
  return args.at(1);
}

// The address `offset` bytes behind the one in an ExternalAddress that is not null.
std::optional<std::uint64_t> address_in(const Heap& heap, Oop external, Oop offset) {
  const auto base = encode(heap, MachineType::kPointer, external);
  if (!base || *base == 0 || !offset.is_small_int()) return std::nullopt;
  return *base + static_cast<std::uint64_t>(offset.as_int());
}

// ExternalAddress>>uint8AtOffset: and the others -- the value that many bytes behind the address.
// Fails: bad_argument (also a null address), bad_index (not mapped), unsupported.
// May collect: yes.
template <MachineType Type>
Outcome load_from_address(Mutator& mutator, const Args& args) {
  if (args.count != 1) return Failure::bad_argument;
  const auto address = address_in(mutator.heap(), args.receiver(), args.at(0));
  if (!address) return Failure::bad_argument;
  const ForeignMemory& memory = args.vm.extensions().get<ForeignMemory>();
  if (memory.load == nullptr) return Failure::unsupported;
  std::uint64_t bits = 0;
  if (!memory.load(*address, width_of(Type), &bits)) return Failure::bad_index;
  return decode(mutator, Type, bits);
}

// ExternalAddress>>uint8AtOffset:put: and the others -- stores and answers the value.
// Fails: bad_argument, bad_index (not mapped), unsupported.  May collect: no.
template <MachineType Type>
Outcome store_to_address(Mutator& mutator, const Args& args) {
  if (args.count != 2) return Failure::bad_argument;
  const auto address = address_in(mutator.heap(), args.receiver(), args.at(0));
  const auto bits = encode(mutator.heap(), Type, args.at(1));
  if (!address || !bits) return Failure::bad_argument;
  const ForeignMemory& memory = args.vm.extensions().get<ForeignMemory>();
  if (memory.store == nullptr) return Failure::unsupported;
  if (!memory.store(*address, width_of(Type), *bits)) return Failure::bad_index;
  return args.at(1);
}

constexpr std::array<const char*, kMachineTypes> kLoadNames = {
    "Bytes.load_boolean8", "Bytes.load_uint8",   "Bytes.load_int8",   "Bytes.load_uint16",
    "Bytes.load_int16",    "Bytes.load_uint32",  "Bytes.load_int32",  "Bytes.load_uint64",
    "Bytes.load_int64",    "Bytes.load_pointer", "Bytes.load_char8",  "Bytes.load_char16",
    "Bytes.load_char32",   "Bytes.load_float32", "Bytes.load_float64"};
constexpr std::array<const char*, kMachineTypes> kStoreNames = {
    "Bytes.store_boolean8", "Bytes.store_uint8",   "Bytes.store_int8",   "Bytes.store_uint16",
    "Bytes.store_int16",    "Bytes.store_uint32",  "Bytes.store_int32",  "Bytes.store_uint64",
    "Bytes.store_int64",    "Bytes.store_pointer", "Bytes.store_char8",  "Bytes.store_char16",
    "Bytes.store_char32",   "Bytes.store_float32", "Bytes.store_float64"};

constexpr std::uint16_t kFirstLoad = 600;
constexpr std::uint16_t kFirstStore = 615;
constexpr std::uint16_t kFirstAddressLoad = 630;
constexpr std::uint16_t kFirstAddressStore = 645;

using Table = std::array<Entry, 4 * kMachineTypes>;

// Fills the entries of machine type I in all four blocks, then those of the following ones.
template <std::size_t I = 0>
constexpr void fill(Table& table) {
  if constexpr (I < kMachineTypes) {
    constexpr auto kType = static_cast<MachineType>(I);
    table[I] = {kFirstLoad + I, kLoadNames[I], -1, load_from_bytes<kType>};
    table[I + kMachineTypes] = {kFirstStore + I, kStoreNames[I], -1, store_into_bytes<kType>};
    table[I + 2 * kMachineTypes] = {kFirstAddressLoad + I, kLoadNames[I], -1,
                                    load_from_address<kType>};
    table[I + 3 * kMachineTypes] = {kFirstAddressStore + I, kStoreNames[I], -1,
                                    store_to_address<kType>};
    fill<I + 1>(table);
  }
}

constexpr Table make_table() {
  Table table{};
  fill(table);
  return table;
}

constexpr Table kTable = make_table();

}  // namespace

NumberedTable byte_access_table() {
  return kTable;
}

}  // namespace banter::primitives
