// inlined_messages.cc -- conditionals and loops, compiled as jumps.
#include "compiler/function_generator.h"
#include "compiler/inlining.h"

namespace banter::compiler {

using bytecode::Operation;

void FunctionGenerator::visit_inlined(MessageNode& node, Want want) {
  switch (node.inlining) {
    case Inlining::none:
      break;
    case Inlining::if_true:
      visit_if_true(node, want);
      break;
    case Inlining::if_nil:
      if (node.selector == "ifNil:") {
        visit_if_nil_only(node, want);
      } else {
        visit_if_nil(node, want);
      }
      break;
    case Inlining::and_:
    case Inlining::or_:
      visit_and_or(node, want);
      break;
    case Inlining::while_true:
    case Inlining::while_false:
      visit_while(node, want);
      break;
    case Inlining::repeat:
      visit_repeat(node);
      break;
    case Inlining::times_repeat:
      visit_times_repeat(node, want);
      break;
    case Inlining::to_do:
      visit_to_do(node, want);
      break;
  }
}

// A loop's body gets its tempVector and its nils each time.
void FunctionGenerator::open_inlined_block(const BlockNode& block) {
  if (!assembler_.is_reachable()) return;
  // A block inside a loop's body shares the region of the body, whose vector is made there.
  if (block.opens_region) enter_region(*block.region);
  clear_temporaries(block);
}

void FunctionGenerator::inlined_block(Node& node, Want want) {
  const auto& block = node.as<BlockNode>();
  open_inlined_block(block);
  statements(block.statements, want);
}

// -- conditions --

// Goes on if `condition` is not `jump_if`, jumps to `target` if it is.
void FunctionGenerator::branch(Node& condition, bool jump_if, Label target) {
  if (!assembler_.is_reachable()) return;
  if (condition.kind == NodeKind::message) {
    auto& message = condition.as<MessageNode>();
    if (message.inlining == Inlining::and_ || message.inlining == Inlining::or_) {
      // `and:` is decided by false, `or:` by true.
      const bool deciding = message.inlining == Inlining::or_;
      if (deciding == jump_if) {
        branch(*message.receiver, deciding, target);
        branch_block(*message.arguments[0], jump_if, target);
      } else {
        const Label decided = assembler_.new_label();
        branch(*message.receiver, deciding, decided);
        branch_block(*message.arguments[0], jump_if, target);
        assembler_.bind(decided);
      }
      return;
    }
  }
  if (condition.kind == NodeKind::variable) {
    const NameKind meaning = condition.as<VariableNode>().meaning;
    if (meaning == NameKind::true_ || meaning == NameKind::false_) {
      if ((meaning == NameKind::true_) == jump_if) assembler_.jump(Operation::jump, target);
      return;
    }
  }
  visit(condition, Want::value);
  assembler_.jump(jump_if ? Operation::jump_if_true : Operation::jump_if_false, target);
}

// The same for the value of an inlined block.
void FunctionGenerator::branch_block(Node& node, bool jump_if, Label target) {
  const auto& block = node.as<BlockNode>();
  if (!assembler_.is_reachable()) return;
  open_inlined_block(block);
  if (block.statements.empty()) {
    push_nil(Want::value);
    assembler_.jump(jump_if ? Operation::jump_if_true : Operation::jump_if_false, target);
    return;
  }
  for (Node* statement : block.statements.first(block.statements.size() - 1)) {
    visit(*statement, Want::effect);
  }
  branch(*block.statements.back(), jump_if, target);
}

void FunctionGenerator::visit_if_true(MessageNode& node, Want want) {
  const bool true_first = node.selector.starts_with("ifTrue:");
  Node* first = node.arguments[0];
  Node* second = node.arguments.size() > 1 ? node.arguments[1] : nullptr;
  const Label otherwise = assembler_.new_label();
  branch(*node.receiver, !true_first, otherwise);
  inlined_block(*first, want);
  if (second == nullptr && want == Want::effect) {
    assembler_.bind(otherwise);
    return;
  }
  // After a return there is nothing to jump over.
  const Label end = assembler_.new_label();
  assembler_.jump(Operation::jump, end);
  assembler_.bind(otherwise);
  if (second != nullptr) {
    if (assembler_.is_reachable()) inlined_block(*second, want);
  } else {
    push_nil(want);
  }
  assembler_.bind(end);
}

void FunctionGenerator::visit_and_or(MessageNode& node, Want want) {
  const bool deciding = node.inlining == Inlining::or_;
  const Label decided = assembler_.new_label();
  branch(*node.receiver, deciding, decided);
  inlined_block(*node.arguments[0], want);
  if (want == Want::effect) {
    assembler_.bind(decided);
    return;
  }
  const Label end = assembler_.new_label();
  assembler_.jump(Operation::jump, end);
  assembler_.bind(decided);
  if (deciding) {
    visit_constant(Operation::push_true, Operation::return_true, want);
  } else {
    visit_constant(Operation::push_false, Operation::return_false, want);
  }
  assembler_.bind(end);
}

void FunctionGenerator::push_is_nil() {
  assembler_.plain(Operation::push_nil);
  send_selector("==", 1);
}

void FunctionGenerator::visit_if_nil_only(MessageNode& node, Want want) {
  visit(*node.receiver, Want::value);
  const Label end = assembler_.new_label();
  if (want != Want::effect) assembler_.plain(Operation::duplicate);
  push_is_nil();
  assembler_.jump(Operation::jump_if_false, end);
  if (want != Want::effect) assembler_.plain(Operation::pop);
  inlined_block(*node.arguments[0], want);
  assembler_.bind(end);
  if (want == Want::effect || !assembler_.is_reachable()) return;
  deliver(want);
}

// ifNotNil: ifNil:ifNotNil: ifNotNil:ifNil:
void FunctionGenerator::visit_if_nil(MessageNode& node, Want want) {
  const bool not_nil_first = node.selector.starts_with("ifNotNil:");
  Node* not_nil = not_nil_first ? node.arguments[0] : node.arguments[1];
  Node* nil = node.arguments.size() < 2 ? nullptr : node.arguments[not_nil_first ? 1 : 0];
  const auto& block = not_nil->as<BlockNode>();
  visit(*node.receiver, Want::value);
  if (!block.arguments.empty() && assembler_.is_reachable()) {
    store_local(*block.arguments[0].variable, false);
  }
  push_is_nil();
  const Label is_nil = assembler_.new_label();
  const Label end = assembler_.new_label();
  assembler_.jump(Operation::jump_if_true, is_nil);
  inlined_block(*not_nil, want);
  if (nil == nullptr && want == Want::effect) {
    assembler_.bind(is_nil);
    return;
  }
  assembler_.jump(Operation::jump, end);
  assembler_.bind(is_nil);
  if (nil != nullptr) {
    if (assembler_.is_reachable()) inlined_block(*nil, want);
  } else {
    push_nil(want);
  }
  assembler_.bind(end);
}

// -- loops --

void FunctionGenerator::visit_while(MessageNode& node, Want want) {
  const bool goes_on_if = node.inlining == Inlining::while_true;
  const Label start = assembler_.new_label();
  const Label end = assembler_.new_label();
  assembler_.bind(start);
  branch_block(*node.receiver, !goes_on_if, end);
  if (!node.arguments.empty()) inlined_block(*node.arguments[0], Want::effect);
  assembler_.set_source_offset(node.selector_begin);
  assembler_.jump(Operation::jump, start);
  assembler_.bind(end);
  push_nil(want);
}

void FunctionGenerator::visit_repeat(MessageNode& node) {
  const Label start = assembler_.new_label();
  assembler_.bind(start);
  inlined_block(*node.receiver, Want::effect);
  assembler_.set_source_offset(node.selector_begin);
  assembler_.jump(Operation::jump, start);
}

// Runs the body while the counter has not passed the limit, which is in a variable or a literal.
void FunctionGenerator::counting_loop(const Variable& counter, const Variable* limit,
                                      const Literal* limit_literal, const Literal& step,
                                      MessageNode& node) {
  const Label start = assembler_.new_label();
  const Label end = assembler_.new_label();
  assembler_.bind(start);
  assembler_.set_source_offset(node.selector_begin);
  push_local(counter);
  if (limit != nullptr) {
    push_local(*limit);
  } else {
    push_literal(*limit_literal);
  }
  send_selector(is_negative(step) ? ">=" : "<=", 1);
  assembler_.jump(Operation::jump_if_false, end);
  inlined_block(*node.arguments.back(), Want::effect);
  assembler_.set_source_offset(node.selector_begin);
  if (assembler_.is_reachable()) {
    push_local(counter);
    push_literal(step);
    send_selector("+", 1);
    store_local(counter, true);
  }
  assembler_.jump(Operation::jump, start);
  assembler_.bind(end);
}

void FunctionGenerator::visit_times_repeat(MessageNode& node, Want want) {
  const Literal* times = number_literal(node.receiver);
  const Literal one{Integer::from(1)};
  if (times == nullptr || want != Want::effect) visit(*node.receiver, Want::value);
  if (times == nullptr) {
    if (want != Want::effect) assembler_.plain(Operation::duplicate);
    store_local(*node.limit, true);
  }
  push_literal(one);
  store_local(*node.counter, true);
  counting_loop(*node.counter, node.limit, times, one, node);
  if (want != Want::effect && assembler_.is_reachable()) deliver(want);
}

void FunctionGenerator::visit_to_do(MessageNode& node, Want want) {
  const auto& body = node.arguments.back()->as<BlockNode>();
  const Variable& counter = *body.arguments[0].variable;
  const Literal one{Integer::from(1)};
  const Literal* limit = number_literal(node.arguments[0]);
  const Literal* step = node.arguments.size() == 3 ? number_literal(node.arguments[1]) : &one;
  visit(*node.receiver, Want::value);
  if (want != Want::effect) assembler_.plain(Operation::duplicate);
  store_local(counter, true);
  if (limit == nullptr) {
    visit(*node.arguments[0], Want::value);
    store_local(*node.limit, true);
  }
  counting_loop(counter, node.limit, limit, *step, node);
  if (want != Want::effect && assembler_.is_reachable()) deliver(want);
}

}  // namespace banter::compiler
