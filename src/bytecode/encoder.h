// encoder.h -- writes instructions in their shortest form, prefixes included.
#pragma once

#include <cstdint>
#include <vector>

#include "bytecode/instructions.h"

namespace banter::bytecode {

// The limits of the operands; the encoder requires them, the compiler checks them first.
inline constexpr std::uint32_t kMaxLiteralIndex = 0xFFFF;
inline constexpr std::uint32_t kMaxTempIndex = 63;
inline constexpr std::uint32_t kMaxArguments = 15;
inline constexpr std::uint32_t kMaxCopied = 63;
inline constexpr std::uint32_t kMaxArrayElements = 127;
inline constexpr std::int32_t kMinJump = -32768;
inline constexpr std::int32_t kMaxJump = 32767;
inline constexpr std::int32_t kMinInteger = -32768;  // of push_integer and push_character
inline constexpr std::int32_t kMaxInteger = 32767;

class Encoder {
 public:
  explicit Encoder(std::vector<std::uint8_t>& bytes) : bytes_(bytes) {}

  // Operations without operands.
  void plain(Operation operation);
  // Variables, literals and temporaries.
  void indexed(Operation operation, std::uint32_t index);
  // The same in the form with an operand byte, whatever the index.
  void indexed_long(Operation operation, std::uint32_t index);
  // push_integer and push_character.
  void immediate(Operation operation, std::int32_t value);
  void pseudo_variable(std::uint8_t which);
  // A send, super send or directed super send of literal `selector`.
  void send(Operation operation, std::uint32_t selector, std::uint32_t arguments);
  void special_send(std::uint32_t index);
  // A jump of `distance` bytes, counted from the next instruction, in the form of `length` bytes:
  // 1, 2 or 4, at least jump_length(distance).
  void jump(Operation operation, std::int32_t distance, std::uint32_t length);
  // The length of the shortest form.
  static std::uint32_t jump_length(std::int32_t distance);
  void push_array(std::uint32_t count, bool pops_elements);
  void push_closure(std::uint32_t literal, std::uint32_t copied, bool ignores_outer,
                    bool receiver_on_stack = false);
  // push_, store_into_ and pop_into_remote_temp: element `index` of the tempVector in `temp`.
  void remote(Operation operation, std::uint32_t index, std::uint32_t temp);
  void call_primitive(std::uint16_t number);

 private:
  void byte(std::uint32_t value) { bytes_.push_back(static_cast<std::uint8_t>(value)); }
  void extend_a(std::uint32_t a);
  void extend_b(std::int32_t b);

  std::vector<std::uint8_t>& bytes_;
};

}  // namespace banter::bytecode
