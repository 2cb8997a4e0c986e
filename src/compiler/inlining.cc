#include "compiler/inlining.h"

#include <unordered_map>

namespace banter::compiler {
namespace {

const BlockNode* block_with_arguments(const Node* node, std::size_t minimum, std::size_t maximum) {
  if (node == nullptr || node->kind != NodeKind::block) return nullptr;
  const auto* block = static_cast<const BlockNode*>(node);
  const std::size_t count = block->arguments.size();
  return count >= minimum && count <= maximum ? block : nullptr;
}

bool is_plain_block(const Node* node) {
  return block_with_arguments(node, 0, 0) != nullptr;
}

bool has_plain_blocks(const MessageNode& message) {
  for (const Node* argument : message.arguments) {
    if (!is_plain_block(argument)) return false;
  }
  return true;
}

bool is_zero(const Literal& number) {
  if (const auto* integer = std::get_if<Integer>(&number.value)) return integer->magnitude.empty();
  if (const auto* real = std::get_if<double>(&number.value)) return *real == 0;
  if (const auto* decimal = std::get_if<ScaledDecimal>(&number.value)) {
    return decimal->numerator.magnitude.empty();
  }
  return false;
}

bool can_inline_if_nil(const MessageNode& message) {
  const bool not_nil_first = message.selector.starts_with("ifNotNil:");
  for (std::size_t i = 0; i < message.arguments.size(); ++i) {
    const bool takes_value = (i == 0) == not_nil_first;
    if (block_with_arguments(message.arguments[i], 0, takes_value ? 1 : 0) == nullptr) return false;
  }
  return true;
}

bool can_inline_to_do(const MessageNode& message) {
  const Node* body = message.arguments.back();
  if (block_with_arguments(body, 1, 1) == nullptr) return false;
  if (message.arguments.size() == 2) return true;
  const Literal* step = number_literal(message.arguments[1]);
  return step != nullptr && !is_zero(*step);
}

const std::unordered_map<std::string_view, Inlining>& inlined_selectors() {
  static const std::unordered_map<std::string_view, Inlining> selectors = {
      {"ifTrue:", Inlining::if_true},
      {"ifFalse:", Inlining::if_true},
      {"ifTrue:ifFalse:", Inlining::if_true},
      {"ifFalse:ifTrue:", Inlining::if_true},
      {"ifNil:", Inlining::if_nil},
      {"ifNotNil:", Inlining::if_nil},
      {"ifNil:ifNotNil:", Inlining::if_nil},
      {"ifNotNil:ifNil:", Inlining::if_nil},
      {"and:", Inlining::and_},
      {"or:", Inlining::or_},
      {"whileTrue", Inlining::while_true},
      {"whileTrue:", Inlining::while_true},
      {"whileFalse", Inlining::while_false},
      {"whileFalse:", Inlining::while_false},
      {"repeat", Inlining::repeat},
      {"timesRepeat:", Inlining::times_repeat},
      {"to:do:", Inlining::to_do},
      {"to:by:do:", Inlining::to_do},
  };
  return selectors;
}

bool is_super(const Node* node) {
  return node->kind == NodeKind::variable &&
         static_cast<const VariableNode*>(node)->name == "super";
}

}  // namespace

Inlining inlining_of(const MessageNode& message) {
  const auto found = inlined_selectors().find(message.selector);
  if (found == inlined_selectors().end()) return Inlining::none;
  if (message.receiver == nullptr || is_super(message.receiver)) return Inlining::none;
  bool allowed = false;
  switch (found->second) {
    case Inlining::if_nil:
      allowed = can_inline_if_nil(message);
      break;
    case Inlining::to_do:
      allowed = can_inline_to_do(message);
      break;
    case Inlining::while_true:
    case Inlining::while_false:
    case Inlining::repeat:
      allowed = is_plain_block(message.receiver) && has_plain_blocks(message);
      break;
    default:
      allowed = has_plain_blocks(message);
      break;
  }
  return allowed ? found->second : Inlining::none;
}

const Literal* number_literal(const Node* node) {
  if (node->kind != NodeKind::literal) return nullptr;
  const Literal& literal = static_cast<const LiteralNode*>(node)->value;
  const bool is_number = std::holds_alternative<Integer>(literal.value) ||
                         std::holds_alternative<double>(literal.value) ||
                         std::holds_alternative<Fraction>(literal.value) ||
                         std::holds_alternative<ScaledDecimal>(literal.value);
  return is_number ? &literal : nullptr;
}

bool is_negative(const Literal& number) {
  if (const auto* integer = std::get_if<Integer>(&number.value)) return integer->negative;
  if (const auto* real = std::get_if<double>(&number.value)) return *real < 0;
  if (const auto* fraction = std::get_if<Fraction>(&number.value)) {
    return fraction->numerator.negative;
  }
  if (const auto* decimal = std::get_if<ScaledDecimal>(&number.value)) {
    return decimal->numerator.negative;
  }
  return false;
}

}  // namespace banter::compiler
