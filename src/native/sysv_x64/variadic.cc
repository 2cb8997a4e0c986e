// variadic.cc -- va_list under the System V AMD64 ABI.
//
// va_arg reads from a save area that holds the six integer registers and then the eight vector
// registers, 16 bytes each, as a variadic callee's prologue writes it. [3.5.7, figures 3.33, 3.34]
#include "native/variadic.h"

#include <cstring>

#include "native/marshal.h"

namespace banter::native {
namespace {

struct VaList {
  unsigned gp_offset;
  unsigned fp_offset;
  void* overflow_arg_area;
  void* reg_save_area;
};
static_assert(sizeof(VaList) == sizeof(std::va_list));

constexpr unsigned kIntegerBytes = 8 * host::kIntegerRegisters;

}  // namespace

VariadicArguments::VariadicArguments(const VMCallbackContext& context, const abi::CallPlan& plan) {
  BANTER_CHECK(plan.abi == kHostAbi, "Windows' va_list is another type");
  static_assert(kIntegerBytes + 16 * host::kFloatRegisters <= kMostSavedBytes);
  std::memcpy(saved_, context.intregargsp, kIntegerBytes);
  for (unsigned i = 0; i < host::kFloatRegisters; i++) {
    unsigned char* at = saved_ + kIntegerBytes + 16 * i;
    std::memcpy(at, saved_float(context, i), 8);
    std::memcpy(at + 8, saved_float_upper(context, i), 8);
  }
  const VaList list{8u * plan.int_registers, kIntegerBytes + 16u * plan.float_registers,
                    reinterpret_cast<std::byte*>(context.stackp) + plan.stack_used.count, saved_};
  std::memcpy(&list_, &list, sizeof list);
}

}  // namespace banter::native
