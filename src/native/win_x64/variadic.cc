// variadic.cc -- va_list under the x64 convention of Windows.
//
// A pointer to the next argument: every argument has a word, the first four in the home space above
// the return address, where the callee puts the registers. Callers put what they pass for `...`
// into integer registers, floats too. [x64 calling convention, "Varargs"]
#include "native/variadic.h"

#include <cstring>

#include "native/marshal.h"

namespace banter::native {

static_assert(sizeof(std::va_list) == sizeof(void*));

VariadicArguments::VariadicArguments(const VMCallbackContext& context, const abi::CallPlan& plan) {
  std::memcpy(context.stackp, context.intregargsp,
              host::kIntegerRegisters * sizeof *context.intregargsp);
  const std::size_t fixed = plan.arguments.size() + (plan.result.by_reference ? 1 : 0);
  std::intptr_t* next = context.stackp + fixed;
  std::memcpy(&list_, &next, sizeof list_);
}

}  // namespace banter::native
