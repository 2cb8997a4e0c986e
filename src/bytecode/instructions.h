// instructions.h -- the Sista V1 instruction set: one table, from which everything else is made.
//
// An opcode range names one operation; `base` and the low bits of the opcode, or the bytes that
// follow it, give the operands. Operand forms:
//
//   none           no operand
//   index          index = base + opcode - first           (one byte)
//   byte_a         index = i + A*256
//   byte           index = i
//   integer        value = i + B*256, B signed
//   send_short     index = literal, count = arguments from `base`
//   send           index = (i >> 3) + A*32, count = (i & 7) + B*8
//   special        index = special selector
//   jump_short     distance = opcode - first + 1
//   jump           distance = i + B*256
//   array          count = i & 127, flag = i >= 128: pop the elements
//   primitive      index = i + (j << 8)
//   closure        index = i + A*256, count = j & 63, flags in j
//   remote         index = element i, count = temp j
//   pseudo         index = B
//   prefix         A or B
//
// A comes unsigned from prefixes 224, B signed from prefixes 225.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace banter::bytecode {

enum class Form : std::uint8_t {
  none,
  index,
  byte_a,
  byte,
  integer,
  send_short,
  send,
  special,
  jump_short,
  jump,
  array,
  primitive,
  closure,
  remote,
  pseudo,
  prefix,
};

// V(operation, first opcode, last opcode, length, form, base)
#define BANTER_INSTRUCTIONS(V)                            \
  V(push_receiver_variable, 0, 15, 1, index, 0)           \
  V(push_literal_variable, 16, 31, 1, index, 0)           \
  V(push_literal, 32, 63, 1, index, 0)                    \
  V(push_temp, 64, 75, 1, index, 0)                       \
  V(push_receiver, 76, 76, 1, none, 0)                    \
  V(push_true, 77, 77, 1, none, 0)                        \
  V(push_false, 78, 78, 1, none, 0)                       \
  V(push_nil, 79, 79, 1, none, 0)                         \
  V(push_integer, 80, 81, 1, index, 0)                    \
  V(push_pseudo_variable, 82, 82, 1, pseudo, 0)           \
  V(duplicate, 83, 83, 1, none, 0)                        \
  V(unassigned, 84, 87, 1, none, 0)                       \
  V(return_receiver, 88, 88, 1, none, 0)                  \
  V(return_true, 89, 89, 1, none, 0)                      \
  V(return_false, 90, 90, 1, none, 0)                     \
  V(return_nil, 91, 91, 1, none, 0)                       \
  V(return_top, 92, 92, 1, none, 0)                       \
  V(block_return_nil, 93, 93, 1, none, 0)                 \
  V(block_return_top, 94, 94, 1, none, 0)                 \
  V(nop, 95, 95, 1, none, 0)                              \
  V(send_special, 96, 127, 1, special, 0)                 \
  V(send, 128, 143, 1, send_short, 0)                     \
  V(send, 144, 159, 1, send_short, 1)                     \
  V(send, 160, 175, 1, send_short, 2)                     \
  V(jump, 176, 183, 1, jump_short, 0)                     \
  V(jump_if_true, 184, 191, 1, jump_short, 0)             \
  V(jump_if_false, 192, 199, 1, jump_short, 0)            \
  V(pop_into_receiver_variable, 200, 207, 1, index, 0)    \
  V(pop_into_temp, 208, 215, 1, index, 0)                 \
  V(pop, 216, 216, 1, none, 0)                            \
  V(trap, 217, 217, 1, none, 0)                           \
  V(unassigned, 218, 223, 1, none, 0)                     \
  V(extend_a, 224, 224, 2, prefix, 0)                     \
  V(extend_b, 225, 225, 2, prefix, 0)                     \
  V(push_receiver_variable, 226, 226, 2, byte_a, 0)       \
  V(push_literal_variable, 227, 227, 2, byte_a, 0)        \
  V(push_literal, 228, 228, 2, byte_a, 0)                 \
  V(push_temp, 229, 229, 2, byte, 0)                      \
  V(unassigned, 230, 230, 2, none, 0)                     \
  V(push_array, 231, 231, 2, array, 0)                    \
  V(push_integer, 232, 232, 2, integer, 0)                \
  V(push_character, 233, 233, 2, integer, 0)              \
  V(send, 234, 234, 2, send, 0)                           \
  V(super_send, 235, 235, 2, send, 0)                     \
  V(inlined_primitive, 236, 236, 2, byte, 0)              \
  V(jump, 237, 237, 2, jump, 0)                           \
  V(jump_if_true, 238, 238, 2, jump, 0)                   \
  V(jump_if_false, 239, 239, 2, jump, 0)                  \
  V(pop_into_receiver_variable, 240, 240, 2, byte_a, 0)   \
  V(pop_into_literal_variable, 241, 241, 2, byte_a, 0)    \
  V(pop_into_temp, 242, 242, 2, byte, 0)                  \
  V(store_into_receiver_variable, 243, 243, 2, byte_a, 0) \
  V(store_into_literal_variable, 244, 244, 2, byte_a, 0)  \
  V(store_into_temp, 245, 245, 2, byte, 0)                \
  V(unassigned, 246, 247, 2, none, 0)                     \
  V(call_primitive, 248, 248, 3, primitive, 0)            \
  V(push_closure, 249, 249, 3, closure, 0)                \
  V(unassigned, 250, 250, 3, none, 0)                     \
  V(push_remote_temp, 251, 251, 3, remote, 0)             \
  V(store_into_remote_temp, 252, 252, 3, remote, 0)       \
  V(pop_into_remote_temp, 253, 253, 3, remote, 0)         \
  V(unassigned, 254, 255, 3, none, 0)

