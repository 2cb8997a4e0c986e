// layout.cc -- one pass over the members with a position in bits.
//
// GCC's rule for a bit-field of type T and width w [System V psABI 3.1.2, AAPCS64 8.1.8]:
// - it starts at the next bit, unless the bits would touch more T-sized, T-aligned units than one
//   does; then at the next T boundary. A packed one never moves.
// - its type's alignment counts for the whole structure if it has a name; on ARM and AArch64 also
//   without one.
// - `T : 0` moves the position to the next T boundary.
//
// Microsoft's rule: a bit-field shares the unit of the one before if both types have one size and
// the unit has room; a unit is placed as a member of type T would be. `T : 0` after a bit-field
// ends its unit and aligns what follows, and the whole, as a T; anywhere else it does nothing. In a
// union every bit-field starts a unit.
#include "abi/layout.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "abi/spelling.h"

namespace banter::abi {
namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 28;

bool unnamed_bit_fields_align(AbiName abi) {
  switch (abi) {
    case AbiName::aapcs64:
    case AbiName::aapcs32:
    case AbiName::aapcs32_soft:
      return true;
    default:
      return false;
  }
}

std::uint64_t rounded_up_to(std::uint64_t n, std::uint64_t unit) {
  return (n + unit - 1) / unit * unit;
}

class Layout {
 public:
  explicit Layout(const AggregateRequest& request)
      : request_(request),
        ms_(request.ms_bit_fields || request.abi == AbiName::win_x64),
        parts_(std::make_shared<Aggregate>()) {
    parts_->tag = request.tag;
    parts_->packed = request.packed;
  }

  Result<CType> run() {
    for (const MemberRequest& each : request_.members) {
      if (request_.is_union) {
        bit_ = 0;
        unit_size_ = 0;
      }
      if (auto problem = check(each)) return Error{*problem};
      each.bits ? place_bit_field(each) : place(each);
      end_ = std::max(end_, bit_);
      if (end_ / 8 >= kMostBytes) return Error{too_large()};
    }
    CType type;
    type.value = request_.is_union ? ValueKind::union_of : ValueKind::structure;
    type.alignment = std::max({parts_->natural_alignment, request_.alignment, Bytes{1}});
    const std::uint64_t size = rounded_up_to(rounded_up_to(end_, 8) / 8, type.alignment.count);
    if (size >= kMostBytes) return Error{too_large()};
    type.size = {static_cast<std::uint32_t>(size)};
    type.spelling = spelling();
    type.aggregate = std::move(parts_);
    return type;
  }

 private:
  std::string spelling() const {
    const char* what = request_.is_union ? "union" : "struct";
    return request_.tag.empty() ? what : fmt::format("{} {}", what, request_.tag);
  }
  std::string too_large() const {
    return fmt::format("{} is larger than {} bytes", spelling(), kMostBytes);
  }

  std::optional<std::string> check(const MemberRequest& member) const {
    const std::string name = member.name.empty() ? "an unnamed member" : member.name;
    if (member.type.value == ValueKind::nothing) {
      return fmt::format("{} of {} is void", name, spelling());
    }
    if (!member.bits) return std::nullopt;
    const CType& type = member.type;
    if (!is_integral(type.value) || type.value == ValueKind::address || type.size > Bytes{8}) {
      return fmt::format("{} of {} is a bit-field of type {}", name, spelling(), type.spelling);
    }
    const std::uint32_t most = type.value == ValueKind::boolean ? 1 : type.size.count * 8;
    if (*member.bits > most) {
      return fmt::format("{} of {} has {} bits, more than the {} of {}", name, spelling(),
                         *member.bits, most, type.spelling);
    }
    if (*member.bits == 0 && !member.name.empty()) {
      return fmt::format("{} of {} has no bits", name, spelling());
    }
    if (member.alignment > Bytes{0}) {
      return fmt::format("{} of {} is a bit-field with an alignment", name, spelling());
    }
    return std::nullopt;
  }

  bool is_packed(const MemberRequest& member) const { return request_.packed || member.packed; }

  // What the member is aligned to, after packing.
  Bytes alignment_of(const MemberRequest& member) const {
    Bytes alignment = is_packed(member) ? Bytes{1} : member.type.alignment;
    alignment = std::max(alignment, member.alignment);
    if (request_.pack > Bytes{0}) alignment = std::min(alignment, request_.pack);
    return alignment;
  }

  // The same for a bit-field by GCC's rule: where #pragma pack holds, `packed` says nothing more.
  Bytes alignment_of_bits(const MemberRequest& member) const {
    if (request_.pack == Bytes{0}) return alignment_of(member);
    return std::min(member.type.alignment, request_.pack);
  }

  void require(Bytes alignment) {
    parts_->natural_alignment = std::max(parts_->natural_alignment, alignment);
  }

  void place(const MemberRequest& member) {
    close_unit();
    const Bytes alignment = alignment_of(member);
    require(alignment);
    bit_ = rounded_up_to(bit_, std::uint64_t{8} * alignment.count);
    parts_->members.push_back({member.name, member.type, byte(bit_), std::nullopt});
    bit_ += std::uint64_t{8} * member.type.size.count;
  }

  void place_bit_field(const MemberRequest& member) {
    ms_ ? place_in_unit(member) : place_at_bit(member);
  }

