// vm_testing.h -- callbacks that enter a VM, without a VM.
#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "carrier/carrier.h"
#include "native/native_testing.h"

namespace banter::native::testing_support {

using carrier::Carrier;
using carrier::Thread;

// A handler that enters the VM as the interpreter does, and counts inside it.
struct TestVm {
  Carrier carrier;
  ThunkOwner& owner = ThunkAllocator::instance().add_owner(&carrier, this);
  long count = 0;  // guarded by the VM
  long foreign = 0;

  static void handler(VMCallbackContext* context) {
    auto& vm = *static_cast<TestVm*>(context->record->owner->vm);
    auto& ownership = vm.carrier.ownership();
    Thread& thread = *context->thread;
    const bool callout = context->arrival == Arrival::from_callout;
    if (!callout || !ownership.leave_c(thread)) {
      if (!ownership.acquire(thread)) return refuse(*context, Refusal::session_over);
    }
    vm.count++;
    if (!callout) vm.foreign++;
    return_word(context, word_argument(context, 0) + 1);
    if (callout) {
      ownership.enter_c(thread);
    } else {
      ownership.release(thread);
    }
  }

  ThunkRequest request() {
    ThunkRequest made;
    made.handler = handler;
    made.owner = &owner;
    made.default_value[0] = static_cast<std::uint64_t>(-1);
    made.signature = "long (*)(long)";
    made.creation_site = "TestVm>>request";
    return made;
  }
  ThunkRecord& thunk(const ThunkRequest& made) {
    return *ThunkAllocator::instance().allocate(made).value();
  }
  ThunkRecord& thunk() { return thunk(request()); }
  // One callout during which C calls `function`.
  long call_out(ThunkRecord& record, long argument) {
    Thread& thread = *Thread::current_in(carrier);
    carrier.ownership().enter_c(thread);
    const long result = function_of<long(long)>(record)(argument);
    if (!carrier.ownership().leave_c(thread)) {
      EXPECT_TRUE(carrier.ownership().acquire(thread));
    }
    return result;
  }
  std::vector<Refused> refused() { return ThunkAllocator::instance().take_refused(owner); }
};

}  // namespace banter::native::testing_support
