#include "bytecode/encoder.h"

#include "base/check.h"

namespace banter::bytecode {
namespace {

// The row of `operation` whose operands have the form `form`.
constexpr const Range* find_range(Operation operation, Form form) {
  for (const Range& range : kRanges) {
    if (range.operation == operation && range.form == form) return &range;
  }
  return nullptr;
}

// The opcode of the row that must be there.
std::uint8_t opcode_of(Operation operation, Form form) {
  const Range* range = find_range(operation, form);
  BANTER_CHECK(range != nullptr, "{} has no such form", info_of(operation).name);
  return range->first;
}

constexpr std::int32_t floor_256(std::int32_t value) {
  return (value - (value & 255)) / 256;
}

}  // namespace

void Encoder::extend_a(std::uint32_t a) {
  if (a == 0) return;
  extend_a(a >> 8);
  byte(opcode_of(Operation::extend_a, Form::prefix));
  byte(a & 255);
}

void Encoder::extend_b(std::int32_t b) {
  BANTER_CHECK(b >= -128 && b <= 127, "{}", b);
  if (b == 0) return;
  byte(opcode_of(Operation::extend_b, Form::prefix));
  byte(static_cast<std::uint32_t>(b) & 255);
}

void Encoder::plain(Operation operation) {
  byte(opcode_of(operation, Form::none));
}

void Encoder::indexed(Operation operation, std::uint32_t index) {
  const Range* range = find_range(operation, Form::index);
  if (range != nullptr && index <= static_cast<std::uint32_t>(range->last - range->first)) {
    byte(range->first + index);
    return;
  }
  indexed_long(operation, index);
}

void Encoder::indexed_long(Operation operation, std::uint32_t index) {
  if (const Range* with_a = find_range(operation, Form::byte_a)) {
    BANTER_CHECK(index <= kMaxLiteralIndex, "{}", index);
    extend_a(index >> 8);
    byte(with_a->first);
  } else {
    BANTER_CHECK(index <= 255, "{}", index);
    byte(opcode_of(operation, Form::byte));
  }
  byte(index & 255);
}

void Encoder::immediate(Operation operation, std::int32_t value) {
  BANTER_CHECK(value >= kMinInteger && value <= kMaxInteger, "{}", value);
  if (operation == Operation::push_integer && (value == 0 || value == 1)) {
    byte(opcode_of(operation, Form::index) + static_cast<std::uint32_t>(value));
    return;
  }
  extend_b(floor_256(value));
  byte(opcode_of(operation, Form::integer));
  byte(static_cast<std::uint32_t>(value) & 255);
}

void Encoder::pseudo_variable(std::uint8_t which) {
  extend_b(which);
  byte(opcode_of(Operation::push_pseudo_variable, Form::pseudo));
}

void Encoder::send(Operation operation, std::uint32_t selector, std::uint32_t arguments) {
  BANTER_CHECK(selector <= kMaxLiteralIndex && arguments < 64 * 8, "{} {}", selector, arguments);
  if (operation == Operation::send && selector < 16 && arguments <= 2) {
    byte(128 + 16 * arguments + selector);
    return;
  }
  const bool directed = operation == Operation::directed_super_send;
  extend_a(selector >> 5);
  extend_b(static_cast<std::int32_t>(arguments >> 3) + (directed ? 64 : 0));
  byte(opcode_of(directed ? Operation::super_send : operation, Form::send));
  byte((selector & 31) << 3 | (arguments & 7));
}

void Encoder::special_send(std::uint32_t index) {
  BANTER_CHECK(index < kSpecialSelectors.size(), "{}", index);
  byte(opcode_of(Operation::send_special, Form::special) + index);
}

std::uint32_t Encoder::jump_length(std::int32_t distance) {
  if (distance >= 1 && distance <= 8) return 1;
  return floor_256(distance) == 0 ? 2 : 4;
}

void Encoder::jump(Operation operation, std::int32_t distance, std::uint32_t length) {
  BANTER_CHECK(distance >= kMinJump && distance <= kMaxJump, "{}", distance);
  BANTER_CHECK(length >= jump_length(distance), "{} {}", length, distance);
  if (length == 1) {
    byte(opcode_of(operation, Form::jump_short) + static_cast<std::uint32_t>(distance) - 1);
    return;
  }
  if (length == 4) {
    byte(opcode_of(Operation::extend_b, Form::prefix));
    byte(static_cast<std::uint32_t>(floor_256(distance)) & 255);
  }
  byte(opcode_of(operation, Form::jump));
  byte(static_cast<std::uint32_t>(distance) & 255);
}

void Encoder::push_array(std::uint32_t count, bool pops_elements) {
  BANTER_CHECK(count <= kMaxArrayElements, "{}", count);
  byte(opcode_of(Operation::push_array, Form::array));
  byte(count | (pops_elements ? 128 : 0));
}

void Encoder::push_closure(std::uint32_t literal, std::uint32_t copied, bool ignores_outer,
                           bool receiver_on_stack) {
  BANTER_CHECK(literal <= kMaxLiteralIndex && copied <= kMaxCopied, "{} {}", literal, copied);
  extend_a(literal >> 8);
  byte(opcode_of(Operation::push_closure, Form::closure));
  byte(literal & 255);
  byte(copied | (ignores_outer ? 64 : 0) | (receiver_on_stack ? 128 : 0));
}

void Encoder::remote(Operation operation, std::uint32_t index, std::uint32_t temp) {
  BANTER_CHECK(index <= 255 && temp <= 255, "{} {}", index, temp);
  byte(opcode_of(operation, Form::remote));
  byte(index);
  byte(temp);
}

void Encoder::call_primitive(std::uint16_t number) {
  BANTER_CHECK(number < 0x8000, "{}", number);
  byte(opcode_of(Operation::call_primitive, Form::primitive));
  byte(number & 255);
  byte(number >> 8);
}

}  // namespace banter::bytecode
