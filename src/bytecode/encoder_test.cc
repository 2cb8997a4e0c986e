// Whatever the encoder writes, the decoder reads back.
#include "bytecode/encoder.h"

#include <gtest/gtest.h>

#include "bytecode/decoder.h"

namespace banter::bytecode {
namespace {

using Bytes = std::vector<std::uint8_t>;

template <class Write>
Bytes encoded(Write write) {
  Bytes bytes;
  Encoder encoder(bytes);
  write(encoder);
  return bytes;
}

Instruction decoded(const Bytes& bytes) {
  const auto instruction = decode(bytes, 0);
  EXPECT_TRUE(instruction);
  if (!instruction) return {};
  EXPECT_EQ(instruction->next_pc, bytes.size());
  return *instruction;
}

TEST(Encoder, PlainOperations) {
  for (const Range& range : kRanges) {
    if (range.form != Form::none || range.length > 1) continue;
    const Bytes bytes = encoded([&](Encoder& it) { it.plain(range.operation); });
    EXPECT_EQ(decoded(bytes).operation, range.operation);
  }
}

TEST(Encoder, IndexedOperationsTakeTheShortestForm) {
  struct Limits {
    Operation operation;
    std::uint32_t one_byte;  // indexes below fit into the opcode
    std::uint32_t maximum;
  };
  for (const Limits& it : {Limits{Operation::push_receiver_variable, 16, kMaxLiteralIndex},
                           Limits{Operation::push_literal_variable, 16, kMaxLiteralIndex},
                           Limits{Operation::push_literal, 32, kMaxLiteralIndex},
                           Limits{Operation::push_temp, 12, kMaxTempIndex},
                           Limits{Operation::pop_into_receiver_variable, 8, kMaxLiteralIndex},
                           Limits{Operation::pop_into_literal_variable, 0, kMaxLiteralIndex},
                           Limits{Operation::pop_into_temp, 8, kMaxTempIndex},
                           Limits{Operation::store_into_receiver_variable, 0, kMaxLiteralIndex},
                           Limits{Operation::store_into_literal_variable, 0, kMaxLiteralIndex},
                           Limits{Operation::store_into_temp, 0, kMaxTempIndex}}) {
    for (std::uint32_t index = 0; index <= it.maximum; index = index * 3 / 2 + 1) {
      const Bytes bytes = encoded([&](Encoder& to) { to.indexed(it.operation, index); });
      EXPECT_EQ(bytes.size(), index < it.one_byte ? 1u : index < 256 ? 2u : 4u) << index;
      EXPECT_EQ(decoded(bytes).operation, it.operation);
      EXPECT_EQ(decoded(bytes).index, index);
      const Bytes longer = encoded([&](Encoder& to) { to.indexed_long(it.operation, index); });
      EXPECT_GE(longer.size(), 2u);
      EXPECT_EQ(decoded(longer).index, index);
    }
  }
}

TEST(Encoder, Immediates) {
  for (std::int32_t value = kMinInteger; value <= kMaxInteger; value += 13) {
    const Bytes bytes = encoded([&](Encoder& it) { it.immediate(Operation::push_integer, value); });
    EXPECT_EQ(decoded(bytes).operation, Operation::push_integer);
    EXPECT_EQ(decoded(bytes).value, value);
  }
  EXPECT_EQ(encoded([](Encoder& it) { it.immediate(Operation::push_integer, 1); }), Bytes{81});
  EXPECT_EQ(encoded([](Encoder& it) { it.immediate(Operation::push_integer, -1); }),
            (Bytes{225, 255, 232, 255}));
  EXPECT_EQ(encoded([](Encoder& it) { it.immediate(Operation::push_integer, -32768); }),
            (Bytes{225, 128, 232, 0}));
  EXPECT_EQ(
      decoded(encoded([](Encoder& it) { it.immediate(Operation::push_character, 0x20AC); })).value,
      0x20AC);
}

TEST(Encoder, PseudoVariables) {
  EXPECT_EQ(encoded([](Encoder& it) { it.pseudo_variable(kPseudoThisContext); }), Bytes{82});
  EXPECT_EQ(encoded([](Encoder& it) { it.pseudo_variable(kPseudoThisProcess); }),
            (Bytes{225, 1, 82}));
}

TEST(Encoder, Sends) {
  for (const Operation operation :
       {Operation::send, Operation::super_send, Operation::directed_super_send}) {
    for (const std::uint32_t selector : {0u, 15u, 16u, 31u, 32u, 8191u, 8192u, 65535u}) {
      for (std::uint32_t arguments = 0; arguments <= kMaxArguments; ++arguments) {
        const Bytes bytes = encoded([&](Encoder& it) { it.send(operation, selector, arguments); });
        const Instruction instruction = decoded(bytes);
        EXPECT_EQ(instruction.operation, operation);
        EXPECT_EQ(instruction.index, selector);
        EXPECT_EQ(instruction.count, arguments);
        EXPECT_EQ(instruction.pops(),
                  arguments + (operation == Operation::directed_super_send ? 2 : 1));
      }
    }
  }
  EXPECT_EQ(encoded([](Encoder& it) { it.send(Operation::send, 15, 2); }), Bytes{175});
}

TEST(Encoder, SpecialSends) {
  for (std::uint32_t index = 0; index < kSpecialSelectors.size(); ++index) {
    const Instruction instruction = decoded(encoded([&](Encoder& it) { it.special_send(index); }));
    EXPECT_EQ(instruction.operation, Operation::send_special);
    EXPECT_EQ(instruction.index, index);
    EXPECT_EQ(instruction.count, kSpecialSelectors[index].arguments);
  }
}

TEST(Encoder, JumpsInEveryForm) {
  for (const Operation operation :
       {Operation::jump, Operation::jump_if_true, Operation::jump_if_false}) {
    for (const std::int32_t distance : {-32768, -257, -256, -1, 0, 1, 8, 9, 255, 256, 32767}) {
      if (distance < 0 && operation != Operation::jump) continue;
      for (const std::uint32_t length : {1u, 2u, 4u}) {
        if (length < Encoder::jump_length(distance)) continue;
        const Bytes bytes = encoded([&](Encoder& it) { it.jump(operation, distance, length); });
        EXPECT_EQ(bytes.size(), length);
        EXPECT_EQ(decoded(bytes).operation, operation);
        EXPECT_EQ(decoded(bytes).target, static_cast<std::int64_t>(length) + distance);
      }
    }
  }
}

TEST(Encoder, ArraysClosuresRemoteTempsPrimitives) {
  const Instruction array = decoded(encoded([](Encoder& it) { it.push_array(127, true); }));
  EXPECT_EQ(array.count, 127u);
  EXPECT_TRUE(array.pops_elements);
  EXPECT_EQ(array.pops(), 127u);
  EXPECT_EQ(decoded(encoded([](Encoder& it) { it.push_array(5, false); })).pops(), 0u);

  const Instruction closure =
      decoded(encoded([](Encoder& it) { it.push_closure(300, 63, true, true); }));
  EXPECT_EQ(closure.index, 300u);
  EXPECT_EQ(closure.count, 63u);
  EXPECT_TRUE(closure.ignores_outer);
  EXPECT_TRUE(closure.receiver_on_stack);
  EXPECT_EQ(closure.pops(), 64u);

  for (const Operation operation : {Operation::push_remote_temp, Operation::store_into_remote_temp,
                                    Operation::pop_into_remote_temp}) {
    const Instruction remote = decoded(encoded([&](Encoder& it) { it.remote(operation, 3, 7); }));
    EXPECT_EQ(remote.operation, operation);
    EXPECT_EQ(remote.index, 3u);
    EXPECT_EQ(remote.count, 7u);
  }
  EXPECT_EQ(encoded([](Encoder& it) { it.call_primitive(517); }), (Bytes{248, 5, 2}));
  EXPECT_EQ(decoded(encoded([](Encoder& it) { it.call_primitive(517); })).index, 517u);
}

}  // namespace
}  // namespace banter::bytecode
