#include "abi/piece_text.h"

#include <fmt/core.h>

#include "abi/register_names.h"

namespace banter::abi {
namespace {

struct PlaceName {
  AbiName abi;
  bool in_results;

  std::string operator()(const InInt& piece) const { return name_of(abi, piece.reg, in_results); }
  std::string operator()(const InFloat& piece) const { return name_of(abi, piece.reg, piece.size); }
  std::string operator()(const OnStack& piece) const {
    return fmt::format("stack+{}", piece.offset.count);
  }
  std::string operator()(const OnX87& piece) const { return fmt::format("st({})", piece.depth); }
};

}  // namespace

bool in_result_row(const Placement& placement, bool is_result) {
  return is_result && !placement.by_reference;
}

std::string place_of(AbiName abi, const Piece& piece, bool in_results) {
  return std::visit(PlaceName{abi, in_results}, piece);
}

Bytes first_byte(const Piece& piece) {
  return std::visit([](const auto& it) { return it.at; }, piece);
}

Bytes byte_count(const Piece& piece) {
  return std::visit([](const auto& it) { return it.size; }, piece);
}

std::string byte_range(Bytes first, Bytes count) {
  if (count == Bytes{0}) return "none";
  if (count == Bytes{1}) return std::to_string(first.count);
  return fmt::format("{}-{}", first.count, first.count + count.count - 1);
}

}  // namespace banter::abi
