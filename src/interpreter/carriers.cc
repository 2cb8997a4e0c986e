// carriers.cc -- which native stack and OS thread runs the active process.
//
// A process with foreign frames runs on the native stack that holds them, the process of run() on
// the stack that run() was called on (its anchor), every other process on any free native stack of
// the main thread. While the thread in question is inside C for another process, a spare thread
// does it; so a callout of one process keeps no other out, that of run() included. After each
// change of process the loop calls attend(), which goes to the right native stack or gives the VM
// to the right thread; every thread that gets the VM back looks again, so nobody has to know why it
// was chosen.
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "heap/layouts.h"
#include "heap/rooted.h"
#include "interpreter/interpreter.h"

namespace banter::interpreter {

using carrier::NativeStack;
using carrier::Place;
using carrier::Thread;
using carrier::ThreadKind;
using heap::Object;
using heap::Rooted;
using heap::Special;
namespace process = heap::slots::process;

Thread& Interpreter::attach_thread(ThreadKind kind) {
  Thread& thread = carrier_.attach(kind);
  thread.user = new ThreadState;
  return thread;
}

// Makes `native`, on which the caller runs, the current one.
void Interpreter::use_native(NativeStack& native) {
  if (native.user == nullptr) native.user = new NativeState(heap_);
  current_native_ = &native;
  mutator_ = &static_cast<NativeState*>(native.user)->mutator;
  if (stack_ != nullptr) set_limit();
}

void Interpreter::enter_native(NativeStack& native) {
  watchdog_.note_activity();
  free_detached_states();
  use_native(native);
  attention_ = true;
}

// --- threads that ended
// ------------------------------------------------------------------------------

// On the ending thread, without the VM: its states are freed by the next holder.
void Interpreter::note_detached(void* vm, Thread& thread) {
  auto& self = *static_cast<Interpreter*>(vm);
  std::lock_guard lock(self.detached_mutex_);
  self.detached_threads_.emplace_back(static_cast<ThreadState*>(thread.user));
  if (thread.own_stack().user != nullptr)
    self.detached_natives_.emplace_back(static_cast<NativeState*>(thread.own_stack().user));
  thread.user = nullptr;
  thread.own_stack().user = nullptr;
}

void Interpreter::free_detached_states() {
  std::lock_guard lock(detached_mutex_);
  detached_threads_.clear();
  detached_natives_.clear();
}

// --- which native stack
// ------------------------------------------------------------------------------

bool Interpreter::is_free(const NativeStack& native) const {
  return native.owner == nullptr && (runs_ == nullptr || runs_->anchor != &native);
}

bool Interpreter::is_in_c(Thread& thread) {
  return state_of(thread).in_c.load() != nullptr;
}

// Whether its thread is not inside C for another process.
bool Interpreter::process_can_run(Oop oop) {
  const ProcessStack* stack = stack_of_process(oop);
  if (stack != nullptr && stack->foreign != nullptr) return !is_in_c(stack->native->thread());
  return !asks_for_main(oop) || !is_in_c(*main_thread_);
}

// True: it is to run on the main thread; false: anywhere else; nil: no matter. A program that
// embeds the VM may have no run() on its main thread.
Oop Interpreter::wish_for_main(Oop oop) const {
  const Object* object = oop.as_object();
  if (runs_ == nullptr || object->slot_count() <= process::kThread) return nil_;
  return object->slot(process::kThread);
}

bool Interpreter::asks_for_main(Oop oop) const {
  return wish_for_main(oop) == true_;
}

bool Interpreter::avoids_main(Oop oop) const {
  return wish_for_main(oop) == false_;
}

bool Interpreter::could_leave_main_thread() {
  const Oop process = stack_->process;
  return runs_ != nullptr && current_native_->thread().kind() == ThreadKind::main &&
         stack_->foreign == nullptr && !asks_for_main(process);
}

Oop Interpreter::owner_of_mutex(Oop mutex) const {
  return mutex.as_object()->slot(heap::slots::semaphore::kExcessSignals);
}

// The thread that runs processes without foreign frames now; nullptr: a spare one must be found.
Thread* Interpreter::free_thread() {
  Thread& here = current_native_->thread();
  if (here.kind() == ThreadKind::main) return &here;
  if (runs_ != nullptr && !is_in_c(*main_thread_)) return main_thread_;
  if (here.kind() == ThreadKind::spare) return &here;
  return free_spare();
}

// The spare thread that had the VM last, unless it has gone into C meanwhile: it would keep the VM
// that was handed over to it until it comes back.
Thread* Interpreter::free_spare() {
  return spare_thread_ != nullptr && !is_in_c(*spare_thread_) ? spare_thread_ : nullptr;
}

// A thread for a process that is to leave the main thread; nullptr: a spare one must be found.
Thread* Interpreter::away_from_main() {
  Thread& here = current_native_->thread();
  return here.kind() == ThreadKind::spare ? &here : free_spare();
}

// Where the active process runs: its thread, and its native stack when it needs a certain one.
Interpreter::Destination Interpreter::destination() {
  if (runs_ != nullptr && runs_->done) return {&runs_->anchor->thread(), runs_->anchor};
  if (stack_->foreign != nullptr) return {&stack_->native->thread(), stack_->native};
  if (avoids_main(stack_->process)) return {away_from_main(), nullptr};
  if (runs_ != nullptr && stack_->process == runs_->process && !is_in_c(runs_->anchor->thread()))
    return {&runs_->anchor->thread(), runs_->anchor};
  if (asks_for_main(stack_->process)) return {main_thread_, nullptr};
  return {free_thread(), nullptr};
}

NativeStack& Interpreter::free_native(Thread& thread) {
  if (&current_native_->thread() == &thread && is_free(*current_native_)) return *current_native_;
  for (NativeStack* native : idle_natives_)
    if (&native->thread() == &thread && is_free(*native)) return *native;
  NativeStack* native = carrier_.stacks().acquire(thread, run_base_loop, this);
  if (native == nullptr) fatal("no memory for another native stack");
  idle_natives_.push_back(native);
  return *native;
}

// The whole life of a pooled native stack: it runs whatever process is active. Never returns: a
// stack that is not needed is left by switching to another.
void Interpreter::run_base_loop(void* vm) {
  auto& self = *static_cast<Interpreter*>(vm);
  for (;;) {
    self.use_native(Thread::current()->current_stack());
    self.attention_ = true;
    self.interpret();
    self.wait_for_vm(Thread::current()->current_stack());
  }
}

// --- going there
// -------------------------------------------------------------------------------------

bool Interpreter::attend() {
  attention_ = false;
  if (exit_) {
    exit_ = false;
    return false;
  }
  NativeStack& here = *current_native_;
  for (;;) {
    if (is_quitting()) [[unlikely]]
      return attend_to_quitting(here);
    if (active_is_in_c_elsewhere(here)) set_active_aside();
    const bool done = runs_ != nullptr && runs_->done;
    if (done && is_in_c(runs_->anchor->thread())) return leave_run_to_anchor(here);
    if (!done && stack_ == nullptr && !find_work()) {
      if (go_to_own_stack(here)) continue;
      if (!wait_for_event(here)) return false;
      continue;
    }
    const Destination to = destination();
    if (to.thread != &here.thread()) {
      if (go_to_own_stack(here)) continue;
      if (!go_to_thread(here, to.thread)) return false;
      continue;
    }
    NativeStack& native = to.native != nullptr ? *to.native : free_native(*to.thread);
    if (&native == &here) {
      if (done) return false;
      break;
    }
    carrier::switch_to(here, native);
    enter_native(here);
  }
  attention_ = false;
  if (!stack_->callout_returned) return true;
  tell_of_callout();
  // Its first activation is a safe point: another process may be the active one now.
  return !attention_ || attend();
}

// run() is to return, but its thread is inside C for another process, perhaps for long.
bool Interpreter::leave_run_to_anchor(NativeStack& here) {
  if (end_elsewhere_) end_elsewhere_(outcome_of(*runs_));
  const bool leaves = may_leave(here);
  state_of(here.thread()).parked = !leaves;
  if (leaves) spare_thread_ = nullptr;
  carrier_.ownership().release(here.thread());
  if (leaves) return false;
  wait_for_vm(here);
  return attend();
}

// Makes the next runnable process the active one.
bool Interpreter::find_work() {
  const Oop next = highest_runnable();
  if (next == nil_) return false;
  remove_from_list(next.as_object()->slot(process::kMyList), next);
  start_process(next);
  return true;
}

// Gives the VM to `thread`, or to a spare one, and comes back with it. False: leave the loop, the
// VM is not held.
bool Interpreter::go_to_thread(NativeStack& here, Thread* thread) {
  Thread& self = here.thread();
  const bool leaves = may_leave(here);
  if (leaves) {
    spare_thread_ = nullptr;
    give_vm(self, thread, Place::outside);
    return false;
  }
  state_of(self).parked = true;
  give_vm(self, thread, Place::waiting);
  wait_for_vm(here);
  return true;
}

// Requires the VM; goes on without it, to wait for it or, with Place::outside, to other things. A
// thread that is inside C takes it when it comes back.
void Interpreter::give_vm(Thread& self, Thread* thread, Place afterwards) {
  if (thread == nullptr || is_in_c(*thread)) {
    carrier_.ownership().release(self);
    carrier_.heartbeat().start();
    carrier_.heartbeat().wake_spare();
  } else {
    carrier_.ownership().hand_over(self, *thread, afterwards);
    carrier_.ownership().wake();  // it may be in idle_wait
  }
}

void Interpreter::wait_for_vm(NativeStack& here) {
  if (!carrier_.ownership().park(here.thread())) end_of_session();
  state_of(here.thread()).parked = false;
  enter_native(here);
}

// Whether a process holds foreign frames on a native stack of that thread: nobody else can run it.
bool Interpreter::is_needed(const Thread& thread) const {
  return std::any_of(idle_natives_.begin(), idle_natives_.end(), [&](const NativeStack* each) {
    return each->owner != nullptr && &each->thread() == &thread;
  });
}

// A spare thread that is not in the middle of anything may leave the loop.
bool Interpreter::may_leave(const NativeStack& here) const {
  const Thread& self = here.thread();
  return self.kind() == ThreadKind::spare && here.is_threads_own() && here.owner == nullptr &&
         !is_needed(self);
}

// A spare thread that is not needed any more leaves from its own stack; on a pooled one it would be
// parked for ever.
bool Interpreter::go_to_own_stack(NativeStack& here) {
  Thread& self = here.thread();
  if (self.kind() != ThreadKind::spare || here.is_threads_own() ||
      self.own_stack().owner != nullptr || is_needed(self))
    return false;
  carrier::switch_to(here, self.own_stack());
  enter_native(here);
  return true;
}

// A thread that has lost its VM for good, with Smalltalk frames under it, stays here until the
// program ends.
void Interpreter::end_of_session() {
  for (;;) pause();
}

// The VM was shut down while this thread waited inside the loop: the loop is left, or never.
void Interpreter::leave_session(const NativeStack& here) {
  if (!may_leave(here)) end_of_session();
  exit_ = attention_ = true;
}

// --- nothing to run
// ----------------------------------------------------------------------------------

bool Interpreter::can_be_woken() {
  if (timer_ != 0 || outside_sources_.load() > 0 || carrier_.thread_count() > 1) return true;
  const Oop externals = heap_.special(Special::kExternalObjects);
  if (externals == nil_) return false;
  for (std::size_t i = 0; i < externals.as_object()->slot_count(); ++i)
    if (externals.as_object()->slot(i) != nil_) return true;
  return false;
}

carrier::Deadline Interpreter::timer_deadline() const {
  if (timer_ == 0) return carrier::kNoDeadline;
  return std::chrono::steady_clock::now() + std::chrono::microseconds(timer_ - utc_now());
}

// No process can run. False: leave the loop.
bool Interpreter::wait_for_event(NativeStack& here) {
  poll_events();
  if (highest_runnable() != nil_) return true;
  Thread& self = here.thread();
  if (self.kind() == ThreadKind::foreign) {
    const bool main_waits = runs_ != nullptr && state_of(*main_thread_).parked.load();
    return go_to_thread(here, main_waits ? main_thread_ : free_spare());
  }
  if (self.kind() == ThreadKind::spare && runs_ != nullptr && !is_in_c(*main_thread_))
    return go_to_thread(here, main_thread_);
  if (may_leave(here)) return wait_for_timer_on_spare(here);
  // One thread at a time waits for events: main, or a spare thread that has nothing else to do.
  if (self.kind() == ThreadKind::spare) return go_to_thread(here, nullptr);
  if (runs_ != nullptr && !can_be_woken()) {
    runs_->done = true;
    runs_->error = "deadlock: no process can run, and nothing can wake one";
    return true;
  }
  if (!carrier_.ownership().idle_wait(self, timer_deadline())) end_of_session();
  enter_native(here);
  poll_events();
  return true;
}

// A spare thread has nothing to run while main is inside C: it leaves, but comes back for the
// timer.
bool Interpreter::wait_for_timer_on_spare(NativeStack& here) {
  Thread& self = here.thread();
  const auto deadline = timer_deadline();
  const bool stays = timer_ != 0 && !spare_waits_.exchange(true);
  maybe_runnable_ = false;
  spare_thread_ = nullptr;
  carrier_.ownership().release(self);
  if (!stays) return false;
  const bool granted = carrier_.ownership().park(self, deadline);
  spare_waits_ = false;
  if (!granted && !carrier_.ownership().try_take(self)) return false;
  enter_native(here);
  spare_thread_ = &self;
  set_active_aside();
  poll_events();
  return true;
}

// On the watcher thread: would a spare thread find something to do?
bool Interpreter::work_waiting(void* vm) {
  auto& self = *static_cast<Interpreter*>(vm);
  const std::int64_t timer = self.timer_;
  if (self.watchdog_.is_due(self.carrier_.ownership().holding())) return true;
  return self.maybe_runnable_ || self.external_pending_ || self.arrival_pending_ ||
         (timer != 0 && utc_now() >= timer && !self.spare_waits_);
}

// Before a callout: processes that can run must not wait for its end.
void Interpreter::start_watcher_if_needed() {
  if (highest_runnable() == nil_) {
    maybe_runnable_ = false;
  } else {
    carrier_.heartbeat().start();
  }
}

void Interpreter::set_watchdog(std::chrono::seconds limit) {
  watchdog_.set_limit(limit);
  if (limit.count() > 0) carrier_.heartbeat().start();
}

void Interpreter::sleep_until_event(std::int64_t at_most_microseconds) {
  NativeStack& here = *current_native_;
  save_active_stack();
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::microseconds(at_most_microseconds);
  if (!carrier_.ownership().idle_wait(here.thread(), std::min(deadline, timer_deadline())))
    return leave_session(here);
  enter_native(here);
  request_interrupt();
}

// Another thread waits for the VM: let it run first.
void Interpreter::yield_vm() {
  NativeStack& here = *current_native_;
  save_active_stack();
  if (!carrier_.ownership().yield(here.thread())) return leave_session(here);
  enter_native(here);
}

// --- taking over
// -------------------------------------------------------------------------------------

// Was the VM taken from a thread that is inside C for the active process? Then that process is not
// runnable, and a VM that was handed over to its thread would stay with it until C returns.
bool Interpreter::active_is_in_c_elsewhere(const NativeStack& here) const {
  if (stack_ == nullptr || stack_->foreign == nullptr || stack_->native == nullptr) return false;
  Thread& thread = stack_->native->thread();
  return &thread != &here.thread() && state_of(thread).in_c.load() == stack_;
}

// This thread has got the VM while another process was active: it waits in C, or at a safe point.
void Interpreter::set_active_aside() {
  if (stack_ == nullptr) return;
  ProcessStack& stack = *stack_;
  Rooted<> active(*mutator_, stack.process);
  const bool in_c = stack.foreign != nullptr && stack.native != nullptr &&
                    state_of(stack.native->thread()).in_c.load() == &stack;
  suspend_active();
  if (in_c) {
    heap_.store(active.get(), process::kMyList, heap_.special(Special::kSchedulerAssociation));
  } else {
    put_to_sleep(active.oop(), false);
  }
}

// This thread is back from C on `stack`'s native stack and has lost the VM meanwhile: gets it, and
// goes on when that process is the active one.
void Interpreter::reenter(ProcessStack& stack) {
  Thread& self = *Thread::current_in(carrier_);
  NativeStack& here = self.current_stack();
  if (!carrier_.ownership().acquire(self)) end_of_session();
  state_of(self).in_c = nullptr;
  enter_native(here);
  if (stack_ != &stack) {
    Rooted<> mine(*mutator_, stack.process);
    const bool listed =
        mine->slot(process::kMyList) != heap_.special(Special::kSchedulerAssociation);
    if (!listed) {
      heap_.store(mine.get(), process::kMyList, nil_);
      // Those first whom this thread kept waiting by being in C: nobody else could run them.
      const Oop rival = stack_ == nullptr ? highest_runnable() : nil_;
      const bool goes_behind = rival != nil_ && priority_of(rival) >= priority_of(mine.oop());
      if (!goes_behind &&
          (stack_ == nullptr || priority_of(mine.oop()) >= priority_of(stack_->process))) {
        set_active_aside();
        start_process(mine.oop());
      } else {
        add_last(list_of_priority(priority_of(mine.oop())), mine.oop());
      }
    }
  }
  if (!attend()) end_of_session();
}

// A foreign thread's callback is over and nobody is active: the VM goes to whoever has work.
void Interpreter::leave_vm(Thread& thread) {
  if (is_quitting()) return give_vm_to_main(thread);
  find_work();
  Thread* to = nullptr;
  if (stack_ != nullptr) {
    to = destination().thread;
  } else if (state_of(*main_thread_).parked.load()) {
    to = main_thread_;
  }
  if (to == nullptr && stack_ == nullptr && timer_ == 0) {
    carrier_.ownership().release(thread);
    carrier_.ownership().wake();
  } else {
    give_vm(thread, to, Place::outside);
  }
}

// Hooks::run_spare: the holder sat in C and this thread has taken the VM.
void Interpreter::run_spare(void* vm, Thread& spare) {
  auto& self = *static_cast<Interpreter*>(vm);
  if (spare.user == nullptr) spare.user = new ThreadState;
  self.enter_native(spare.own_stack());
  self.spare_thread_ = &spare;
  self.set_active_aside();
  self.watchdog_.report(self);
  self.interpret();
}

}  // namespace banter::interpreter
