#include "abi/strips.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "abi/aggregate.h"
#include "abi/parts.h"
#include "abi/piece_text.h"
#include "base/check.h"

namespace banter::abi {
namespace {

constexpr std::uint32_t kMostBytes = 4096;      // of a value whose padding is looked for
constexpr std::uint32_t kWholeStack = 128;      // a stack up to this size is shown completely
constexpr std::uint32_t kWordsOfLongPiece = 4;  // of a longer one, the first; and the last
constexpr std::size_t kLongestLabel = 46;
constexpr std::size_t kMostParts = 200;

std::uint32_t width_of_float_register(AbiName abi, Bytes piece) {
  switch (abi) {
    case AbiName::riscv_lp64d:
      return 8;
    case AbiName::aapcs32:
    case AbiName::aapcs32_soft:
      return piece.count;  // s, d and q registers overlap: the one that fits
    default:
      return 16;
  }
}

class Maker {
 public:
  Maker(const CallPlan& plan, const std::vector<std::string>& names) : plan_(plan), names_(names) {
    BANTER_CHECK(names.size() == plan.arguments.size() + 1, "{} names", names.size());
    for (const Placement& each : plan.arguments) has_member_.push_back(members_of(each.type));
    has_member_.push_back(members_of(plan.result.type));
  }

  Strips run() {
    const auto result = static_cast<std::uint32_t>(plan_.arguments.size());
    if (plan_.result.by_reference) add_all(plan_.result, result, false);
    for (std::uint32_t i = 0; i < result; i++) add_all(plan_.arguments[i], i, false);
    Strips strips;
    for (auto& [key, strip] : registers_) strips.registers.push_back(std::move(strip));
    registers_.clear();
    strips.stack = stack();
    if (!plan_.result.by_reference) add_all(plan_.result, result, true);
    for (auto& [key, strip] : registers_) strips.results.push_back(std::move(strip));
    return strips;
  }

 private:
  // Which bytes of a value belong to a member; empty when all do.
  static std::vector<bool> members_of(const CType& type) {
    if (!is_aggregate(type.value) || type.size > Bytes{kMostBytes}) return {};
    std::vector<bool> members(type.size.count);
    for_each_leaf(type, [&](const Leaf& leaf) {
      std::uint32_t first = leaf.offset.count;
      std::uint32_t end = first + leaf.type.size.count;
      if (leaf.bits) {
        first = leaf.bits->first_bit / 8;
        end = (leaf.bits->first_bit + leaf.bits->width + 7) / 8;
      }
      for (std::uint32_t i = first; i < std::min<std::uint32_t>(end, members.size()); i++) {
        members[i] = true;
      }
    });
    return members;
  }

  void add_all(const Placement& placement, std::uint32_t owner, bool in_results) {
    for (const Piece& piece : placement.pieces) {
      if (const auto* on_stack = std::get_if<OnStack>(&piece)) {
        pieces_.push_back({*on_stack, owner});
      } else {
        add_register(placement, piece, owner, in_results);
      }
    }
  }

  void add_register(const Placement& placement, const Piece& piece, std::uint32_t owner,
                    bool in_results) {
    std::uint32_t width = 10;  // x87
    std::tuple<int, std::uint32_t> key{2, 0};
    if (const auto* integer = std::get_if<InInt>(&piece)) {
      width = plan_.int_register_width.count;
      key = {0, static_cast<std::uint32_t>(integer->reg)};
    } else if (const auto* floating = std::get_if<InFloat>(&piece)) {
      width = width_of_float_register(plan_.abi, floating->size);
      key = {1, static_cast<std::uint32_t>(floating->reg)};
    } else {
      key = {2, std::get<OnX87>(piece).depth};
    }
    Strip& strip = registers_[key];
    strip.name = place_of(plan_.abi, piece, in_results);
    strip.bytes.resize(std::max<std::size_t>(strip.bytes.size(), width));
    fill(strip, 0, placement, piece, owner, 0, byte_count(piece).count);
    strip.labels.push_back({owner, label(placement, owner, first_byte(piece), byte_count(piece))});
  }

  // Bytes [from, end) of the piece go into the strip, from `at` on.
  void fill(Strip& strip, std::uint32_t at, const Placement& placement, const Piece& piece,
            std::uint32_t owner, std::uint32_t from, std::uint32_t end) const {
    const std::vector<bool>& members = has_member_[owner];
    for (std::uint32_t i = from; i < end && at < strip.bytes.size(); i++, at++) {
      const std::uint32_t number = first_byte(piece).count + i;
      const bool member = members.empty() || (number < members.size() && members[number]);
      const ByteUse use = placement.by_reference ? ByteUse::address
                          : member               ? ByteUse::value
                                                 : ByteUse::padding;
      strip.bytes[at] = {use, owner, number};
    }
    const Step* step = widening_step(owner, piece);
    if (step == nullptr || end != byte_count(piece).count) return;
    const ByteUse use = step->widening == Widening::sign ? ByteUse::sign : ByteUse::zero;
    for (std::uint32_t i = end; i < step->filled && at < strip.bytes.size(); i++, at++) {
      strip.bytes[at] = {use, owner, 0};
    }
  }

