// assembler.h -- instructions with labels: jumps get their lengths, the operand stack is counted.
//
// Behind an unconditional jump or a return nothing is written until a label is bound that some jump
// reaches.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "bytecode/encoder.h"
#include "compiler/code.h"

namespace banter::compiler {

struct Label {
  std::uint32_t index;
};

class Assembler {
 public:
  using Operation = bytecode::Operation;

  bool is_reachable() const { return is_reachable_; }
  std::uint32_t max_depth() const { return max_depth_; }

  // The source byte that the following instructions belong to.
  void set_source_offset(std::uint32_t offset) { source_offset_ = offset; }

  void plain(Operation operation);
  void indexed(Operation operation, std::uint32_t index);
  void indexed_long(Operation operation, std::uint32_t index);
  void immediate(Operation operation, std::int32_t value);
  void pseudo_variable(std::uint8_t which);
  void send(Operation operation, std::uint32_t selector, std::uint32_t arguments);
  void special_send(std::uint32_t index);
  void push_array(std::uint32_t count, bool pops_elements);
  void push_closure(std::uint32_t literal, std::uint32_t copied, bool ignores_outer);
  void remote(Operation operation, std::uint32_t index, std::uint32_t temp);
  // Writes callPrimitive and, if there is an `error_temp`, the store behind it that is never
  // executed: a failing primitive looks at it to learn which temporary takes the error.
  void call_primitive(std::uint16_t number, std::optional<std::uint32_t> error_temp);

  Label new_label();
  // jump, jump_if_true, jump_if_false.
  void jump(Operation operation, Label target);
  void bind(Label label);

  // Writes bytes and positions. Answers false if a jump is too long for its operand.
  bool finish(std::vector<std::uint8_t>& bytes, std::vector<PositionEntry>& positions) const;

 private:
  enum class ItemKind : std::uint8_t { bytes, jump, label };
  struct Item {
    ItemKind kind;
    Operation operation;      // of a jump
    std::uint32_t label = 0;  // of a jump or a label
    std::uint32_t begin = 0;  // of bytes, in raw_
    std::uint32_t end = 0;
    std::uint32_t source_offset = 0;
  };
  struct Placed {
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
    std::int32_t distance = 0;  // of a jump
    std::size_t target = 0;     // the item that a jump goes to
  };
  struct LabelState {
    bool is_used = false;
    std::uint32_t depth = 0;
  };

  // Runs `write` with an encoder, unless the place is unreachable, and counts the stack.
  template <class Write>
  void emit(Operation operation, std::uint32_t more_pops, Write write);
  void count(std::uint32_t pops, std::uint32_t pushes);
  std::vector<std::size_t> label_items() const;
  std::size_t final_target(std::size_t jump, const std::vector<std::size_t>& labels) const;
  std::vector<Placed> place() const;

  std::vector<Item> items_;
  std::vector<std::uint8_t> raw_;
  std::vector<LabelState> labels_;
  std::uint32_t depth_ = 0;
  std::uint32_t max_depth_ = 0;
  std::uint32_t source_offset_ = 0;
  bool is_reachable_ = true;
};

}  // namespace banter::compiler
