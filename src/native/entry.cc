// entry.cc -- the C++ half of thunkEntry: where did this callback come in, and may it run?
//
//   thunk -> thunkEntry (assembly) -> banter_thunk_entry -> the record's handler
//
// What cannot run returns the record's default and leaves a note: allocation, locks and Smalltalk
// are out of the question there, because it may be a signal handler.

#include <cstring>

#include "carrier/carrier.h"
#include "native/refusals.h"
#include "native/thunk.h"

namespace banter::native {

namespace {

using carrier::Place;
using carrier::Thread;

// C may run on a stack of its own making (a coroutine): nothing is known of that one's size.
bool has_stack(const carrier::NativeStack& stack, std::size_t needed) {
  const auto* here = static_cast<const std::byte*>(__builtin_frame_address(0));
  const auto* lowest = stack.limit() - carrier::NativeStack::kReserve;
  if (here < lowest || here >= stack.high()) return true;
  return here > stack.limit() && static_cast<std::size_t>(here - stack.limit()) >= needed;
}

// Puts what rvs says into the registers that thunkEntry loads.
void load_results(VMCallbackContext& context) {
  auto& results = context.results;
  switch (context.return_code) {
    case ReturnCode::word:
    case ReturnCode::word64:
      results.integers[0] = context.rvs.valword64;
      break;
    case ReturnCode::double_float:
      results.floats[0] = context.rvs.valword64;
      break;
    case ReturnCode::single_float:
      results.floats[0] = context.rvs.valword64 & 0xFFFFFFFF;
      break;
    case ReturnCode::structure:
      std::memcpy(context.struct_result, context.rvs.valstruct.addr,
                  static_cast<std::size_t>(context.rvs.valstruct.size));
      results.integers[0] = reinterpret_cast<std::uintptr_t>(context.struct_result);
      break;
    case ReturnCode::plan:
      break;
  }
}

// On a thread of a VM: the handler runs with this thread's record as the current one.
void run_on(Thread& thread, VMCallbackContext& context, const ThunkRecord& record) {
  const ThunkOwner& owner = *record.owner;
  const Place place = thread.place();
  if (place == Place::in_vm || place == Place::waiting)
    return refuse(context, Refusal::thread_in_vm);
  if (!has_stack(thread.current_stack(), owner.stack_needed))
    return refuse(context, Refusal::no_stack);
  context.arrival = place == Place::outside ? Arrival::from_foreign_code : Arrival::from_callout;
  if (place == Place::outside && record.policy == ThreadPolicy::callout_only)
    return refuse(context, Refusal::wrong_thread);
  context.thread = &thread;
  if (Thread::current() == &thread) [[likely]]
    return record.handler(&context);
  Thread* other_vms = Thread::set_current(&thread);
  record.handler(&context);
  Thread::set_current(other_vms);
}

void run(VMCallbackContext& context, const ThunkRecord& record) {
  if (record.state.load(std::memory_order_acquire) != ThunkState::live) [[unlikely]]
    return refuse(context, Refusal::freed);
  ThunkOwner& owner = *record.owner;
  if (owner.over.load(std::memory_order_acquire)) [[unlikely]]
    return refuse(context, Refusal::session_over);
  if (owner.carrier == nullptr) return record.handler(&context);
  if (owner.carrier->in_forked_child()) [[unlikely]]
    return refuse(context, Refusal::forked_child);
  Thread* thread = Thread::current_in(*owner.carrier);
  if (thread != nullptr && thread->place() != Place::outside) [[likely]]
    return run_on(*thread, context, record);

  // A thread outside the VM: its owner waits for it before the VM goes away.
  owner.foreign_callbacks.fetch_add(1);
  if (owner.over.load()) {
    refuse(context, Refusal::session_over);
  } else if (thread == nullptr && record.policy == ThreadPolicy::callout_only) {
    refuse(context, Refusal::wrong_thread);
  } else {
    if (thread == nullptr) thread = &owner.carrier->attach(carrier::ThreadKind::foreign);
    run_on(*thread, context, record);
  }
  owner.foreign_callbacks.fetch_sub(1);
}

}  // namespace

void refuse(VMCallbackContext& context, Refusal reason) {
  const ThunkRecord& record = *context.record;
  context.return_code = record.default_code;
  std::memcpy(&context.rvs, record.default_value, sizeof context.rvs);
  if (record.default_code == ReturnCode::plan) {
    context.results = {};
    context.results.integers[0] = record.default_value[0];
    context.results.floats[0] = record.default_value[1];
  }
  note_refusal(record, reason);
  ThunkOwner& owner = *record.owner;
  owner.has_refused.store(true);
  if (owner.refused != nullptr && !owner.over.load()) owner.refused(owner);
}

extern "C" void banter_thunk_entry(VMCallbackContext* context);
void banter_thunk_entry(VMCallbackContext* context) {
  context->thread = nullptr;
  context->user = nullptr;
  context->return_code = ReturnCode::word;
  context->arrival = Arrival::from_foreign_code;
  run(*context, *context->record);
  load_results(*context);
}

}  // namespace banter::native
