// variadic.cc -- va_list under AAPCS for 32-bit Arm.
//
// va_arg reads words one after the other: what a variadic callee's prologue stores below its
// stacked arguments are the integer registers, and thunkEntry does the same. [AAPCS32 8.1.4]
#include "native/variadic.h"

#include <cstring>

#include "native/host.h"

namespace banter::native {

VariadicArguments::VariadicArguments(const VMCallbackContext& context, const abi::CallPlan& plan) {
  const bool in_registers = plan.int_registers < host::kIntegerRegisters;
  const void* next =
      in_registers ? static_cast<const void*>(context.intregargsp + plan.int_registers)
                   : reinterpret_cast<const std::byte*>(context.stackp) + plan.stack_used.count;
  static_assert(sizeof list_ == sizeof next);
  std::memcpy(&list_, &next, sizeof next);
}

}  // namespace banter::native
