// variadic.cc -- va_list under AAPCS64.
//
// va_arg reads x registers and v registers from two save areas, each addressed by its end and a
// negative offset that grows to 0. [AAPCS64 10.1.5, appendix B]
#include "native/variadic.h"

#include <cstring>

#include "native/marshal.h"

namespace banter::native {
namespace {

struct VaList {
  void* stack;
  void* gr_top;
  void* vr_top;
  int gr_offs;
  int vr_offs;
};
static_assert(sizeof(VaList) == sizeof(std::va_list));

constexpr int kIntegerBytes = 8 * host::kIntegerRegisters;
constexpr int kFloatBytes = 16 * host::kFloatRegisters;

}  // namespace

VariadicArguments::VariadicArguments(const VMCallbackContext& context, const abi::CallPlan& plan) {
  static_assert(kIntegerBytes + kFloatBytes <= kMostSavedBytes);
  std::memcpy(saved_, context.intregargsp, kIntegerBytes);
  unsigned char* floats = saved_ + kIntegerBytes;
  for (unsigned i = 0; i < host::kFloatRegisters; i++) {
    std::memcpy(floats + 16 * i, saved_float(context, i), 8);
    std::memcpy(floats + 16 * i + 8, saved_float_upper(context, i), 8);
  }
  const VaList list{reinterpret_cast<std::byte*>(context.stackp) + plan.stack_used.count, floats,
                    floats + kFloatBytes, 8 * plan.int_registers - kIntegerBytes,
                    16 * plan.float_registers - kFloatBytes};
  std::memcpy(&list_, &list, sizeof list);
}

}  // namespace banter::native
