#include <fmt/core.h>

#include "abi/classify.h"
#include "abi/piece_text.h"

namespace banter::abi {
namespace {

std::string describe(AbiName abi, const Placement& placement, bool is_result) {
  if (placement.pieces.empty()) return "nothing";
  std::string text;
  for (const Piece& piece : placement.pieces) {
    if (!text.empty()) text += ", ";
    if (placement.by_reference && text.empty()) text = "address in ";
    text += place_of(abi, piece, in_result_row(placement, is_result));
    const Bytes at = first_byte(piece);
    const Bytes size = byte_count(piece);
    const bool whole = at == Bytes{0} && size == placement.type.size;
    if (placement.by_reference || whole) continue;
    text += fmt::format(" bytes {}-{}", at.count, at.count + size.count - 1);
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
