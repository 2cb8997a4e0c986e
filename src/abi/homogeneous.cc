// homogeneous.cc -- a walk over members and not over leaves: a union's leaves overlap, and every
// aggregate on the way must be free of padding.
#include "abi/homogeneous.h"

#include <algorithm>

#include "abi/aggregate.h"

namespace banter::abi {
namespace {

class Walk {
 public:
  // How many leaves `type` has; nothing when they are not all of one kind, or when there is
  // padding between them.
  std::optional<std::uint32_t> count_of(const CType& type) {
    if (is_floating(type.value) || type.value == ValueKind::vector) {
      if (kind_ == ValueKind::nothing) {
        kind_ = type.value;
        size_ = type.size;
      }
      if (kind_ != type.value || size_ != type.size) return std::nullopt;
      return 1;
    }
    if (!is_aggregate(type.value)) return std::nullopt;
    const auto count = count_of_members(type);
    if (!count || *count * size_.count != type.size.count) return std::nullopt;
    return count;
  }

  ValueKind kind() const { return kind_; }
  Bytes size() const { return size_; }

 private:
  std::optional<std::uint32_t> count_of_members(const CType& type) {
    const Aggregate& parts = *type.aggregate;
    const bool is_union = type.value == ValueKind::union_of;
    if (parts.count == 0) return std::nullopt;
    std::uint32_t count = 0;
    for (const Member& member : parts.members) {
      if (member.bits && member.bits->width == 0 && !is_union) continue;
      const auto inner = member.bits ? std::nullopt : count_of(member.type);
      if (!inner) return std::nullopt;
      const std::uint32_t own = *inner * parts.count;
      count = is_union ? std::max(count, own) : count + own;
    }
    return count;
  }

  ValueKind kind_ = ValueKind::nothing;
  Bytes size_;
};

}  // namespace

std::optional<Homogeneous> homogeneous(const CType& type) {
  Walk walk;
  const auto count = walk.count_of(type);
  if (!count || *count == 0 || *count > 4) return std::nullopt;
  return Homogeneous{walk.kind(), walk.size(), *count};
}

}  // namespace banter::abi
