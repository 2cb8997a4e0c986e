#include "compiler/assembler.h"

#include <algorithm>

#include "base/check.h"

namespace banter::compiler {

using bytecode::Encoder;
using bytecode::info_of;
using bytecode::Operation;

void Assembler::count(std::uint32_t pops, std::uint32_t pushes) {
  BANTER_CHECK(depth_ >= pops, "{} {}", depth_, pops);
  depth_ += pushes - pops;
  max_depth_ = std::max(max_depth_, depth_);
}

template <class Write>
void Assembler::emit(Operation operation, std::uint32_t more_pops, Write write) {
  if (!is_reachable_) return;
  Item item{ItemKind::bytes, operation, 0, static_cast<std::uint32_t>(raw_.size()), 0,
            source_offset_};
  Encoder encoder(raw_);
  write(encoder);
  item.end = static_cast<std::uint32_t>(raw_.size());
  items_.push_back(item);
  count(info_of(operation).pops + more_pops, info_of(operation).pushes);
  if (operation >= Operation::return_receiver && operation <= Operation::block_return_top) {
    is_reachable_ = false;
  }
}

void Assembler::plain(Operation operation) {
  emit(operation, 0, [&](Encoder& encoder) { encoder.plain(operation); });
}

void Assembler::indexed(Operation operation, std::uint32_t index) {
  emit(operation, 0, [&](Encoder& encoder) { encoder.indexed(operation, index); });
}

void Assembler::indexed_long(Operation operation, std::uint32_t index) {
  emit(operation, 0, [&](Encoder& encoder) { encoder.indexed_long(operation, index); });
}

void Assembler::immediate(Operation operation, std::int32_t value) {
  emit(operation, 0, [&](Encoder& encoder) { encoder.immediate(operation, value); });
}

void Assembler::pseudo_variable(std::uint8_t which) {
  emit(Operation::push_pseudo_variable, 0,
       [&](Encoder& encoder) { encoder.pseudo_variable(which); });
}

void Assembler::send(Operation operation, std::uint32_t selector, std::uint32_t arguments) {
  emit(operation, arguments,
       [&](Encoder& encoder) { encoder.send(operation, selector, arguments); });
}

void Assembler::special_send(std::uint32_t index) {
  emit(Operation::send_special, bytecode::kSpecialSelectors[index].arguments,
       [&](Encoder& encoder) { encoder.special_send(index); });
}

void Assembler::push_array(std::uint32_t count, bool pops_elements) {
  emit(Operation::push_array, pops_elements ? count : 0,
       [&](Encoder& encoder) { encoder.push_array(count, pops_elements); });
}

void Assembler::push_closure(std::uint32_t literal, std::uint32_t copied, bool ignores_outer) {
  emit(Operation::push_closure, copied,
       [&](Encoder& encoder) { encoder.push_closure(literal, copied, ignores_outer); });
}

void Assembler::remote(Operation operation, std::uint32_t index, std::uint32_t temp) {
  emit(operation, 0, [&](Encoder& encoder) { encoder.remote(operation, index, temp); });
}

void Assembler::call_primitive(std::uint16_t number, std::optional<std::uint32_t> error_temp) {
  emit(Operation::call_primitive, 0, [&](Encoder& encoder) {
    encoder.call_primitive(number);
    if (error_temp) encoder.indexed(Operation::store_into_temp, *error_temp);
  });
}

Label Assembler::new_label() {
  labels_.emplace_back();
  return {static_cast<std::uint32_t>(labels_.size() - 1)};
}

void Assembler::jump(Operation operation, Label target) {
  if (!is_reachable_) return;
  count(info_of(operation).pops, 0);
  items_.push_back({ItemKind::jump, operation, target.index, 0, 0, source_offset_});
  labels_[target.index].is_used = true;
  labels_[target.index].depth = depth_;
  if (operation == Operation::jump) is_reachable_ = false;
}

void Assembler::bind(Label label) {
  LabelState& state = labels_[label.index];
  if (!is_reachable_ && !state.is_used) return;
  // Paths that meet must agree on the depth.
  BANTER_CHECK(!is_reachable_ || !state.is_used || state.depth == depth_, "{} {}", state.depth,
               depth_);
  if (!is_reachable_) depth_ = state.depth;
  is_reachable_ = true;
  items_.push_back({ItemKind::label, Operation::nop, label.index, 0, 0, source_offset_});
}

std::vector<std::size_t> Assembler::label_items() const {
  std::vector<std::size_t> result(labels_.size(), items_.size());
  for (std::size_t i = 0; i < items_.size(); ++i) {
    if (items_[i].kind == ItemKind::label) result[items_[i].label] = i;
  }
  return result;
}

// Where the jump `jump` ends up if the jumps it leads to are followed. A conditional jump must go
// forward, and a ring of jumps leads nowhere.
std::size_t Assembler::final_target(std::size_t jump,
                                    const std::vector<std::size_t>& labels) const {
  std::size_t target = labels[items_[jump].label];
  for (int steps = 0; steps < 16; ++steps) {
    std::size_t next = target;
    while (next < items_.size() && items_[next].kind == ItemKind::label) ++next;
    if (next == items_.size() || next == jump || items_[next].kind != ItemKind::jump ||
        items_[next].operation != Operation::jump) {
      break;
    }
    const std::size_t further = labels[items_[next].label];
    if (items_[jump].operation != Operation::jump && further < jump) break;
    target = further;
  }
  return target;
}

// Jumps begin as short as can be and grow until all of them reach. None shrinks again, so this
// ends.
std::vector<Assembler::Placed> Assembler::place() const {
  const std::vector<std::size_t> labels = label_items();
  std::vector<Placed> placed(items_.size() + 1);
  for (std::size_t i = 0; i < items_.size(); ++i) {
    placed[i].length = items_[i].end - items_[i].begin;
    if (items_[i].kind != ItemKind::jump) continue;
    placed[i].target = final_target(i, labels);
    // Backward jumps always need the prefix; a condition always needs to be popped.
    if (placed[i].target <= i) {
      placed[i].length = 4;
    } else {
      placed[i].length = items_[i].operation == Operation::jump ? 0 : 1;
    }
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      placed[i + 1].offset = placed[i].offset + placed[i].length;
    }
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (items_[i].kind != ItemKind::jump) continue;
      Placed& jump = placed[i];
      const auto target = static_cast<std::int64_t>(placed[jump.target].offset);
      jump.distance = static_cast<std::int32_t>(target - jump.offset - jump.length);
      // A jump to the next instruction is no instruction, unless it has a condition to pop.
      const bool is_empty = jump.distance == 0 && items_[i].operation == Operation::jump;
      const std::uint32_t needed = is_empty ? 0 : Encoder::jump_length(jump.distance);
      if (needed <= jump.length) continue;
      jump.length = needed;
      changed = true;
    }
  }
  return placed;
}

bool Assembler::finish(std::vector<std::uint8_t>& bytes,
                       std::vector<PositionEntry>& positions) const {
  const std::vector<Placed> placed = place();
  Encoder encoder(bytes);
  for (std::size_t i = 0; i < items_.size(); ++i) {
    const Item& item = items_[i];
    if (placed[i].length == 0) continue;
    if (positions.empty() || positions.back().offset != item.source_offset) {
      positions.push_back({static_cast<std::uint32_t>(bytes.size()), item.source_offset});
    }
    if (item.kind == ItemKind::bytes) {
      bytes.insert(bytes.end(), raw_.begin() + item.begin, raw_.begin() + item.end);
      continue;
    }
    const std::int32_t distance = placed[i].distance;
    if (distance < bytecode::kMinJump || distance > bytecode::kMaxJump) return false;
    encoder.jump(item.operation, distance, placed[i].length);
  }
  return true;
}

}  // namespace banter::compiler
