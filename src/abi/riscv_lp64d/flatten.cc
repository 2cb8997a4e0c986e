#include "abi/riscv_lp64d/flatten.h"

#include <algorithm>

#include "abi/aggregate.h"

namespace banter::abi::riscv_lp64d {
namespace {

constexpr std::size_t kMostFields = 2;
constexpr Bytes kWidest{8};  // XLEN and FLEN

class Walk {
 public:
  // False when there is something that has no place among the fields.
  bool add(const CType& type, Bytes at) {
    if (type.size == Bytes{0}) return true;
    switch (type.value) {
      case ValueKind::structure:
        return std::ranges::all_of(type.aggregate->members,
                                   [&](const Member& each) { return add_member(each, at); });
      case ValueKind::array:
      case ValueKind::complex:
        return add_elements(type, at);
      default:
        if (is_aggregate(type.value) || type.value == ValueKind::address) return false;
        return add_field({is_floating(type.value), at, type.size});
    }
  }

  std::vector<Field> fields;

 private:
  bool add_member(const Member& member, Bytes at) {
    if (!member.bits) return add(member.type, at + member.offset);
    const auto [first, width] = *member.bits;
    if (width == 0) return true;
    return add_field({false, at + Bytes{first / 8}, Bytes{(first % 8 + width + 7) / 8}});
  }

  bool add_elements(const CType& type, Bytes at) {
    const CType& element = type.aggregate->members[0].type;
    for (std::uint32_t i = 0; i < type.aggregate->count; i++) {
      if (!add(element, at + Bytes{i * element.size.count})) return false;
    }
    return true;
  }

  bool add_field(const Field& field) {
    fields.push_back(field);
    return field.size <= kWidest && fields.size() <= kMostFields;
  }
};

// An array of no elements, or of elements without bytes.
bool has_array_of_nothing(const CType& type) {
  if (type.value == ValueKind::array && type.size == Bytes{0}) return true;
  if (type.value != ValueKind::structure && type.value != ValueKind::array) return false;
  return std::ranges::any_of(type.aggregate->members,
                             [](const Member& each) { return has_array_of_nothing(each.type); });
}

// The scalar or _Complex that fills all of the value and is aligned as it wants; nullptr otherwise.
const CType* only_value(const CType& type) {
  if (type.value != ValueKind::structure && type.value != ValueKind::array) return &type;
  const auto& members = type.aggregate->members;
  const auto filling =
      std::ranges::find(members, type.size, [](const Member& each) { return each.type.size; });
  if (filling == members.end() || filling->bits) return nullptr;
  const CType* value = only_value(filling->type);
  return value != nullptr && type.alignment >= value->alignment ? value : nullptr;
}

}  // namespace

std::vector<Field> flattened(const CType& type) {
  if (type.value != ValueKind::structure && type.value != ValueKind::complex) return {};
  Walk walk;
  const CType* whole = has_array_of_nothing(type) ? only_value(type) : &type;
  const bool fits = whole != nullptr && walk.add(*whole, {0});
  const bool any = std::ranges::any_of(walk.fields, &Field::floating);
  return fits && any ? walk.fields : std::vector<Field>{};
}

}  // namespace banter::abi::riscv_lp64d
