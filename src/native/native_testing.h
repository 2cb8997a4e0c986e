// native_testing.h -- what the tests of native/ share.
#pragma once

#include <unwind.h>

#include <bit>
#include <cstdint>
#include <cstring>

#include "native/host.h"
#include "native/thunk.h"

namespace banter::native::testing_support {

// An owner without a VM: its handlers run wherever they are called.
inline ThunkOwner& plain_owner() {
  static ThunkOwner& owner = ThunkAllocator::instance().add_owner(nullptr, nullptr);
  return owner;
}

inline ThunkRecord& make_thunk(CallbackEntry handler, void* user = nullptr,
                               ThunkOwner& owner = plain_owner()) {
  ThunkRequest request;
  request.handler = handler;
  request.owner = &owner;
  request.user = user;
  request.signature = "int (*)(void)";
  request.creation_site = "native_testing.h";
  auto record = ThunkAllocator::instance().allocate(request);
  return *record.value();
}

template <class Function>
Function* function_of(const ThunkRecord& record) {
  return reinterpret_cast<Function*>(record.thunk);
}

inline void return_word(VMCallbackContext* context, std::intptr_t value) {
  context->rvs.valword = value;
  context->return_code = ReturnCode::word;
}

// Of a function whose parameters are all words, or all doubles, and few.
inline std::intptr_t word_argument(const VMCallbackContext* context, int index) {
#if defined(BANTER_HOST_IA32)
  return context->stackp[index];
#else
  return context->intregargsp[index];
#endif
}
inline double float_argument(const VMCallbackContext* context, int index) {
#if defined(BANTER_HOST_IA32)
  double value;
  std::memcpy(&value, context->stackp + 2 * index, sizeof value);
  return value;
#elif defined(BANTER_HOST_AAPCS32) && !defined(__ARM_PCS_VFP)
  double value;
  std::memcpy(&value, context->intregargsp + 2 * index, sizeof value);
  return value;
#else
  return context->floatregargsp[index];
#endif
}

// The function that a frame of _Unwind_Backtrace is in, as start_of() says it.
inline std::uintptr_t function_of_frame(_Unwind_Context* context) {
  return _Unwind_GetRegionStart(context);
}
template <class Function>
std::uintptr_t start_of(Function* function) {
  const auto address = reinterpret_cast<std::uintptr_t>(function);
#if defined(BANTER_HOST_AAPCS32)
  return address & ~std::uintptr_t{1};  // a pointer to Thumb code is odd, the code is not
#else
  return address;
#endif
}

}  // namespace banter::native::testing_support
