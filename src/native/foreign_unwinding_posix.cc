#include <unwind.h>

#include <cstring>

#include "base/check.h"
#include "native/foreign_unwinding.h"
#include "native/host.h"
#include "platform/code_address.h"

namespace banter::native {

namespace {

struct Walk {
  std::uintptr_t target;
  FrameWalk result;
};

// Something at the upper end of a frame or above it, or at least not below the next inner frame.
// (32-bit Arm's unwinder answers no CFA while it walks, but the stack pointer.)
std::uintptr_t upper_end(_Unwind_Context* context) {
#if defined(BANTER_HOST_AAPCS32)
  constexpr int kStackPointer = 13;
  return _Unwind_GetGR(context, kStackPointer);
#else
  return static_cast<std::uintptr_t>(_Unwind_GetCFA(context));
#endif
}

_Unwind_Reason_Code visit(_Unwind_Context* context, void* data) {
  auto& walk = *static_cast<Walk*>(data);
  const auto address = static_cast<std::uintptr_t>(_Unwind_GetIP(context));
  if (!platform::is_own_code(address))
    walk.result.functions.push_back(platform::describe_code(address));
  walk.result.complete = upper_end(context) > walk.target;
  return walk.result.complete ? _URC_END_OF_STACK : _URC_NO_REASON;
}

_Unwind_Reason_Code go_on(int, _Unwind_Action actions, _Unwind_Exception_Class, _Unwind_Exception*,
                          _Unwind_Context*, void*) {
  BANTER_CHECK((actions & _UA_END_OF_STACK) == 0, "nobody caught the unwinding of foreign frames");
  return _URC_NO_REASON;
}

void forget(_Unwind_Reason_Code, _Unwind_Exception* exception) {
  delete exception;
}

}  // namespace

FrameWalk frames_up_to(const void* target) {
  Walk walk{reinterpret_cast<std::uintptr_t>(target), {}};
  _Unwind_Backtrace(visit, &walk);
  return std::move(walk.result);
}

void unwind_to_callout() {
  auto* exception = new _Unwind_Exception{};
  static_assert(sizeof exception->exception_class == 8);
  std::memcpy(&exception->exception_class, "BANTERST", sizeof exception->exception_class);
  exception->exception_cleanup = forget;
  _Unwind_ForcedUnwind(exception, go_on, nullptr);
  fail_check(__FILE__, __LINE__, "unwind_to_callout", "the unwinder came back");
}

}  // namespace banter::native