  void add_bit_field(const MemberRequest& member) {
    parts_->members.push_back(
        {member.name, member.type, byte(bit_),
         BitField{static_cast<std::uint32_t>(bit_), static_cast<std::uint32_t>(*member.bits)}});
    bit_ += *member.bits;
  }

  // GCC's rule.
  void place_at_bit(const MemberRequest& member) {
    const std::uint64_t width = *member.bits;
    // The boundary that counts is the type's own alignment, whatever is packed.
    const std::uint64_t unit = std::uint64_t{8} * member.type.alignment.count;
    const bool counts = !member.name.empty() || unnamed_bit_fields_align(request_.abi);
    if (width == 0) {
      bit_ = rounded_up_to(bit_, unit);
      if (counts) require(member.type.alignment);
      parts_->members.push_back(
          {"", member.type, byte(bit_), BitField{static_cast<std::uint32_t>(bit_), 0}});
      return;
    }
    const bool may_move = !is_packed(member) && request_.pack == Bytes{0};
    const std::uint64_t units = (bit_ % unit + width + unit - 1) / unit;
    if (may_move && units * unit > std::uint64_t{8} * member.type.size.count) {
      bit_ = rounded_up_to(bit_, unit);
    }
    if (counts) require(alignment_of_bits(member));
    add_bit_field(member);
  }

  // Microsoft's rule.
  void place_in_unit(const MemberRequest& member) {
    const std::uint64_t width = *member.bits;
    const std::uint64_t size = std::uint64_t{8} * member.type.size.count;
    if (width == 0) return end_unit(alignment_of(member));
    if (unit_size_ != size || bit_ + width > unit_end_) open_unit(member, size);
    add_bit_field(member);
  }

  // `T : 0`.
  void end_unit(Bytes alignment) {
    if (unit_size_ == 0) return;
    close_unit();
    require(alignment);
    bit_ = rounded_up_to(bit_, std::uint64_t{8} * alignment.count);
  }

  void open_unit(const MemberRequest& member, std::uint64_t size) {
    close_unit();
    const Bytes alignment = alignment_of(member);
    require(alignment);
    bit_ = rounded_up_to(bit_, std::uint64_t{8} * alignment.count);
    unit_size_ = size;
    unit_end_ = bit_ + size;
    end_ = std::max(end_, unit_end_);
  }

  void close_unit() {
    if (unit_size_ > 0) bit_ = unit_end_;
    unit_size_ = 0;
  }

  static Bytes byte(std::uint64_t bit) { return {static_cast<std::uint32_t>(bit / 8)}; }

  const AggregateRequest& request_;
  bool ms_;
  std::shared_ptr<Aggregate> parts_;
  std::uint64_t bit_ = 0;        // the next free one
  std::uint64_t end_ = 0;        // the first after all members
  std::uint64_t unit_size_ = 0;  // Microsoft's: of the open unit, in bits; 0 when none is open
  std::uint64_t unit_end_ = 0;
};

CType repeated(ValueKind kind, const CType& element, std::uint32_t count) {
  auto parts = std::make_shared<Aggregate>();
  parts->members.push_back({"", element, {0}, std::nullopt});
  parts->count = count;
  parts->natural_alignment = element.alignment;
  CType type;
  type.value = kind;
  type.size = {element.size.count * count};
  type.alignment = element.alignment;
  type.aggregate = std::move(parts);
  return type;
}

}  // namespace

Result<CType> lay_out(const AggregateRequest& request) {
  return Layout(request).run();
}

Result<CType> array_of(const CType& element, std::uint32_t count) {
  if (element.value == ValueKind::nothing) return Error{"an array of void"};
  if (std::uint64_t{element.size.count} * count >= kMostBytes) {
    return Error{
        fmt::format("{}[{}] is larger than {} bytes", element.spelling, count, kMostBytes)};
  }
  CType type = repeated(ValueKind::array, element, count);
  spell_array_of(type, element, std::to_string(count));
  return type;
}

Result<CType> complex_of(const CType& element) {
  if (!is_floating(element.value)) {
    return Error{fmt::format("_Complex {} is no type", element.spelling)};
  }
  CType type = repeated(ValueKind::complex, element, 2);
  type.spelling = "_Complex " + element.spelling;
  return type;
}

Result<CType> vector_of(const CType& element, Bytes size, AbiName abi) {
  const bool lanes = (is_integral(element.value) && element.value != ValueKind::address &&
                      element.value != ValueKind::boolean && element.size <= Bytes{8}) ||
                     element.value == ValueKind::float32 || element.value == ValueKind::float64;
  if (!lanes) return Error{fmt::format("a vector of {} is no type", element.spelling)};
  if (size != Bytes{8} && size != Bytes{16}) {
    return Error{fmt::format("a vector of {} bytes is not supported; 8 and 16 are", size.count)};
  }
  CType type = repeated(ValueKind::vector, element, size.count / element.size.count);
  // [AAPCS32 4.1.2] containerized vectors of either size are aligned to 8
  const bool arm32 = abi == AbiName::aapcs32 || abi == AbiName::aapcs32_soft;
  type.alignment = arm32 ? Bytes{8} : size;
  type.spelling = fmt::format("__attribute__((vector_size({}))) {}", size.count, element.spelling);
  return type;
}

CType aligned(const CType& type, Bytes alignment) {
  CType result = type;
  result.alignment = std::max(type.alignment, alignment);
  return result;
}

}  // namespace banter::abi
