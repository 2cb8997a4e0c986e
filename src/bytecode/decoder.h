// decoder.h -- one instruction with its prefixes, taken apart.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "bytecode/instructions.h"

namespace banter::bytecode {

struct Instruction {
  Operation operation = Operation::unassigned;
  std::uint8_t opcode = 0;
  std::uint32_t pc = 0;       // of the first byte, prefixes included
  std::uint32_t next_pc = 0;  // of the next instruction
  // index: variable, literal, temporary, special selector, primitive, element of a tempVector.
  std::uint32_t index = 0;
  // count: arguments of a send, elements of an array, copied values, the tempVector's temporary.
  std::uint32_t count = 0;
  std::int64_t value = 0;          // of an integer, character or pseudo variable
  std::int64_t target = 0;         // of a jump: pc; may lie outside the code if that is broken
  bool pops_elements = false;      // push_array: the elements are on the stack
  bool receiver_on_stack = false;  // push_closure
  bool ignores_outer = false;      // push_closure

  std::uint32_t pops() const;
  std::uint32_t pushes() const { return info_of(operation).pushes; }
  bool is_return() const {
    return operation >= Operation::return_receiver && operation <= Operation::block_return_top;
  }
  bool is_jump() const {
    return operation >= Operation::jump && operation <= Operation::jump_if_false;
  }
};

// The instruction at `pc` (0-based in `code`); nothing if the code ends inside it.
std::optional<Instruction> decode(std::span<const std::uint8_t> code, std::uint32_t pc);

}  // namespace banter::bytecode
