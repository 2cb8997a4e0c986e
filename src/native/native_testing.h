// native_testing.h -- what the tests of native/ share.
#pragma once

#include <bit>
#include <cstdint>

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

inline double float_argument(const VMCallbackContext* context, int index) {
  return context->floatregargsp[index];
}

}  // namespace banter::native::testing_support
