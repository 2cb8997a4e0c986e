#include "bytecode/instructions.h"

#include <gtest/gtest.h>

namespace banter::bytecode {
namespace {

TEST(Instructions, LengthsFollowTheOpcode) {
  for (unsigned opcode = 0; opcode < 256; ++opcode) {
    const unsigned length = opcode < 224 ? 1 : opcode < 248 ? 2 : 3;
    EXPECT_EQ(range_of(static_cast<std::uint8_t>(opcode)).length, length) << opcode;
  }
}

TEST(Instructions, EveryOpcodeIsInItsRange) {
  for (unsigned opcode = 0; opcode < 256; ++opcode) {
    const Range& range = range_of(static_cast<std::uint8_t>(opcode));
    EXPECT_LE(range.first, opcode);
    EXPECT_GE(range.last, opcode);
  }
}

TEST(Instructions, OperandBytesAgreeWithTheLength) {
  for (const Range& range : kRanges) {
    unsigned operands = 0;
    switch (range.form) {
      case Form::none:
        operands = range.length - 1u;
        break;
      case Form::index:
      case Form::send_short:
      case Form::special:
      case Form::jump_short:
      case Form::pseudo:
        break;
      case Form::primitive:
      case Form::closure:
      case Form::remote:
        operands = 2;
        break;
      default:
        operands = 1;
        break;
    }
    EXPECT_EQ(range.length, operands + 1) << unsigned{range.first};
  }
}

TEST(Instructions, EveryOperationHasAnOpcode) {
  for (unsigned i = 0; i < std::size(kOperations); ++i) {
    const auto operation = static_cast<Operation>(i);
    bool found = operation == Operation::directed_super_send;  // shares the opcode of super_send
    for (const Range& range : kRanges) found = found || range.operation == operation;
    EXPECT_TRUE(found) << info_of(operation).name;
  }
}

TEST(Instructions, SpecialSelectorsTakeWhatTheirNamesSay) {
  for (const SpecialSelector& selector : kSpecialSelectors) {
    unsigned arguments = 0;
    for (const char c : selector.name) arguments += c == ':' ? 1 : 0;
    const char first = selector.name[0];
    if (arguments == 0 && !(first >= 'a' && first <= 'z')) arguments = 1;
    EXPECT_EQ(selector.arguments, arguments) << selector.name;
  }
  EXPECT_EQ(special_selector_index("+"), 0);
  EXPECT_EQ(special_selector_index("at:put:"), 17);
  EXPECT_EQ(special_selector_index("foo"), -1);
}

}  // namespace
}  // namespace banter::bytecode
