// variadic.cc -- va_list on 32-bit x86: the address of the next argument, all of which are on the
// stack. [2.2.3]
#include "native/variadic.h"

#include <cstring>

namespace banter::native {

VariadicArguments::VariadicArguments(const VMCallbackContext& context, const abi::CallPlan& plan) {
  void* const first = reinterpret_cast<std::byte*>(context.stackp) + plan.stack_used.count;
  static_assert(sizeof first == sizeof list_);
  std::memcpy(&list_, &first, sizeof first);
}

}  // namespace banter::native
