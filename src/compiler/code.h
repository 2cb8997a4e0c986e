// code.h -- what the compiler answers: methods and blocks as plain values, without a heap.
//
// The literals of a code value stand for the literals of the CompiledMethod or CompiledBlock one
// to one and in order, so a block is found again by the indexes of the literals that lead to it.
//
//   literals of a method:  ... what the bytecodes use ..., MethodState, ClassBinding
//   literals of a block:   ... what the bytecodes use ..., OuterCode
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace banter::compiler {

struct BlockCode;

// An integer of any size: the magnitude's bytes, least significant first, without leading zeros
// (zero has none). This is the body of a LargePositiveInteger or LargeNegativeInteger.
struct Integer {
  bool negative = false;
  std::vector<std::uint8_t> magnitude;

  static Integer from(std::int64_t value);
  // Whether the value is a SmallInteger (61 bits, signed).
  bool is_small() const;
  // Requires is_small().
  std::int64_t small_value() const;
  friend bool operator==(const Integer&, const Integer&) = default;
};

// A literal such as 1e-3: numerator over denominator, reduced, the denominator at least 2.
struct Fraction {
  Integer numerator;
  Integer denominator;
  friend bool operator==(const Fraction&, const Fraction&) = default;
};

// 3.14s2: a reduced fraction (the denominator is 1 for a whole number) and the digits to print.
struct ScaledDecimal {
  Integer numerator;
  Integer denominator;
  std::uint32_t scale = 0;
  friend bool operator==(const ScaledDecimal&, const ScaledDecimal&) = default;
};

struct Nil {
  friend bool operator==(Nil, Nil) = default;
};
struct Character {
  char32_t code_point = 0;
  friend bool operator==(Character, Character) = default;
};
struct String {
  std::string utf8;
  friend bool operator==(const String&, const String&) = default;
};
struct Symbol {
  std::string utf8;
  friend bool operator==(const Symbol&, const Symbol&) = default;
};
struct ByteArray {
  std::vector<std::uint8_t> bytes;
  friend bool operator==(const ByteArray&, const ByteArray&) = default;
};

// A variable that lives in an Association: a global, a class variable, a pool variable, a variable
// of a script. The Scope made it; the compiler only hands it on.
struct Binding {
  std::string name;
  std::string owner;         // the class or pool that holds it; empty for a global
  bool assignable = true;    // false for classes and other constants
  std::uint64_t cookie = 0;  // the Scope's own, never looked at
  friend bool operator==(const Binding&, const Binding&) = default;
};

// The Association whose value is the class that the method belongs to: always a method's last
// literal, and anywhere in a block that sends to super.
struct ClassBinding {
  friend bool operator==(ClassBinding, ClassBinding) = default;
};
// The AdditionalMethodState of the method: selector, pragmas, source, file, line.
struct MethodState {
  friend bool operator==(MethodState, MethodState) = default;
};
// The code that a block stands in: a block's last literal.
struct OuterCode {
  friend bool operator==(OuterCode, OuterCode) = default;
};

struct Literal {
  using Array = std::vector<Literal>;
  using Block = std::shared_ptr<const BlockCode>;  // compared by identity
  std::variant<Nil, bool, Integer, double, Fraction, ScaledDecimal, Character, String, Symbol,
               ByteArray, Array, Binding, Block, ClassBinding, MethodState, OuterCode>
      value;
};

struct Pragma {
  std::string selector;  // such as primitive:error:
  std::vector<Literal> arguments;
};

// The bytecodes that begin at byte `pc` (0-based from the first bytecode, as `Code::bytecodes`)
// were made from the source text at byte `offset` of the method's source.
struct PositionEntry {
  std::uint32_t pc;
  std::uint32_t offset;
};

// What methods and blocks have in common. The header of the compiled object is made from
// num_args, num_temps, large_frame and has_primitive.
struct Code {
  std::uint8_t num_args = 0;
  std::uint8_t num_temps = 0;   // arguments and, in blocks, copied values included
  bool large_frame = false;     // 56 slots rather than 16
  std::uint16_t max_stack = 0;  // the operands at the deepest point, temporaries not counted
  std::vector<Literal> literals;
  std::vector<std::uint8_t> bytecodes;
  std::vector<PositionEntry> positions;  // ascending pc
  std::vector<std::string> temp_names;   // one each; a tempVector's is `<a b>`, a hidden one's ``
};

struct BlockCode : Code {
  std::uint8_t num_copied = 0;
  // A `^` or thisContext stands in it or in a block inside: only then its closures keep the context
  // that made them (outerContext is nil otherwise).
  bool needs_home = false;
};

struct MethodCode : Code {
  std::string selector;
  std::uint16_t primitive = 0;  // 0: none; otherwise the first bytecode is callPrimitive
  std::vector<Pragma> pragmas;
  std::string source;
  std::string file;
  std::uint32_t line = 1;  // where the source begins in its file
  std::uint32_t column = 1;
};

// The offset in the source of the instruction that `pc` belongs to. For an activation that waits
// for a send, pc is the byte after the send: ask with `pc - 1`. Answers 0 for code without
// positions.
std::uint32_t source_offset(const Code& code, std::uint32_t pc);

// The line in its file of the source byte at `offset`.
std::uint32_t source_line(const MethodCode& method, std::uint32_t offset);

}  // namespace banter::compiler
