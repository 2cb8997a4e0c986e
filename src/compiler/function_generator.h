// function_generator.h -- the bytecodes of one method or one real block.
//
// A node is visited for what its value is needed for:
//
//   value          it is pushed
//   effect         nothing is left on the stack
//   method_return  it is returned from the method
//   block_return   it is the value of the block
#pragma once

#include <string>

#include "base/source_text.h"
#include "compiler/assembler.h"
#include "compiler/ast.h"
#include "compiler/literals.h"
#include "compiler/variables.h"

namespace banter::compiler {

enum class Want : std::uint8_t { value, effect, method_return, block_return };

class FunctionGenerator {
 public:
  FunctionGenerator(const Function& function, const SourceText& source, bool instances_are_contexts)
      : function_(function), source_(source), instances_are_contexts_(instances_are_contexts) {}

  // The first literal of a method with a named primitive.
  void reserve_literal(Literal literal) { literals_.add_unshared(std::move(literal)); }
  // Writes callPrimitive, and the store that receives the error.
  void call_primitive(std::uint16_t number, const Variable* error_variable);
  // Writes the statements; the last one's value is wanted for `last`.
  void body(Want last);
  // Fills in what methods and blocks have in common. Throws Failure at a limit.
  void finish(Code& code);

 private:
  using Operation = bytecode::Operation;

  [[noreturn]] void fail(const Node& node, std::string message) const;

  // Variables.
  std::uint32_t slot_of(const Variable& holder) const;
  void push_local(const Variable& variable);
  void store_local(const Variable& variable, bool pop);
  void receiver_variable(Operation operation, std::uint32_t index);
  void enter_region(const Region& region);
  void clear_temporaries(const BlockNode& block);

  // Values.
  void visit(Node& node, Want want);
  void deliver(Want want);
  void push_variable(const VariableNode& node);
  void push_literal(const Literal& literal);
  void push_nil(Want want);
  void visit_constant(Operation push, Operation method_return, Want want);
  void visit_variable(const VariableNode& node, Want want);
  void visit_literal(const LiteralNode& node, Want want);
  void visit_assignment(AssignmentNode& node, Want want);
  void visit_return(ReturnNode& node);
  void visit_block(const BlockNode& node, Want want);
  void visit_brace(BraceNode& node, Want want);
  void fill_brace(BraceNode& node);
  void visit_cascade(CascadeNode& node, Want want);
  void visit_message(MessageNode& node, Want want);
  void visit_arguments_and_send(MessageNode& node, bool to_super);
  void send(const MessageNode& node, bool to_super);
  void send_selector(std::string_view selector, std::uint32_t arguments);
  void statements(std::span<Node*> nodes, Want last);

  // Inlined messages (inlined_messages.cc).
  void visit_inlined(MessageNode& node, Want want);
  void inlined_block(Node& node, Want want);
  void open_inlined_block(const BlockNode& block);
  void branch(Node& condition, bool jump_if, Label target);
  void branch_block(Node& block, bool jump_if, Label target);
  void visit_if_true(MessageNode& node, Want want);
  void visit_if_nil(MessageNode& node, Want want);
  void visit_if_nil_only(MessageNode& node, Want want);
  void visit_and_or(MessageNode& node, Want want);
  void visit_while(MessageNode& node, Want want);
  void visit_repeat(MessageNode& node);
  void visit_times_repeat(MessageNode& node, Want want);
  void visit_to_do(MessageNode& node, Want want);
  void counting_loop(const Variable& counter, const Variable* limit, const Literal* limit_literal,
                     const Literal& step, MessageNode& node);
  void push_is_nil();

  const Function& function_;
  const SourceText& source_;
  bool instances_are_contexts_;
  Assembler assembler_;
  LiteralTable literals_;
};

// The code of a real block.
std::shared_ptr<BlockCode> generate_block(const Function& function, const SourceText& source,
                                          bool instances_are_contexts);

}  // namespace banter::compiler
