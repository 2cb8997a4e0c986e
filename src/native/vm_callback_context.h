// vm_callback_context.h -- one callback in progress, on the C stack of thunkEntry.
//
//   offset  64-bit  32-bit
//           0       0       thunkp               address of the thunk that C called
//           8       4       stackp               first stacked argument
//           16      8       intregargsp          the integer argument registers, in ABI order
//           24      12      floatregargsp        the floating-point ones, 8 bytes each, or null
//           32      16      savedCStackPointer   }
//           40      20      savedCFramePointer   } private to the VM
//           48      24      rvs                  the return value
//           64      32      end of what image code knows; the rest is private
//
// The names and the first 64 (32) bytes are those that image code of other systems knows
// (docs/decisions: alien callbacks). The C++ side fills in a ReturnCode and rvs, or for
// ReturnCode::plan the result registers themselves.
#pragma once

#include <cstddef>
#include <cstdint>

namespace banter::carrier {
class Thread;
}

namespace banter::native {

struct ThunkRecord;

// How rvs goes back to C. 1 to 4 are the original's; image code answers them.
enum class ReturnCode : std::int32_t {
  word = 1,          // an integer or pointer, in the first integer result register
  word64 = 2,        // 64 bits; two registers on 32-bit hosts
  double_float = 3,  // a double
  structure = 4,     // rvs.valstruct is copied to where C wants the struct
  single_float = 5,  // rvs.valflt32, a float
  plan = 6,          // results.* as the call plan says
};

// The result registers of every supported ABI, by their index in it: integers 0-1 (rax rdx, x0 x1),
// floats 0-3 (xmm0 xmm1, v0-v3) with their upper halves apart, the x87 stack from st(0) on. A float
// stands in the low half of its word.
struct ResultRegisters {
  std::uint64_t integers[2];
  std::uint64_t floats[4];
  std::uint64_t float_uppers[4];
  unsigned char x87[2][16];  // 10 bytes each
};

// Which way the callback came in.
enum class Arrival : std::uint8_t {
  from_callout,       // inside a callout of this thread; the VM may have been taken meanwhile
  from_foreign_code,  // on a thread that was outside the VM
};

struct VMCallbackContext {
  void* thunkp;
  std::intptr_t* stackp;
  std::intptr_t* intregargsp;
  double* floatregargsp;
  void* savedCStackPointer;
  void* savedCFramePointer;
  union alignas(8) {
    std::intptr_t valword;
    std::uint64_t valword64;
    double valflt64;
    float valflt32;
    struct {
      void* addr;
      std::intptr_t size;
    } valstruct;
  } rvs;

  // Private from here on. thunkEntry fills in `record` and `struct_result`.
  ThunkRecord* record;
  void* struct_result;  // the register that brings the address for a struct result (x8, or the
                        // first integer argument)
  ReturnCode return_code;
  Arrival arrival;
  std::uint8_t x87_results;  // with ReturnCode::plan: how many results.x87 there are, 0 to 2
  carrier::Thread* thread;   // the thread that runs this callback
  void* user;                // the handler's own, null at first
  ResultRegisters results;
};

// The return address of the call that came in. thunkEntry's frame begins with the caller's frame
// pointer and that address, on every host.
inline const void* return_address(const VMCallbackContext& context) {
  return static_cast<void* const*>(context.savedCFramePointer)[1];
}

static_assert(offsetof(VMCallbackContext, stackp) == sizeof(void*));
static_assert(offsetof(VMCallbackContext, floatregargsp) == 3 * sizeof(void*));
static_assert(offsetof(VMCallbackContext, rvs) == 6 * sizeof(void*));
static_assert(sizeof(void*) == 4 || offsetof(VMCallbackContext, record) == 64);

}  // namespace banter::native
