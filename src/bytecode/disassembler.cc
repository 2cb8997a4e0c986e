#include "bytecode/disassembler.h"

#include <fmt/format.h>

namespace banter::bytecode {
namespace {

std::string literal_text(std::uint32_t index, const OperandNames& names) {
  return names.literal ? names.literal(index) : fmt::format("literal {}", index);
}

std::string send_text(const Instruction& instruction, const OperandNames& names) {
  const std::string_view mnemonic = info_of(instruction.operation).mnemonic;
  if (instruction.operation == Operation::send_special) {
    return fmt::format("{}: {}", mnemonic, kSpecialSelectors[instruction.index].name);
  }
  return fmt::format("{}: {}", mnemonic, literal_text(instruction.index, names));
}

std::string variable_text(const Instruction& instruction, const OperandNames& names) {
  const std::string_view mnemonic = info_of(instruction.operation).mnemonic;
  if (names.receiver_variable) {
    return fmt::format("{}: {}", mnemonic, names.receiver_variable(instruction.index));
  }
  return fmt::format("{}: {}", mnemonic, instruction.index);
}

std::string closure_text(const Instruction& instruction, const OperandNames& names) {
  return fmt::format("pushFullClosure: {} numCopied: {}{}{}",
                     literal_text(instruction.index, names), instruction.count,
                     instruction.ignores_outer ? " ignoreOuter" : "",
                     instruction.receiver_on_stack ? " receiverOnStack" : "");
}

std::string pseudo_text(const Instruction& instruction) {
  if (instruction.value == kPseudoThisContext) return "pushThisContext";
  if (instruction.value == kPseudoThisProcess) return "pushThisProcess";
  return fmt::format("pushPseudoVariable: {}", instruction.value);
}

}  // namespace

std::string describe(const Instruction& instruction, const OperandNames& names,
                     std::uint32_t first_pc) {
  const std::string_view mnemonic = info_of(instruction.operation).mnemonic;
  switch (instruction.operation) {
    case Operation::push_receiver_variable:
    case Operation::pop_into_receiver_variable:
    case Operation::store_into_receiver_variable:
      return variable_text(instruction, names);
    case Operation::push_literal_variable:
    case Operation::pop_into_literal_variable:
    case Operation::store_into_literal_variable:
    case Operation::push_literal:
      return fmt::format("{}: {}", mnemonic, literal_text(instruction.index, names));
    case Operation::push_temp:
    case Operation::pop_into_temp:
    case Operation::store_into_temp:
    case Operation::call_primitive:
    case Operation::inlined_primitive:
      return fmt::format("{}: {}", mnemonic, instruction.index);
    case Operation::push_integer:
      return fmt::format("{}: {}", mnemonic, instruction.value);
    case Operation::push_character:
      return fmt::format("{}: character {}", mnemonic, instruction.value);
    case Operation::push_pseudo_variable:
      return pseudo_text(instruction);
    case Operation::push_array:
      return fmt::format("{}: {}{}", mnemonic, instruction.count,
                         instruction.pops_elements ? " popped" : "");
    case Operation::push_closure:
      return closure_text(instruction, names);
    case Operation::push_remote_temp:
    case Operation::store_into_remote_temp:
    case Operation::pop_into_remote_temp:
      return fmt::format("{}: {} in: {}", mnemonic, instruction.index, instruction.count);
    case Operation::send_special:
    case Operation::send:
    case Operation::super_send:
    case Operation::directed_super_send:
      return send_text(instruction, names);
    case Operation::jump:
    case Operation::jump_if_true:
    case Operation::jump_if_false:
      return fmt::format("{}: {}", mnemonic, instruction.target + first_pc);
    case Operation::unassigned:
      return fmt::format("unassigned: {}", instruction.opcode);
    default:
      return std::string(mnemonic);
  }
}

std::string disassemble(std::span<const std::uint8_t> code, const OperandNames& names,
                        std::uint32_t first_pc) {
  std::string result;
  for (std::uint32_t pc = 0; pc < code.size();) {
    const auto instruction = decode(code, pc);
    const std::uint32_t end =
        instruction ? instruction->next_pc : static_cast<std::uint32_t>(code.size());
    std::string bytes;
    for (std::uint32_t i = pc; i < end; ++i) {
      bytes += fmt::format("{}{:02X}", i == pc ? "" : " ", code[i]);
    }
    result += fmt::format("{} <{}> {}\n", pc + first_pc, bytes,
                          instruction ? describe(*instruction, names, first_pc) : "truncated");
    pc = end;
  }
  return result;
}

}  // namespace banter::bytecode