// Every operation once: V(operation, mnemonic, operands popped, operands pushed). Sends pop their
// arguments too, push_array what it collects, push_closure the copied values and, if it is told
// to, a receiver. `directed_super_send` is opcode 235 with B >= 64.
#define BANTER_OPERATIONS(V)                             \
  V(push_receiver_variable, "pushRcvr", 0, 1)            \
  V(push_literal_variable, "pushLitVar", 0, 1)           \
  V(push_literal, "pushConstant", 0, 1)                  \
  V(push_temp, "pushTemp", 0, 1)                         \
  V(push_receiver, "self", 0, 1)                         \
  V(push_true, "pushConstant: true", 0, 1)               \
  V(push_false, "pushConstant: false", 0, 1)             \
  V(push_nil, "pushConstant: nil", 0, 1)                 \
  V(push_integer, "pushConstant", 0, 1)                  \
  V(push_character, "pushConstant", 0, 1)                \
  V(push_pseudo_variable, "pushThisContext", 0, 1)       \
  V(push_array, "pushArray", 0, 1)                       \
  V(push_closure, "pushFullClosure", 0, 1)               \
  V(push_remote_temp, "pushTempAt", 0, 1)                \
  V(duplicate, "dup", 0, 1)                              \
  V(pop, "pop", 1, 0)                                    \
  V(return_receiver, "returnSelf", 0, 0)                 \
  V(return_true, "return: true", 0, 0)                   \
  V(return_false, "return: false", 0, 0)                 \
  V(return_nil, "return: nil", 0, 0)                     \
  V(return_top, "returnTop", 1, 0)                       \
  V(block_return_nil, "blockReturn: nil", 0, 0)          \
  V(block_return_top, "blockReturn", 1, 0)               \
  V(nop, "nop", 0, 0)                                    \
  V(send_special, "send", 1, 1)                          \
  V(send, "send", 1, 1)                                  \
  V(super_send, "superSend", 1, 1)                       \
  V(directed_super_send, "directedSuperSend", 2, 1)      \
  V(jump, "jumpTo", 0, 0)                                \
  V(jump_if_true, "jumpTrue", 1, 0)                      \
  V(jump_if_false, "jumpFalse", 1, 0)                    \
  V(pop_into_receiver_variable, "popIntoRcvr", 1, 0)     \
  V(pop_into_literal_variable, "popIntoLit", 1, 0)       \
  V(pop_into_temp, "popIntoTemp", 1, 0)                  \
  V(pop_into_remote_temp, "popIntoTempAt", 1, 0)         \
  V(store_into_receiver_variable, "storeIntoRcvr", 1, 1) \
  V(store_into_literal_variable, "storeIntoLit", 1, 1)   \
  V(store_into_temp, "storeIntoTemp", 1, 1)              \
  V(store_into_remote_temp, "storeIntoTempAt", 1, 1)     \
  V(extend_a, "extA", 0, 0)                              \
  V(extend_b, "extB", 0, 0)                              \
  V(call_primitive, "callPrimitive", 0, 0)               \
  V(inlined_primitive, "inlinedPrimitive", 0, 0)         \
  V(trap, "trap", 0, 0)                                  \
  V(unassigned, "unassigned", 0, 0)

