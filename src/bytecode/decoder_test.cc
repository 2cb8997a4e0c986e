#include "bytecode/decoder.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "bytecode/disassembler.h"

namespace banter::bytecode {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST(Decoder, PrefixesAddUp) {
  const Bytes two_a = {224, 1, 224, 2, 228, 3};
  EXPECT_EQ(decode(two_a, 0)->index, 0x10203u);
  const Bytes two_b = {225, 255, 225, 0, 232, 5};  // -1, then -256
  EXPECT_EQ(decode(two_b, 0)->value, -65536 + 5);
  const Bytes both = {224, 1, 225, 1, 234, 0x0A};
  EXPECT_EQ(decode(both, 0)->index, 33u);
  EXPECT_EQ(decode(both, 0)->count, 10u);
  EXPECT_EQ(decode(both, 0)->pc, 0u);
  EXPECT_EQ(decode(both, 0)->next_pc, 6u);
}

TEST(Decoder, CodeThatEndsInsideAnInstructionIsNothing) {
  for (const Bytes& bytes :
       {Bytes{}, Bytes{224}, Bytes{224, 1}, Bytes{225, 1}, Bytes{229}, Bytes{248, 1}, Bytes{249}}) {
    EXPECT_FALSE(decode(bytes, 0));
  }
}

TEST(Decoder, AnyBytesAreDecodedAndPrinted) {
  std::mt19937 random(1);
  for (int i = 0; i < 2000; ++i) {
    Bytes bytes(random() % 64);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
    for (std::size_t many = 0; i % 10 == 0 && many < bytes.size(); ++many) bytes[many] |= 0xE1;
    std::uint32_t pc = 0;
    while (const auto instruction = decode(bytes, pc)) {
      ASSERT_GT(instruction->next_pc, pc);
      ASSERT_LE(instruction->next_pc, bytes.size());
      pc = instruction->next_pc;
    }
    const std::string text = disassemble(bytes, {});
    EXPECT_EQ(text.empty(), bytes.empty());
  }
}

TEST(Disassembler, PrintsPcBytesAndMeaning) {
  const Bytes bytes = {76, 128, 225, 255, 237, 250, 88, 229};
  OperandNames names;
  names.literal = [](std::uint32_t) { return "#foo"; };
  EXPECT_EQ(disassemble(bytes, names, 25),
            "25 <4C> self\n"
            "26 <80> send: #foo\n"
            "27 <E1 FF ED FA> jumpTo: 25\n"
            "31 <58> returnSelf\n"
            "32 <E5> truncated\n");
}

TEST(Disassembler, NamesReceiverVariablesIfItCan) {
  const Bytes bytes = {1, 201, 84};
  OperandNames names;
  EXPECT_EQ(disassemble(bytes, names),
            "0 <01> pushRcvr: 1\n1 <C9> popIntoRcvr: 1\n"
            "2 <54> unassigned: 84\n");
  names.receiver_variable = [](std::uint32_t) { return "name"; };
  EXPECT_EQ(disassemble(Bytes{1}, names), "0 <01> pushRcvr: name\n");
}

}  // namespace
}  // namespace banter::bytecode
