// plan_testing.h -- calls and callbacks by plan, for tests that say what travels and not where.
#pragma once

#include <cstddef>
#include <functional>
#include <type_traits>
#include <utility>
#include <vector>

#include "abi/classify.h"
#include "abi/declaration.h"
#include "abi/layout.h"
#include "base/check.h"
#include "native/callback_values.h"
#include "native/invoke.h"
#include "native/native_testing.h"

namespace banter::native::testing_support {

inline abi::Signature declared(const char* text, abi::AbiName abi = kHostAbi) {
  return abi::parse_signature(text, abi).value();
}

inline abi::Signature signature_of(const abi::CType& result,
                                   const std::vector<abi::CType>& parameters,
                                   abi::AbiName abi = kHostAbi,
                                   abi::Convention convention = abi::Convention::cdecl_call) {
  abi::Signature signature;
  signature.abi = abi;
  signature.convention = convention;
  signature.result = result;
  for (const abi::CType& each : parameters) signature.parameters.push_back({each, "", ""});
  signature.fixed_count = parameters.size();
  return signature;
}

inline abi::CType structure_of(const std::vector<abi::CType>& members,
                               abi::AbiName abi = kHostAbi) {
  abi::AggregateRequest request;
  request.abi = abi;
  for (const abi::CType& each : members) request.members.push_back({"m", each, std::nullopt});
  return abi::lay_out(request).value();
}

// Any function as what invoke() takes.
template <class Function>
void (*target(Function* function))() {
  return reinterpret_cast<void (*)()>(function);
}

// Calls `function` by the signature's plan. Each argument has exactly its parameter's type.
template <class Result, class... Arguments>
Result invoke_by(const abi::Signature& signature, void (*function)(), Arguments... arguments) {
  const abi::CallPlan plan = abi::classify(signature.abi, signature).value();
  BANTER_CHECK(sizeof...(Arguments) == plan.arguments.size());
  void* addresses[sizeof...(Arguments) + 1] = {&arguments...};
  if constexpr (std::is_void_v<Result>) {
    invoke(plan, function, nullptr, addresses);
  } else {
    Result result{};
    BANTER_CHECK(sizeof result == plan.result.type.size.count);
    invoke(plan, function, &result, addresses);
    return result;
  }
}

// A C function of that signature that runs `body` while this object lives.
class PlanCallback {
 public:
  using Body = std::function<void(void* const* arguments, void* result)>;

  PlanCallback(const abi::Signature& signature, Body body)
      : plan_(abi::classify(signature.abi, signature).value()),
        reader_(plan_),
        body_(std::move(body)) {
    BANTER_CHECK(reader_.room_needed() <= kRoom && plan_.result.type.size.count <= kRoom &&
                 reader_.argument_count() <= kMostArguments);
    ThunkRequest request = request_for(plan_);
    request.handler = run;
    request.owner = &plain_owner();
    request.user = this;
    record_ = ThunkAllocator::instance().allocate(request).value();
  }
  PlanCallback(const PlanCallback&) = delete;
  PlanCallback& operator=(const PlanCallback&) = delete;
  ~PlanCallback() { ThunkAllocator::instance().free(*record_); }

  template <class Function>
  Function* function() const {
    return function_of<Function>(*record_);
  }

 private:
  static constexpr std::size_t kRoom = 512, kMostArguments = 32;

  static void run(VMCallbackContext* context) {
    const auto& self = *static_cast<const PlanCallback*>(context->record->user);
    alignas(16) std::byte room[kRoom], own[kRoom];
    void* arguments[kMostArguments];
    self.reader_.arguments(*context, room, arguments);
    void* result = self.reader_.result_room(*context, own);
    self.body_(arguments, result);
    self.reader_.set_result(*context, result);
  }

  abi::CallPlan plan_;
  CallbackReader reader_;
  Body body_;
  ThunkRecord* record_;
};

// The value at arguments[i] of a PlanCallback.
template <class T>
const T& argument(void* const* arguments, std::size_t i) {
  return *static_cast<const T*>(arguments[i]);
}

}  // namespace banter::native::testing_support
