#include "abi/table.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "abi/parts.h"
#include "abi/piece_text.h"

namespace banter::abi {
namespace {

constexpr std::size_t kMostParts = 100;  // lines of members for one argument
constexpr std::size_t kWidestType = 44;
constexpr std::size_t kColumns = 6;

using Row = std::array<std::string, kColumns>;

std::string bits_text(const Part& part) {
  const auto [first, width] = *part.bits;
  if (width == 0) return "";
  if (width == 1) return fmt::format("bit {}", first);
  return fmt::format("bits {}-{}", first, first + width - 1);
}

class Table {
 public:
  explicit Table(const CallPlan& plan) : plan_(plan) {
    rows_.push_back({"argument", "C type", "size", "bytes", "where", "rule"});
  }

  void add(const std::string& who, const Placement& placement, bool is_result) {
    const std::string size =
        placement.type.value == ValueKind::nothing ? "" : std::to_string(placement.type.size.count);
    Row row = {who, short_text(placement.type, kWidestType), size, "", "", placement.rule};
    if (placement.pieces.empty()) {
      row[4] = "nothing";
      rows_.push_back(row);
    }
    for (const Piece& piece : placement.pieces) {
      const std::string place = place_of(plan_.abi, piece, in_result_row(placement, is_result));
      row[3] = placement.by_reference ? "" : byte_range(first_byte(piece), byte_count(piece));
      row[4] = placement.by_reference ? "address in " + place : place;
      rows_.push_back(row);
      row = {};
    }
    for (const Part& part : parts_of(placement.type, kMostParts)) {
      const std::string indent(static_cast<std::size_t>(2 * part.depth + 2), ' ');
      const std::string where = part.bits ? bits_text(part) : byte_range(part.offset, part.size);
      rows_.push_back({"", indent + part.declaration, "", where, "", ""});
    }
  }

  std::string text() const {
    std::array<std::size_t, kColumns> widths{};
    for (const Row& row : rows_) {
      for (std::size_t i = 0; i < kColumns; i++) widths[i] = std::max(widths[i], row[i].size());
    }
    std::string text;
    for (const Row& row : rows_) {
      std::string line;
      for (std::size_t i = 0; i < kColumns; i++) {
        const bool right = i == 2;  // numbers
        line += right ? fmt::format("{:>{}}", row[i], widths[i])
                      : fmt::format("{:<{}}", row[i], widths[i]);
        line += "  ";
      }
      line.erase(line.find_last_not_of(' ') + 1);
      text += line + "\n";
    }
    return text;
  }

 private:
  const CallPlan& plan_;
  std::vector<Row> rows_;
};

std::string notes(const CallPlan& plan) {
  std::string text = fmt::format("stack     {} bytes, {}-aligned", plan.stack_size.count,
                                 plan.stack_alignment.count);
  if (plan.abi == AbiName::win_x64) text += ", of which 32 are home space for the callee";
  text += "\n";
  if (plan.variadic && plan.abi == AbiName::sysv_x64) {
    text += fmt::format("al        {}: the vector registers used, at most\n", plan.float_registers);
  }
  if (plan.callee_pops > Bytes{0}) {
    text += fmt::format("pops      {} bytes, by the callee\n", plan.callee_pops.count);
  }
  if (plan.returns_room) {
    const std::string place = place_of(plan.abi, InInt{IntReg{0}, {0}, {0}}, true);
    text += fmt::format("room      the address of the result is answered in {}\n", place);
  }
  return text;
}

}  // namespace

std::string table_of(const Signature& signature, const CallPlan& plan) {
  Table table(plan);
  for (std::size_t i = 0; i < plan.arguments.size(); i++) {
    const Parameter& parameter = signature.parameters[i];
    const bool is_extra = signature.variadic && i >= signature.fixed_count;
    std::string who = fmt::format("{} {}", i, is_extra ? "... " : "") + parameter.name;
    who.erase(who.find_last_not_of(' ') + 1);
    table.add(who, plan.arguments[i], false);
  }
  table.add("result", plan.result, true);
  return fmt::format("{}\n{}: {}\n\n{}\n{}", to_text(signature), name_of(plan.abi),
                     document_of(plan.abi), table.text(), notes(plan));
}

}  // namespace banter::abi
