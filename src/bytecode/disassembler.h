// disassembler.h -- bytecodes as text, one line each: `25 <4C> self`.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "bytecode/decoder.h"

namespace banter::bytecode {

// How the operands that the bytecodes only number are printed.
struct OperandNames {
  // Text of a literal; a bare index is printed when there is no function.
  std::function<std::string(std::uint32_t)> literal;
  // Name of a receiver variable.
  std::function<std::string(std::uint32_t)> receiver_variable;
};

// The text of one instruction without its bytes, such as `send: printOn:`. Jump targets are printed
// relative to `first_pc`, the pc of the first byte of the code.
std::string describe(const Instruction& instruction, const OperandNames& names,
                     std::uint32_t first_pc = 0);

// Every instruction of `code`, one a line, each with its pc (the first byte has `first_pc`) and its
// bytes. An instruction cut off by the end of the code is printed as `truncated`.
std::string disassemble(std::span<const std::uint8_t> code, const OperandNames& names,
                        std::uint32_t first_pc = 0);

}  // namespace banter::bytecode
