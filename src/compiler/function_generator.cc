#include "compiler/function_generator.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/scanner.h"

namespace banter::compiler {

using bytecode::Operation;

namespace {

// Larger brace arrays are filled element by element, so that they need no deep stack.
constexpr std::size_t kMaxBraceOnStack = 24;

bool is_super(const Node& node) {
  return node.kind == NodeKind::variable &&
         static_cast<const VariableNode&>(node).meaning == NameKind::super;
}

}  // namespace

void FunctionGenerator::fail(const Node& node, std::string message) const {
  // Of what is long, the first line is enough.
  const std::string_view text = source_.text.substr(node.begin, node.end - node.begin);
  const std::size_t length = std::min(text.find('\n'), text.size());
  throw Failure{error_at(source_, node.begin, length, std::move(message))};
}

// -- the frame --

void FunctionGenerator::call_primitive(std::uint16_t number, const Variable* error_variable) {
  assembler_.call_primitive(
      number, error_variable == nullptr ? std::nullopt : std::optional(error_variable->slot));
}

void FunctionGenerator::body(Want last) {
  enter_region(*function_.region);
  const std::span<Node*> nodes = function_.node->statements;
  if (last == Want::effect) {
    for (Node* node : nodes) visit(*node, Want::effect);
    assembler_.plain(Operation::return_receiver);
    return;
  }
  statements(nodes, last);
}

void FunctionGenerator::finish(Code& code) {
  const std::size_t temps =
      function_.arguments.size() + function_.copied.size() + function_.locals.size();
  const std::size_t slots = temps + assembler_.max_depth();
  if (slots > bytecode::kLargeFrameSlots) {
    fail(*function_.node,
         fmt::format("this needs {} slots for variables and intermediate results, more than {}",
                     slots, bytecode::kLargeFrameSlots));
  }
  if (literals_.is_full()) fail(*function_.node, "more than 32767 literals");
  code.num_args = static_cast<std::uint8_t>(function_.arguments.size());
  code.num_temps = static_cast<std::uint8_t>(temps);
  code.max_stack = static_cast<std::uint16_t>(assembler_.max_depth());
  code.large_frame = slots > bytecode::kSmallFrameSlots;
  for (const auto* group : {&function_.arguments, &function_.copied, &function_.locals}) {
    for (const Variable* variable : *group) code.temp_names.push_back(variable->name);
  }
  if (!assembler_.finish(code.bytecodes, code.positions)) {
    fail(*function_.node, "a conditional or a loop here is too long for a jump");
  }
  code.literals = std::move(literals_.literals());
}

std::uint32_t FunctionGenerator::slot_of(const Variable& holder) const {
  if (holder.function == &function_) return holder.slot;
  const auto& copied = function_.copied;
  const auto found = std::find(copied.begin(), copied.end(), &holder);
  return static_cast<std::uint32_t>(function_.arguments.size() + (found - copied.begin()));
}

void FunctionGenerator::push_local(const Variable& variable) {
  if (variable.is_remote) {
    assembler_.remote(Operation::push_remote_temp, variable.slot,
                      slot_of(*variable.region->vector));
  } else {
    assembler_.indexed(Operation::push_temp, slot_of(variable));
  }
}

void FunctionGenerator::store_local(const Variable& variable, bool pop) {
  if (variable.is_remote) {
    assembler_.remote(pop ? Operation::pop_into_remote_temp : Operation::store_into_remote_temp,
                      variable.slot, slot_of(*variable.region->vector));
  } else {
    assembler_.indexed(pop ? Operation::pop_into_temp : Operation::store_into_temp,
                       slot_of(variable));
  }
}

// Contexts look at their frame only in the forms with an operand byte.
void FunctionGenerator::receiver_variable(Operation operation, std::uint32_t index) {
  if (instances_are_contexts_) {
    assembler_.indexed_long(operation, index);
  } else {
    assembler_.indexed(operation, index);
  }
}

void FunctionGenerator::enter_region(const Region& region) {
  if (region.vector == nullptr) return;
  assembler_.push_array(static_cast<std::uint32_t>(region.remote.size()), false);
  assembler_.indexed(Operation::pop_into_temp, region.vector->slot);
}

// Temporaries of a block that runs again are nil each time.
void FunctionGenerator::clear_temporaries(const BlockNode& block) {
  if (!block.region->is_loop_body) return;
  for (const Declaration& declaration : block.temporaries) {
    const Variable& variable = *declaration.variable;
    if (variable.is_remote || variable.begins_with_assignment || !variable.is_used) continue;
    assembler_.plain(Operation::push_nil);
    store_local(variable, true);
  }
}

// -- values --

// What the stack's top is wanted for.
void FunctionGenerator::deliver(Want want) {
  switch (want) {
    case Want::value:
      break;
    case Want::effect:
      assembler_.plain(Operation::pop);
      break;
    case Want::method_return:
      assembler_.plain(Operation::return_top);
      break;
    case Want::block_return:
      assembler_.plain(Operation::block_return_top);
      break;
  }
}

void FunctionGenerator::visit_constant(Operation push, Operation method_return, Want want) {
  if (want == Want::effect) return;
  if (want == Want::method_return) {
    assembler_.plain(method_return);
  } else if (want == Want::block_return && push == Operation::push_nil) {
    assembler_.plain(Operation::block_return_nil);
  } else {
    assembler_.plain(push);
    deliver(want);
  }
}

void FunctionGenerator::push_nil(Want want) {
  visit_constant(Operation::push_nil, Operation::return_nil, want);
}

void FunctionGenerator::push_variable(const VariableNode& node) {
  switch (node.meaning) {
    case NameKind::local:
      push_local(*node.variable);
      break;
    case NameKind::receiver_variable:
      receiver_variable(Operation::push_receiver_variable, node.index);
      break;
    case NameKind::binding:
      assembler_.indexed(Operation::push_literal_variable, literals_.add({node.binding}));
      break;
    case NameKind::this_context:
      assembler_.pseudo_variable(bytecode::kPseudoThisContext);
      break;
    case NameKind::this_process:
      assembler_.pseudo_variable(bytecode::kPseudoThisProcess);
      break;
    default:
      assembler_.plain(Operation::push_receiver);
      break;
  }
}

void FunctionGenerator::visit_variable(const VariableNode& node, Want want) {
  switch (node.meaning) {
    case NameKind::nil:
      push_nil(want);
      return;
    case NameKind::true_:
      visit_constant(Operation::push_true, Operation::return_true, want);
      return;
    case NameKind::false_:
      visit_constant(Operation::push_false, Operation::return_false, want);
      return;
    case NameKind::self:
    case NameKind::super:
      visit_constant(Operation::push_receiver, Operation::return_receiver, want);
      return;
    default:
      break;
  }
  if (want == Want::effect || !assembler_.is_reachable()) return;
  push_variable(node);
  deliver(want);
}

void FunctionGenerator::push_literal(const Literal& literal) {
  if (const auto* integer = std::get_if<Integer>(&literal.value); integer && integer->is_small()) {
    const std::int64_t value = integer->small_value();
    if (value >= bytecode::kMinInteger && value <= bytecode::kMaxInteger) {
      assembler_.immediate(Operation::push_integer, static_cast<std::int32_t>(value));
      return;
    }
  }
  if (const auto* character = std::get_if<Character>(&literal.value);
      character && character->code_point <= bytecode::kMaxInteger) {
    assembler_.immediate(Operation::push_character,
                         static_cast<std::int32_t>(character->code_point));
    return;
  }
  if (!assembler_.is_reachable()) return;
  assembler_.indexed(Operation::push_literal, literals_.add(literal));
}

void FunctionGenerator::visit_literal(const LiteralNode& node, Want want) {
  if (want == Want::effect) return;
  push_literal(node.value);
  deliver(want);
}

void FunctionGenerator::visit_assignment(AssignmentNode& node, Want want) {
  visit(*node.value, Want::value);
  if (!assembler_.is_reachable()) return;
  const VariableNode& target = *node.target;
  const bool pop = want == Want::effect;
  assembler_.set_source_offset(node.begin);
  switch (target.meaning) {
    case NameKind::local:
      store_local(*target.variable, pop);
      break;
    case NameKind::receiver_variable:
      receiver_variable(
          pop ? Operation::pop_into_receiver_variable : Operation::store_into_receiver_variable,
          target.index);
      break;
    default:
      assembler_.indexed(
          pop ? Operation::pop_into_literal_variable : Operation::store_into_literal_variable,
          literals_.add({target.binding}));
      break;
  }
  if (!pop) deliver(want);
}

void FunctionGenerator::visit_return(ReturnNode& node) {
  visit(*node.value, Want::method_return);
}

void FunctionGenerator::visit_block(const BlockNode& node, Want want) {
  if (want == Want::effect) return;
  const Function& inner = *node.function;
  for (const Variable* copied : inner.copied) {
    assembler_.indexed(Operation::push_temp, slot_of(*copied));
  }
  const std::uint32_t literal =
      literals_.add_unshared({generate_block(inner, source_, instances_are_contexts_)});
  assembler_.push_closure(literal, static_cast<std::uint32_t>(inner.copied.size()),
                          !inner.needs_home);
  deliver(want);
}

void FunctionGenerator::visit_brace(BraceNode& node, Want want) {
  if (node.elements.size() > kMaxBraceOnStack) {
    fill_brace(node);
  } else {
    for (Node* element : node.elements) visit(*element, Want::value);
    assembler_.push_array(static_cast<std::uint32_t>(node.elements.size()), true);
  }
  deliver(want);
}

void FunctionGenerator::fill_brace(BraceNode& node) {
  const std::size_t size = node.elements.size();
  if (size <= bytecode::kMaxArrayElements) {
    assembler_.push_array(static_cast<std::uint32_t>(size), false);
  } else {
    if (!node.needs_array_class) fail(node, "an array of this size needs the class Array");
    assembler_.indexed(Operation::push_literal_variable, literals_.add({node.array_class}));
    push_literal({Integer::from(static_cast<std::int64_t>(size))});
    send_selector("new:", 1);
  }
  for (std::size_t i = 0; i < size && assembler_.is_reachable(); ++i) {
    assembler_.plain(Operation::duplicate);
    push_literal({Integer::from(static_cast<std::int64_t>(i + 1))});
    visit(*node.elements[i], Want::value);
    send_selector("at:put:", 2);
    assembler_.plain(Operation::pop);
  }
}

void FunctionGenerator::send_selector(std::string_view selector, std::uint32_t arguments) {
  if (!assembler_.is_reachable()) return;
  const int special = bytecode::special_selector_index(selector);
  if (special >= 0) {
    assembler_.special_send(static_cast<std::uint32_t>(special));
  } else {
    assembler_.send(Operation::send, literals_.add_symbol(selector), arguments);
  }
}

void FunctionGenerator::send(const MessageNode& node, bool to_super) {
  if (!assembler_.is_reachable()) return;
  const auto arguments = static_cast<std::uint32_t>(node.arguments.size());
  assembler_.set_source_offset(node.selector_begin);
  if (!to_super) {
    send_selector(node.selector, arguments);
    return;
  }
  const std::uint32_t selector = literals_.add_symbol(node.selector);
  if (function_.outer == nullptr) {
    assembler_.send(Operation::super_send, selector, arguments);
    return;
  }
  // A block's last literal is no class, so the class is pushed.
  assembler_.indexed(Operation::push_literal_variable, literals_.add({ClassBinding{}}));
  assembler_.send(Operation::directed_super_send, selector, arguments);
}

void FunctionGenerator::visit_arguments_and_send(MessageNode& node, bool to_super) {
  for (Node* argument : node.arguments) visit(*argument, Want::value);
  send(node, to_super);
}

// The receivers of a chain of plain messages are visited in a loop: the stack stays flat.
void FunctionGenerator::visit_message(MessageNode& outermost, Want want) {
  if (outermost.inlining != Inlining::none) {
    visit_inlined(outermost, want);
    return;
  }
  std::vector<MessageNode*> chain;
  Node* receiver = &outermost;
  while (receiver->kind == NodeKind::message &&
         receiver->as<MessageNode>().inlining == Inlining::none) {
    chain.push_back(&receiver->as<MessageNode>());
    receiver = chain.back()->receiver;
  }
  visit(*receiver, Want::value);
  for (auto it = chain.rbegin(); it != chain.rend(); ++it) {
    visit_arguments_and_send(**it, is_super(*(*it)->receiver));
  }
  deliver(want);
}

void FunctionGenerator::visit_cascade(CascadeNode& node, Want want) {
  const bool to_super = is_super(*node.receiver);
  visit(*node.receiver, Want::value);
  for (std::size_t i = 0; i < node.messages.size(); ++i) {
    const bool is_last = i + 1 == node.messages.size();
    if (!is_last) assembler_.plain(Operation::duplicate);
    visit_arguments_and_send(*node.messages[i], to_super);
    if (!is_last) assembler_.plain(Operation::pop);
  }
  deliver(want);
}

void FunctionGenerator::visit(Node& node, Want want) {
  if (!assembler_.is_reachable()) return;
  assembler_.set_source_offset(node.begin);
  switch (node.kind) {
    case NodeKind::variable:
      visit_variable(node.as<VariableNode>(), want);
      break;
    case NodeKind::literal:
      visit_literal(node.as<LiteralNode>(), want);
      break;
    case NodeKind::assignment:
      visit_assignment(node.as<AssignmentNode>(), want);
      break;
    case NodeKind::message:
      visit_message(node.as<MessageNode>(), want);
      break;
    case NodeKind::cascade:
      visit_cascade(node.as<CascadeNode>(), want);
      break;
    case NodeKind::block:
      visit_block(node.as<BlockNode>(), want);
      break;
    case NodeKind::brace:
      visit_brace(node.as<BraceNode>(), want);
      break;
    case NodeKind::return_:
      visit_return(node.as<ReturnNode>());
      break;
  }
}

// All but the last for their effect; no statement at all is nil.
void FunctionGenerator::statements(std::span<Node*> nodes, Want last) {
  if (nodes.empty()) {
    push_nil(last);
    return;
  }
  for (Node* node : nodes.first(nodes.size() - 1)) visit(*node, Want::effect);
  visit(*nodes.back(), last);
}

std::shared_ptr<BlockCode> generate_block(const Function& function, const SourceText& source,
                                          bool instances_are_contexts) {
  auto code = std::make_shared<BlockCode>();
  FunctionGenerator generator(function, source, instances_are_contexts);
  generator.body(Want::block_return);
  generator.finish(*code);
  code->num_copied = static_cast<std::uint8_t>(function.copied.size());
  code->needs_home = function.needs_home;
  code->literals.push_back({OuterCode{}});
  return code;
}

}  // namespace banter::compiler
