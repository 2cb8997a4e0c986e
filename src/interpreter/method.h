// method.h -- the header word of a CompiledMethod or CompiledBlock, decoded.
//
//   sign  29 28  27..24   23..18    17     16         15        14..0
//   set   free   numArgs  numTemps  large  primitive  optimized numLiterals
#pragma once

#include <cstddef>
#include <cstdint>

#include "heap/object.h"

namespace banter::interpreter {

constexpr std::uint8_t kCallPrimitive = 248;
constexpr std::uint8_t kStoreTemp = 245;
constexpr std::size_t kCallPrimitiveBytes = 3;

class MethodHeader {
 public:
  explicit MethodHeader(const heap::Object* method)
      : bits_(static_cast<std::uint64_t>(method->method_header().as_int())) {}
  unsigned literal_count() const { return bits_ & 0x7FFF; }
  bool has_primitive() const { return (bits_ >> 16 & 1) != 0; }
  bool large_frame() const { return (bits_ >> 17 & 1) != 0; }
  unsigned temp_count() const { return bits_ >> 18 & 63; }  // arguments included
  unsigned argument_count() const { return bits_ >> 24 & 15; }
  // Indexable slots of a Context for an activation.
  std::size_t frame_slots() const { return large_frame() ? 56 : 16; }

 private:
  std::uint64_t bits_;
};

// 0 when the method has none.
inline unsigned primitive_number(const heap::Object* method) {
  if (!MethodHeader(method).has_primitive()) return 0;
  const std::uint8_t* code = method->bytecodes();
  return code[0] == kCallPrimitive ? code[1] + (code[2] << 8) : 0;
}

// The class that a method was compiled for: the value of its last literal.
inline heap::Oop method_class(const heap::Object* method) {
  const heap::Oop binding = method->literal(method->literal_count() - 1);
  return binding.as_object()->slot(1);
}

}  // namespace banter::interpreter
