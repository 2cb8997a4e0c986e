#include "bytecode/decoder.h"

namespace banter::bytecode {
namespace {

struct Extensions {
  std::uint32_t a = 0;
  std::int32_t b = 0;  // keeps the low 32 bits of what absurdly many prefixes say
  bool any_b = false;

  void add_a(std::uint8_t byte) { a = a << 8 | byte; }
  void add_b(std::uint8_t byte) {
    b = any_b ? static_cast<std::int32_t>(static_cast<std::uint32_t>(b) << 8 | byte)
              : static_cast<std::int8_t>(byte);
    any_b = true;
  }
};

void decode_send(Instruction& result, std::uint8_t i, const Extensions& extensions) {
  std::int64_t b = extensions.b;
  if (result.operation == Operation::super_send && b >= 64) {
    result.operation = Operation::directed_super_send;
    b -= 64;
  }
  result.index = (i >> 3) + extensions.a * 32;
  result.count = static_cast<std::uint32_t>((i & 7) + b * 8);
}

// Requires that the whole instruction lies in the code; `operands` are the bytes after the opcode.
void decode_operands(Instruction& result, const Range& range, const std::uint8_t* operands,
                     const Extensions& extensions) {
  const std::uint8_t low = static_cast<std::uint8_t>(result.opcode - range.first);
  switch (range.form) {
    case Form::none:
    case Form::prefix:
      break;
    case Form::index:
      result.index = low + range.base;
      result.value = low + range.base;
      break;
    case Form::byte_a:
      result.index = operands[0] + extensions.a * 256;
      break;
    case Form::byte:
      result.index = operands[0];
      break;
    case Form::integer:
      result.value = operands[0] + std::int64_t{extensions.b} * 256;
      break;
    case Form::send_short:
      result.index = low;
      result.count = range.base;
      break;
    case Form::send:
      decode_send(result, operands[0], extensions);
      break;
    case Form::special:
      result.index = low;
      result.count = kSpecialSelectors[low].arguments;
      break;
    case Form::jump_short:
      result.target = static_cast<std::int64_t>(result.next_pc) + low + 1;
      break;
    case Form::jump:
      result.target = static_cast<std::int64_t>(result.next_pc) + operands[0] +
                      std::int64_t{extensions.b} * 256;
      break;
    case Form::array:
      result.count = operands[0] & 127;
      result.pops_elements = operands[0] >= 128;
      break;
    case Form::primitive:
      result.index = operands[0] | operands[1] << 8;
      break;
    case Form::closure:
      result.index = operands[0] + extensions.a * 256;
      result.count = operands[1] & 63;
      result.receiver_on_stack = (operands[1] & 128) != 0;
      result.ignores_outer = (operands[1] & 64) != 0;
      break;
    case Form::remote:
      result.index = operands[0];
      result.count = operands[1];
      break;
    case Form::pseudo:
      result.value = extensions.b;
      break;
  }
}

}  // namespace

std::optional<Instruction> decode(std::span<const std::uint8_t> code, std::uint32_t pc) {
  Instruction result;
  result.pc = pc;
  Extensions extensions;
  for (;;) {
    if (pc >= code.size()) return std::nullopt;
    const Range& range = range_of(code[pc]);
    if (code.size() - pc < range.length) return std::nullopt;
    result.operation = range.operation;
    result.opcode = code[pc];
    result.next_pc = pc + range.length;
    if (range.form != Form::prefix) {
      decode_operands(result, range, code.data() + pc + 1, extensions);
      return result;
    }
    if (range.operation == Operation::extend_a) {
      extensions.add_a(code[pc + 1]);
    } else {
      extensions.add_b(code[pc + 1]);
    }
    pc = result.next_pc;
  }
}

std::uint32_t Instruction::pops() const {
  std::uint32_t result = info_of(operation).pops;
  switch (operation) {
    case Operation::send_special:
    case Operation::send:
    case Operation::super_send:
    case Operation::directed_super_send:
      result += count;
      break;
    case Operation::push_array:
      if (pops_elements) result += count;
      break;
    case Operation::push_closure:
      result += count + (receiver_on_stack ? 1 : 0);
      break;
    default:
      break;
  }
  return result;
}

}  // namespace banter::bytecode