enum class Operation : std::uint8_t {
#define BANTER_ENUMERATOR(operation, mnemonic, pops, pushes) operation,
  BANTER_OPERATIONS(BANTER_ENUMERATOR)
#undef BANTER_ENUMERATOR
};

struct OperationInfo {
  std::string_view name;      // as this file spells it
  std::string_view mnemonic;  // as the disassembler prints it
  std::uint8_t pops;
  std::uint8_t pushes;
};

inline constexpr OperationInfo kOperations[] = {
#define BANTER_INFO(operation, mnemonic, pops, pushes) {#operation, mnemonic, pops, pushes},
    BANTER_OPERATIONS(BANTER_INFO)
#undef BANTER_INFO
};

constexpr const OperationInfo& info_of(Operation operation) {
  return kOperations[static_cast<unsigned>(operation)];
}

// One row of the table.
struct Range {
  Operation operation;
  std::uint8_t first;
  std::uint8_t last;
  std::uint8_t length;  // bytes, prefixes not counted
  Form form;
  std::uint8_t base;
};

inline constexpr Range kRanges[] = {
#define BANTER_ROW(operation, first, last, length, form, base) \
  {Operation::operation, first, last, length, Form::form, base},
    BANTER_INSTRUCTIONS(BANTER_ROW)
#undef BANTER_ROW
};

namespace detail {
// The row of each opcode; ill-formed at compile time if the rows leave a gap or overlap.
constexpr std::array<std::uint8_t, 256> rows_by_opcode() {
  std::array<std::uint8_t, 256> rows{};
  unsigned next = 0;
  for (unsigned row = 0; row < std::size(kRanges); ++row) {
    if (kRanges[row].first != next || kRanges[row].last < next) throw "the table has a gap";
    while (next <= kRanges[row].last) rows[next++] = static_cast<std::uint8_t>(row);
  }
  if (next != 256) throw "the table ends early";
  return rows;
}
inline constexpr std::array<std::uint8_t, 256> kRowOf = rows_by_opcode();
}  // namespace detail

constexpr const Range& range_of(std::uint8_t opcode) {
  return kRanges[detail::kRowOf[opcode]];
}

// The 32 selectors of opcodes 96 to 127, in order.
struct SpecialSelector {
  std::string_view name;
  std::uint8_t arguments;
};
inline constexpr std::array<SpecialSelector, 32> kSpecialSelectors = {{
    {"+", 1},         {"-", 1},     {"<", 1},        {">", 1},      {"<=", 1},   {">=", 1},
    {"=", 1},         {"~=", 1},    {"*", 1},        {"/", 1},      {"\\\\", 1}, {"@", 1},
    {"bitShift:", 1}, {"//", 1},    {"bitAnd:", 1},  {"bitOr:", 1}, {"at:", 1},  {"at:put:", 2},
    {"size", 0},      {"next", 0},  {"nextPut:", 1}, {"atEnd", 0},  {"==", 1},   {"class", 0},
    {"~~", 1},        {"value", 0}, {"value:", 1},   {"do:", 1},    {"new", 0},  {"new:", 1},
    {"x", 0},         {"y", 0},
}};

// The index of a special selector, or -1.
constexpr int special_selector_index(std::string_view selector) {
  for (unsigned i = 0; i < kSpecialSelectors.size(); ++i) {
    if (kSpecialSelectors[i].name == selector) return static_cast<int>(i);
  }
  return -1;
}
static_assert(special_selector_index("y") == 31);

inline constexpr std::uint8_t kPseudoThisContext = 0;  // operand B of opcode 82
inline constexpr std::uint8_t kPseudoThisProcess = 1;

inline constexpr unsigned kSmallFrameSlots = 16;  // temporaries and operands
inline constexpr unsigned kLargeFrameSlots = 56;

}  // namespace banter::bytecode
