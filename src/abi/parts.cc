#include "abi/parts.h"

#include <fmt/core.h>

#include "abi/spelling.h"

namespace banter::abi {
namespace {

constexpr std::size_t kLongestDeclaration = 40;

bool has_members(const CType& type) {
  return type.value == ValueKind::structure || type.value == ValueKind::union_of;
}

std::string declaration_of(const Member& member) {
  CType type = member.type;
  if (type.spelling.size() + member.name.size() > kLongestDeclaration) {
    const bool array = type.value == ValueKind::array;
    const std::string after =
        array ? type.spelling.substr(std::min(type.name_at, type.spelling.size())) : "";
    spell(type, short_text(type, kLongestDeclaration - member.name.size() % 20));
    if (array) return fmt::format("{} {}", type.spelling, member.name);
  }
  std::string text = declared(type, member.name);
  if (member.bits) text += fmt::format(" : {}", member.bits->width);
  return text;
}

Bytes element_of(const CType& type) {
  if (type.value != ValueKind::array) return {0};
  const CType& element = type.aggregate->members[0].type;
  return element.value == ValueKind::array ? Bytes{0} : element.size;
}

struct Lister {
  std::vector<Part>& parts;
  std::size_t most;

  void list(const CType& type, int depth, Bytes offset, const std::string& prefix) {
    for (const Member& member : type.aggregate->members) {
      if (parts.size() >= most) return;
      const Bytes at = offset + member.offset;
      std::optional<BitField> bits = member.bits;
      if (bits) bits->first_bit += 8 * offset.count;
      const bool deeper = has_members(member.type) && !member.bits;
      const std::string path = prefix + member.name;
      parts.push_back({depth, declaration_of(member), path, at,
                       member.bits ? Bytes{0} : member.type.size, bits, element_of(member.type),
                       !deeper});
      if (!deeper) continue;
      list(member.type, depth + 1, at, member.name.empty() ? prefix : path + ".");
    }
  }
};

}  // namespace

std::vector<Part> parts_of(const CType& type, std::size_t most) {
  std::vector<Part> parts;
  if (has_members(type)) Lister{parts, most}.list(type, 0, {0}, "");
  return parts;
}

std::string short_text(const CType& type, std::size_t most) {
  if (type.spelling.size() <= most) return type.spelling;
  if (has_members(type)) {
    const char* kind = type.value == ValueKind::union_of ? "union" : "struct";
    const std::string& tag = type.aggregate->tag;
    return fmt::format("{} {}{{ ... }}", kind, tag.empty() ? "" : tag + " ");
  }
  return type.spelling.substr(0, most - 4) + " ...";
}

}  // namespace banter::abi
