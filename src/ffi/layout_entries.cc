#include "ffi/layout_entries.h"

#include <string>
#include <vector>

#include "abi/aggregate.h"
#include "heap/rooted.h"
#include "primitives/symbols.h"

namespace banter::ffi {

using abi::ValueKind;

std::string_view value_name(const abi::CType& type) {
  using abi::ValueKind;
  if (type.role == abi::Role::character) return "char";
  if (type.role == abi::Role::string) return "string";
  switch (type.value) {
    case ValueKind::nothing:
      return "void";
    case ValueKind::boolean:
      return "bool";
    case ValueKind::int8:
      return "int8";
    case ValueKind::uint8:
      return "uint8";
    case ValueKind::int16:
      return "int16";
    case ValueKind::uint16:
      return "uint16";
    case ValueKind::int32:
      return "int32";
    case ValueKind::uint32:
      return "uint32";
    case ValueKind::int64:
      return "int64";
    case ValueKind::uint64:
      return "uint64";
    case ValueKind::float32:
      return "float";
    case ValueKind::float64:
      return "double";
    case ValueKind::address:
      return "pointer";
    default:
      return "";
  }
}

namespace {

struct Entry {
  std::string name;
  std::string_view kind;
  std::uint64_t offset = 0;
  std::uint64_t element_size = 0;
  std::optional<std::uint64_t> count;  // of an array
  std::optional<abi::BitField> bits;   // counted from the start of the outermost structure
};

bool has_members(const abi::CType& type) {
  return type.value == ValueKind::structure || type.value == ValueKind::union_of;
}

Entry entry_of(const abi::CType& type, std::string name, std::uint64_t offset) {
  Entry entry;
  entry.name = std::move(name);
  entry.offset = offset;
  const abi::CType* element = &type;
  while (element->value == ValueKind::array) {
    entry.count = entry.count.value_or(1) * element->aggregate->count;
    element = &element->aggregate->members[0].type;
  }
  entry.kind = value_name(*element);
  if (entry.kind.empty()) entry.kind = "structure";
  entry.element_size = element->size.count;
  return entry;
}

void collect(const abi::CType& structure, const std::string& prefix, std::uint64_t base,
             std::vector<Entry>& entries) {
  for (const abi::Member& member : structure.aggregate->members) {
    const std::uint64_t offset = base + member.offset.count;
    if (member.name.empty()) {  // anonymous, or a bit-field that only fills
      if (has_members(member.type)) collect(member.type, prefix, offset, entries);
      continue;
    }
    Entry entry = entry_of(member.type, prefix + member.name, offset);
    if (member.bits) {
      entry.bits = member.bits;
      entry.bits->first_bit += static_cast<std::uint32_t>(8 * base);
    }
    entries.push_back(std::move(entry));
    if (has_members(member.type)) {
      collect(member.type, prefix + member.name + ".", offset, entries);
    }
  }
}

Oop integer(std::uint64_t n) {
  return Oop::small_int(static_cast<std::int64_t>(n));
}

Oop object_for(Mutator& mutator, const Entry& entry) {
  heap::Rooted<> array(mutator, mutator.new_array(7));
  array.store(0, primitives::intern(mutator, entry.name));
  array.store(1, primitives::intern(mutator, entry.kind));
  array.store(2, integer(entry.offset));
  array.store(3, integer(entry.element_size));
  if (entry.count) array.store(4, integer(*entry.count));
  if (entry.bits) {
    array.store(5, integer(entry.bits->first_bit));
    array.store(6, integer(entry.bits->width));
  }
  return array.oop();
}

}  // namespace

Oop layout_entries(Mutator& mutator, const abi::CType& structure) {
  std::vector<Entry> entries;
  collect(structure, "", 0, entries);
  heap::Rooted<> answer(mutator, mutator.new_array(2 + entries.size()));
  answer.store(0, integer(structure.size.count));
  answer.store(1, integer(structure.alignment.count));
  for (std::size_t i = 0; i < entries.size(); i++) {
    answer.store(2 + i, object_for(mutator, entries[i]));
  }
  return answer.oop();
}

}  // namespace banter::ffi
