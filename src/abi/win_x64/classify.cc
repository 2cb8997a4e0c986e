// classify.cc -- the x64 calling convention of Windows; GCC's and Clang's ms_abi elsewhere.
//
// Arguments have positions, and a position has one register of each sort:
//
//   position   0           1           2          3          4 ...
//              rcx xmm0    rdx xmm1    r8 xmm2    r9 xmm3    stack+32, stack+40 ...
//
// Every argument takes one position, 8 bytes at most [Parameter passing]:
//
//   float, double                                  the position's xmm register
//   anything else of 1, 2, 4 or 8 bytes            its integer register: integers, addresses,
//                                                  structures, unions, _Complex float, __m64
//   the rest: other structures, __m128, __int128   the address of a copy that the caller makes,
//                                                  16-aligned, and that the callee may change
//
// What is odd here:
// - A double in position 1 uses xmm1 and leaves rdx unused: the rows advance together.
// - Nothing looks into a structure: struct { double d; } travels in an integer register, and its
//   result in rax.
// - The caller leaves 32 bytes of home space below the stacked arguments, for the callee to save
//   the four registers in; so the fifth argument is at stack+32. [Stack allocation]
// - An argument for `...` (and, harmlessly, a fixed one of a variadic function) that is floating
//   point travels in both registers of its position, because the callee saves only the integer
//   ones: two pieces, each with all its bytes. [Varargs]
// - Results [Return values]: float, double, __m128 and __int128 in xmm0, what else has 1, 2, 4 or 8
//   bytes in rax. Others are written to the address that comes in rcx, position 0, and that
//   address is answered in rax. So __m128 goes out by its address and comes back in a register; a
//   structure that holds one comes back through memory.
// - `long` has 4 bytes, wchar_t 2, and `long double` is double. (GCC's own ms_abi functions keep
//   x87's format for it, by address as any value of 16 bytes.)
// - An empty structure, which Microsoft's C does not have, takes a position in GNU C: its address
//   travels. As a result it is nothing.
// - GCC passes a vector of a single double by its address and answers it in rax; no header of
//   Microsoft's has such a type.
#include "abi/win_x64/classify.h"

#include "abi/aggregate.h"

namespace banter::abi::win_x64 {
namespace {

constexpr std::uint8_t kPositions = 4;
constexpr Bytes kSlot{8};
constexpr Bytes kHomeSpace{32};

bool is_float_or_double(const CType& type) {
  return type.value == ValueKind::float32 || type.value == ValueKind::float64;
}

bool fills_a_register(Bytes size) {
  return size == Bytes{1} || size == Bytes{2} || size == Bytes{4} || size == Bytes{8};
}

bool is_vector_of_one_double(const CType& type) {
  return type.value == ValueKind::vector && type.aggregate->count == 1 &&
         type.aggregate->members[0].type.value == ValueKind::float64;
}

// Hands out positions from left to right.
class Placer {
 public:
  explicit Placer(CallPlan& plan) : plan_(plan) {}

  Placement argument(const CType& type) {
    if (is_float_or_double(type)) return floating(type);
    if (fills_a_register(type.size) && !is_vector_of_one_double(type)) {
      return {type, {integer(type.size)}, false, "1, 2, 4 or 8 bytes [Parameter passing]"};
    }
    return {type, {integer(kSlot)}, true, "address of a copy [Parameter passing]"};
  }

  Placement result(const CType& type) {
    if (type.size == Bytes{0}) return {type, {}, false, "nothing"};
    const bool is_int128 = type.value == ValueKind::int128 || type.value == ValueKind::uint128;
    const bool is_m128 = type.value == ValueKind::vector && type.size == Bytes{16};
    if (is_float_or_double(type) || is_int128 || is_m128) {
      return {type, {InFloat{FloatReg{0}, {0}, type.size}}, false, "xmm0 [Return values]"};
    }
    if (fills_a_register(type.size)) {
      return {type, {InInt{IntReg{0}, {0}, type.size}}, false, "rax [Return values]"};
    }
    plan_.returns_room = true;
    return {type, {integer(kSlot)}, true, "the address of room comes in rcx [Return values]"};
  }

 private:
  Placement floating(const CType& type) {
    if (position_ >= kPositions) return {type, {integer(type.size)}, false, kStacked};
    Placement placement{type, {}, false, "float or double [Parameter passing]"};
    placement.pieces.push_back(InFloat{FloatReg{position_}, {0}, type.size});
    plan_.float_registers = position_ + 1;
    if (plan_.variadic) {
      placement.pieces.push_back(integer(type.size));
      placement.rule = "in both registers, for a variadic callee [Varargs]";
    } else {
      position_++;
    }
    return placement;
  }

  // The next position, for a value or address of `size` bytes.
  Piece integer(Bytes size) {
    if (position_ < kPositions) {
      plan_.int_registers = position_ + 1;
      return InInt{IntReg{position_++}, {0}, size};
    }
    const OnStack piece{plan_.stack_size, {0}, size};
    plan_.stack_size = plan_.stack_size + kSlot;
    return piece;
  }

  static constexpr const char* kStacked = "float or double on the stack [Parameter passing]";

  CallPlan& plan_;
  std::uint8_t position_ = 0;
};

}  // namespace

CallPlan classify(const Signature& signature) {
  CallPlan plan;
  plan.abi = AbiName::win_x64;
  plan.variadic = signature.variadic;
  plan.slot = kSlot;
  plan.int_register_width = {8};
  plan.stack_size = kHomeSpace;
  Placer placer(plan);
  plan.result = placer.result(signature.result);
  for (const Parameter& each : signature.parameters) {
    plan.arguments.push_back(placer.argument(each.type));
  }
  plan.stack_used = plan.stack_size;
  plan.stack_size = rounded_up(plan.stack_used, plan.stack_alignment);
  return plan;
}

}  // namespace banter::abi::win_x64
