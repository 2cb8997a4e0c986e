// entry.cc -- the C++ half of thunkEntry: where did this callback come in, and may it run?
//
//   thunk -> thunkEntry (assembly) -> banter_thunk_entry -> the record's handler
//
// What cannot run returns the record's default and leaves a note: allocation, locks and Smalltalk
// are out of the question there, because it may be a signal handler.

#include <cstring>

#include "carrier/carrier.h"
#include "native/callback_values.h"
#include "native/refusals.h"
#include "native/signal_return.h"
#include "native/thunk.h"

namespace banter::native {

namespace {

using carrier::Place;
using carrier::Thread;

// Both end also when the thread ends inside of the handler, whose frames are unwound then.
class CurrentThread {
 public:
  explicit CurrentThread(Thread& thread)
      : thread_(thread), other_vms_(Thread::set_current(&thread)) {}
  ~CurrentThread() { Thread::set_current(other_vms_ == nullptr ? &thread_ : other_vms_); }
  CurrentThread(const CurrentThread&) = delete;
  CurrentThread& operator=(const CurrentThread&) = delete;

 private:
  Thread& thread_;
  Thread* other_vms_;
};

class ForeignCallback {
 public:
  explicit ForeignCallback(ThunkOwner& owner) : owner_(owner) { owner_.foreign_callbacks++; }
  ~ForeignCallback() { owner_.foreign_callbacks--; }
  ForeignCallback(const ForeignCallback&) = delete;
  ForeignCallback& operator=(const ForeignCallback&) = delete;

 private:
  ThunkOwner& owner_;
};

// On a thread of a VM: the handler runs with this thread's record as the current one.
void run_on(Thread& thread, VMCallbackContext& context, const ThunkRecord& record) {
  const Place place = thread.place();
  if (place == Place::in_vm || place == Place::waiting)
    return refuse(context, Refusal::thread_in_vm);
  if (!thread.current_stack().has_room(record.owner->stack_needed))
    return refuse(context, Refusal::no_stack);
  context.arrival = place == Place::outside ? Arrival::from_foreign_code : Arrival::from_callout;
  context.thread = &thread;
  const CurrentThread current(thread);
  record.handler(&context);
}

// A thread outside the VM: the VM's owner waits until it has gone.
void run_foreign(Thread* thread, VMCallbackContext& context, const ThunkRecord& record) {
  ThunkOwner& owner = *record.owner;
  const ForeignCallback counted(owner);
  if (owner.over.load()) {
    refuse(context, Refusal::session_over);
  } else if (record.policy == ThreadPolicy::callout_only) {
    refuse(context, Refusal::wrong_thread);
  } else if (record.policy == ThreadPolicy::main_thread) {
    owner.delegate(owner, context);
  } else {
    if (thread == nullptr) thread = &owner.carrier->attach(carrier::ThreadKind::foreign);
    run_on(*thread, context, record);
  }
}

// It may be a signal handler.
void post(VMCallbackContext& context, const ThunkRecord& record) {
  ThunkOwner& owner = *record.owner;
  const ForeignCallback counted(owner);
  if (owner.over.load()) return refuse(context, Refusal::session_over);
  owner.post(owner, context);
}

// Every case in turn.
[[gnu::noinline]] void run(VMCallbackContext& context, const ThunkRecord& record) {
  const ThunkState state = record.state.load(std::memory_order_acquire);
  if (state != ThunkState::live && state != ThunkState::posts)
    return refuse(context, Refusal::freed);
  const ThunkOwner& owner = *record.owner;
  if (owner.over.load(std::memory_order_acquire)) return refuse(context, Refusal::session_over);
  if (owner.carrier->in_forked_child()) return refuse(context, Refusal::forked_child);
  if (state == ThunkState::posts) return post(context, record);
  // Anything may be half done on this thread: C's allocator, C's locks.
  if (is_signal_return(return_address(context))) return refuse(context, Refusal::is_handler);
  Thread* thread = Thread::current_in(*owner.carrier);
  if (thread == nullptr || thread->place() == Place::outside)
    return run_foreign(thread, context, record);
  run_on(*thread, context, record);
}

// The usual cases, all in one: a live callback without a VM, or in a callout of the VM that the
// thread entered last, on a stack of ours with room. False: look closer.
bool run_at_once(VMCallbackContext& context, const ThunkRecord& record) {
  if (record.state.load(std::memory_order_acquire) != ThunkState::live) return false;
  const ThunkOwner& owner = *record.owner;
  if (owner.over.load(std::memory_order_acquire)) return false;
  if (owner.carrier == nullptr) {
    context.arrival = Arrival::from_foreign_code;
    context.thread = nullptr;
    record.handler(&context);
    return true;
  }
  Thread* thread = Thread::current();
  if (thread == nullptr || &thread->carrier() != owner.carrier) return false;
  if (thread->place() != Place::in_c) return false;
  if (owner.carrier->in_forked_child()) return false;
  if (is_signal_return(return_address(context))) return false;
  if (thread->current_stack().bytes_left() < owner.stack_needed) return false;
  context.arrival = Arrival::from_callout;
  context.thread = thread;
  record.handler(&context);
  return true;
}

}  // namespace

void give_default(VMCallbackContext& context) {
  const ThunkRecord& record = *context.record;
  if (record.reader == nullptr) {
    context.return_code = record.default_code;
    std::memcpy(&context.rvs, record.default_value, sizeof context.rvs);
    return;
  }
  record.reader->send_result(context, record.default_result);
}

void refuse(VMCallbackContext& context, Refusal reason) {
  const ThunkRecord& record = *context.record;
  give_default(context);
  ThunkOwner& owner = *record.owner;
  if (owner.notes_refusals) {
    note_refusal(record, reason, return_address(context));
    owner.has_refused.store(true);
  }
  if (owner.refused != nullptr && !owner.over.load()) owner.refused(owner, context, reason);
}

// Answers a ReturnCode that thunkEntry knows: `structure` is done here, and rvs.valword is then the
// address that C expects.
extern "C" ReturnCode banter_thunk_entry(VMCallbackContext* context);
ReturnCode banter_thunk_entry(VMCallbackContext* context) {
  context->user = nullptr;
  context->x87_results = 0;
  if (!run_at_once(*context, *context->record)) [[unlikely]] {
    context->thread = nullptr;
    context->arrival = Arrival::from_foreign_code;
    run(*context, *context->record);
  }
  if (context->return_code == ReturnCode::structure) [[unlikely]] {
    const auto [source, size] = context->rvs.valstruct;
    std::memcpy(context->struct_result, source, static_cast<std::size_t>(size));
    context->rvs.valword = reinterpret_cast<std::intptr_t>(context->struct_result);
  }
  return context->return_code;
}

}  // namespace banter::native
