// variadic.h -- the arguments that a variadic callback got for its `...`, as C's va_list.
#pragma once

#include <cstdarg>

#include "abi/places.h"
#include "native/vm_callback_context.h"

namespace banter::native {

// Good until the callback returns. The plan is of the host's own ABI and that of the declaration,
// without further arguments; the thunk saves whole float registers, since nobody knows what the
// caller passes.
class VariadicArguments {
 public:
  VariadicArguments(const VMCallbackContext& context, const abi::CallPlan& plan);
  VariadicArguments(const VariadicArguments&) = delete;
  VariadicArguments& operator=(const VariadicArguments&) = delete;
  ~VariadicArguments() { va_end(list_); }

  // va_arg(*list(), int) reads the first argument after the fixed ones.
  std::va_list* list() { return &list_; }

 private:
  static constexpr std::size_t kMostSavedBytes = 192;
  alignas(16) unsigned char saved_[kMostSavedBytes];  // registers as va_arg wants them
  std::va_list list_;
};

}  // namespace banter::native
