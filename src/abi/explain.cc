#include <fmt/core.h>

#include "abi/classify.h"
#include "abi/register_names.h"

namespace banter::abi {
namespace {

struct PieceText {
  AbiName abi;
  bool is_result;
  bool whole;  // the piece is the whole value

  std::string operator()(const InInt& piece) const {
    return name_of(abi, piece.reg, is_result) + bytes(piece.at, piece.size);
  }
  std::string operator()(const InFloat& piece) const {
    return name_of(abi, piece.reg, piece.size) + bytes(piece.at, piece.size);
  }
  std::string operator()(const OnStack& piece) const {
    return fmt::format("stack+{}", piece.offset.count) + bytes(piece.at, piece.size);
  }
  std::string operator()(const OnX87& piece) const {
    return fmt::format("st({})", piece.depth) + bytes(piece.at, piece.size);
  }
  std::string bytes(Bytes at, Bytes size) const {
    if (whole) return "";
    return fmt::format(" bytes {}-{}", at.count, at.count + size.count - 1);
  }
};

std::string describe(AbiName abi, const Placement& placement, bool is_result) {
  if (placement.pieces.empty()) return "nothing";
  std::string text;
  for (const Piece& piece : placement.pieces) {
    if (!text.empty()) text += ", ";
    if (placement.by_reference && text.empty()) text = "address in ";
    const bool whole = std::visit(
        [&](const auto& it) {
          if (placement.by_reference) return true;
          return it.at == Bytes{0} && it.size == placement.type.size;
        },
        piece);
    // The address of a result by reference comes where arguments do.
    const bool in_result_row = is_result && !placement.by_reference;
    text += std::visit(PieceText{abi, in_result_row, whole}, piece);
  }
  return text;
}

}  // namespace

std::string explain(const Signature& signature, const CallPlan& plan) {
  std::string text = to_text(signature) + "\n";
  for (std::size_t i = 0; i < plan.arguments.size(); i++) {
    text += fmt::format("  arg {:<3} {}\n", i, describe(plan.abi, plan.arguments[i], false));
  }
  text += fmt::format("  result  {}\n", describe(plan.abi, plan.result, true));
  if (plan.stack_size > Bytes{0})
    text += fmt::format("  stack   {} bytes\n", plan.stack_size.count);
  if (plan.callee_pops > Bytes{0})
    text += fmt::format("  pops    {} bytes\n", plan.callee_pops.count);
  if (plan.variadic && plan.abi == AbiName::sysv_x64) {
    text += fmt::format("  al      {}\n", plan.float_registers);
  }
  return text;
}

}  // namespace banter::abi