  // The step that widens the piece of an argument, or null. Of a result nobody may expect it.
  const Step* widening_step(std::uint32_t owner, const Piece& piece) const {
    for (const Step& step : plan_.argument_steps) {
      if (step.argument == owner && step.widening != Widening::none &&
          step.at == first_byte(piece).count) {
        return &step;
      }
    }
    return nullptr;
  }

  // "p: x, y[2]": the members that have a byte there.
  std::string label(const Placement& placement, std::uint32_t owner, Bytes at, Bytes size) const {
    const std::string& name = names_[owner];
    if (placement.by_reference) return "address of " + name;
    std::string text;
    for (const Part& part : parts_of(placement.type, kMostParts)) {
      const std::string one = part_there(part, at.count, at.count + size.count);
      if (one.empty()) continue;
      if (text.size() + one.size() > kLongestLabel) {
        text += ", ...";
        break;
      }
      text += (text.empty() ? "" : ", ") + one;
    }
    return text.empty() ? name : name + ": " + text;
  }

  // The part's name if it has one of the bytes [low, high), with the elements that are there.
  static std::string part_there(const Part& part, std::uint32_t low, std::uint32_t high) {
    std::uint32_t first = part.offset.count;
    std::uint32_t end = first + part.size.count;
    if (part.bits) {
      first = part.bits->first_bit / 8;
      end = part.bits->width ? (part.bits->first_bit + part.bits->width - 1) / 8 + 1 : first;
    }
    const bool has_name = !part.path.empty() && !part.path.ends_with('.');
    if (!part.is_leaf || !has_name || first >= high || end <= low) return "";
    if (part.element == Bytes{0} || (low <= first && high >= end)) return part.path;
    const std::uint32_t one = (std::max(low, first) - first) / part.element.count;
    const std::uint32_t last = (std::min(high, end) - 1 - first) / part.element.count;
    if (one == last) return fmt::format("{}[{}]", part.path, one);
    return fmt::format("{}[{}-{}]", part.path, one, last);
  }

  struct Stacked {
    OnStack piece;
    std::uint32_t owner;
  };

  const Placement& placement(std::uint32_t owner) const {
    return owner < plan_.arguments.size() ? plan_.arguments[owner] : plan_.result;
  }

  std::vector<Strip> stack() {
    const std::uint32_t word = data_model(plan_.abi).pointer.count;
    const std::uint32_t words = plan_.stack_size.count / word;
    std::map<std::uint32_t, Strip> shown;  // by number of the word
    if (plan_.stack_size <= Bytes{kWholeStack}) {
      for (std::uint32_t i = 0; i < words; i++) shown[i];
    }
    for (const Stacked& each : pieces_) {
      const std::uint32_t first = each.piece.offset.count / word;
      const std::uint32_t last = (each.piece.offset.count + each.piece.size.count - 1) / word;
      for (std::uint32_t i = first; i <= last; i++) {
        if (words * word > kWholeStack && i >= first + kWordsOfLongPiece) i = last;
        shown[i];
      }
    }
    for (auto& [number, strip] : shown) {
      strip.name = fmt::format("sp+{}", number * word);
      strip.bytes.resize(word);
    }
    for (const Stacked& each : pieces_) fill_stack(shown, each, word);
    return with_gaps(shown, words, word);
  }

  void fill_stack(std::map<std::uint32_t, Strip>& shown, const Stacked& each, std::uint32_t word) {
    const std::uint32_t begin = each.piece.offset.count;
    const std::uint32_t end = begin + each.piece.size.count;
    for (auto it = shown.lower_bound(begin / word); it != shown.end(); ++it) {
      const std::uint32_t low = std::max(begin, it->first * word);
      const std::uint32_t high = std::min(end, (it->first + 1) * word);
      if (it->first * word >= end) break;
      const Placement& whole = placement(each.owner);
      fill(it->second, low - it->first * word, whole, each.piece, each.owner, low - begin,
           high - begin);
      const Bytes at{each.piece.at.count + low - begin};
      it->second.labels.push_back({each.owner, label(whole, each.owner, at, {high - low})});
    }
  }

  // Words that are not shown become a note; so does the home space, which holds nothing yet.
  std::vector<Strip> with_gaps(std::map<std::uint32_t, Strip>& shown, std::uint32_t words,
                               std::uint32_t word) const {
    constexpr std::uint32_t kHomeWords = 4;
    std::vector<Strip> rows;
    std::uint32_t next = 0;
    if (plan_.abi == AbiName::win_x64 && words >= kHomeWords) {
      rows.push_back({"sp+0", {}, {}, "32 bytes of home space, for the callee's use"});
      next = kHomeWords;
    }
    for (auto& [number, strip] : shown) {
      if (number < next) continue;
      if (number > next) {
        rows.push_back({"", {}, {}, fmt::format("{} more bytes", (number - next) * word)});
      }
      rows.push_back(std::move(strip));
      next = number + 1;
    }
    if (next < words) {
      rows.push_back({"", {}, {}, fmt::format("{} more bytes", (words - next) * word)});
    }
    return rows;
  }

  const CallPlan& plan_;
  const std::vector<std::string>& names_;
  std::vector<std::vector<bool>> has_member_;  // by owner
  std::map<std::tuple<int, std::uint32_t>, Strip> registers_;
  std::vector<Stacked> pieces_;
};

}  // namespace

Strips strips_of(const CallPlan& plan, const std::vector<std::string>& names) {
  return Maker(plan, names).run();
}

}  // namespace banter::abi
