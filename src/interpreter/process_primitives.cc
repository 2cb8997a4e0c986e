// process_primitives.cc -- primitives of Semaphore, Process and ProcessorScheduler, and timers.
//
// A process switch takes effect after the primitive's result is on the old process's stack: they
// push the result themselves and answer Outcome::control().
#include "heap/layouts.h"
#include "heap/rooted.h"
#include "interpreter/control_primitives.h"
#include "interpreter/interpreter.h"

namespace banter::interpreter {

using heap::Mutator;
using heap::Object;
using heap::Rooted;
using heap::Special;
namespace process = heap::slots::process;
namespace list = heap::slots::linked_list;
namespace semaphore = heap::slots::semaphore;

namespace {

bool has_slots(Oop oop, std::size_t count) {
  return oop.is_object() && oop.as_object()->has_pointers_only() &&
         oop.as_object()->slot_count() >= count;
}
bool is_semaphore(Oop oop) {
  return has_slots(oop, semaphore::kSize);
}
bool is_process(Oop oop) {
  return has_slots(oop, process::kMyList + 1);
}

// Pops the arguments; the result of the primitive is on top.
Outcome answer(const Args& args, Oop result) {
  args.vm.sp_ -= args.count;
  args.vm.top() = result;
  return Outcome::control();
}

// signal -- Semaphore.  Fails: bad_receiver.  May collect: yes.
Outcome semaphore_signal(Mutator&, const Args& args) {
  const Oop self = args.receiver();
  if (!is_semaphore(self)) return Failure::bad_receiver;
  answer(args, self);
  args.vm.synchronous_signal(self);
  return Outcome::control();
}

// wait -- Semaphore.  Fails: bad_receiver.  May collect: yes.
Outcome semaphore_wait(Mutator&, const Args& args) {
  Interpreter& vm = args.vm;
  const Oop self = args.receiver();
  if (!is_semaphore(self)) return Failure::bad_receiver;
  const Oop excess = self.as_object()->slot(semaphore::kExcessSignals);
  answer(args, self);
  if (excess.is_small_int() && excess.as_int() > 0) {
    vm.heap().store(self.as_object(), semaphore::kExcessSignals,
                    Oop::small_int(excess.as_int() - 1));
    return Outcome::control();
  }
  vm.add_last(self, vm.active_process());
  vm.switch_to_next();
  return Outcome::control();
}

// primitiveResume -- Process.
// Fails: bad_receiver (no process, nothing to resume, or in a list already).  May collect: yes.
Outcome process_resume(Mutator&, const Args& args) {
  Interpreter& vm = args.vm;
  const Oop self = args.receiver();
  if (!is_process(self) || self == vm.active_process() ||
      self.as_object()->slot(process::kMyList) != vm.nil() ||
      !vm.is_context(self.as_object()->slot(process::kSuspendedContext)))
    return Failure::bad_receiver;
  answer(args, self);
  vm.resume(self);
  return Outcome::control();
}

// suspend -- Process: answers the list it was in, nil for the active one.
// Fails: bad_receiver (neither active nor in a list, such as inside of C).  May collect: yes.
Outcome process_suspend(Mutator&, const Args& args) {
  Interpreter& vm = args.vm;
  const Oop self = args.receiver();
  if (!is_process(self)) return Failure::bad_receiver;
  if (self == vm.active_process()) {
    answer(args, vm.nil());
    // `terminating` holds the Symbol #terminated when the process has come to its end.
    const bool ended = self.as_object()->slot_count() > process::kTerminating &&
                       self.as_object()->slot(process::kTerminating).is_object() &&
                       self.as_object()->slot(process::kTerminating).as_object()->has_bytes();
    if (ended && vm.run_was_terminated()) return Outcome::control();
    vm.switch_to_next();
    return Outcome::control();
  }
  const Oop own_list = self.as_object()->slot(process::kMyList);
  // Inside of C, see Interpreter::set_active_aside: that is no list.
  if (own_list == vm.heap().special(Special::kSchedulerAssociation)) return Failure::bad_receiver;
  if (own_list == vm.nil() || !has_slots(own_list, list::kLastLink + 1) ||
      !vm.remove_from_list(own_list, self))
    return Failure::bad_receiver;
  vm.heap().store(self.as_object(), process::kMyList, vm.nil());
  return own_list;
}

// yield -- ProcessorScheduler.  Fails: never.  May collect: yes.
Outcome processor_yield(Mutator&, const Args& args) {
  Interpreter& vm = args.vm;
  const Oop active = vm.active_process();
  const Oop own_list = vm.list_of_priority(vm.priority_of(active));
  answer(args, args.receiver());
  if (own_list.as_object()->slot(list::kFirstLink) == vm.nil()) return Outcome::control();
  vm.add_last(own_list, active);
  vm.switch_to_next();
  return Outcome::control();
}

// --- critical sections: laid out like a Semaphore, slot 2 is the owner
// -----------------------------

constexpr std::size_t kOwner = semaphore::kExcessSignals;

// exitCriticalSection.  Fails: bad_receiver.  May collect: yes.
Outcome exit_critical(Mutator&, const Args& args) {
  Interpreter& vm = args.vm;
  const Oop self = args.receiver();
  if (!is_semaphore(self)) return Failure::bad_receiver;
  answer(args, self);
  const Oop next = vm.remove_first(self);
  vm.heap().store(self.as_object(), kOwner, next);
  if (next != vm.nil()) vm.resume(next);
  return Outcome::control();
}

// enterCriticalSection [for: process] -- answers whether it was the caller's already.
// Fails: bad_receiver.  May collect: yes.
Outcome enter_critical(Mutator&, const Args& args) {
  Interpreter& vm = args.vm;
  const Oop self = args.receiver();
  if (!is_semaphore(self)) return Failure::bad_receiver;
  const Oop active = args.count > 0 ? args.at(0) : vm.active_process();
  const Oop owner = self.as_object()->slot(kOwner);
  if (owner == vm.nil()) {
    vm.heap().store(self.as_object(), kOwner, active);
    return vm.boolean(false);
  }
  if (owner == active) return vm.boolean(true);
  answer(args, vm.boolean(false));
  vm.add_last(self, vm.active_process());
  vm.switch_to_next();
  return Outcome::control();
}

// testAndSetOwnershipOfCriticalSection -- false: it is mine now, true: it was, nil: another's.
// Fails: bad_receiver.  May collect: no.
Outcome test_and_set_owner(Mutator&, const Args& args) {
  Interpreter& vm = args.vm;
  const Oop self = args.receiver();
  if (!is_semaphore(self)) return Failure::bad_receiver;
  const Oop active = args.count > 0 ? args.at(0) : vm.active_process();
  const Oop owner = self.as_object()->slot(kOwner);
  if (owner == active) return vm.boolean(true);
  if (owner != vm.nil()) return vm.nil();
  vm.heap().store(self.as_object(), kOwner, active);
  return vm.boolean(false);
}

// --- time
// --------------------------------------------------------------------------------------------

bool is_timer_semaphore(Interpreter& vm, Oop oop) {
  return oop == vm.nil() || (oop.is_object() && vm.heap().class_of(oop) ==
                                                    vm.heap().special(Special::kClassSemaphore));
}

// primSignal: semaphore atUTCMicroseconds: time -- nil: no timer.
// Fails: bad_argument.  May collect: no.
Outcome signal_at_utc_microseconds(Mutator&, const Args& args) {
  const auto time = args.argument<std::int64_t>(1);
  if (!is_timer_semaphore(args.vm, args.at(0))) return Failure::bad_argument;
  if (!time && args.at(0) != args.vm.nil()) return Failure::bad_argument;
  args.vm.set_timer(args.at(0), time.value_or(0));
  return args.receiver();
}

// primSignal: semaphore atMilliseconds: tick -- on the clock of primitive 135, which wraps.
// Fails: bad_argument.  May collect: no.
Outcome signal_at_milliseconds(Mutator&, const Args& args) {
  constexpr std::int64_t kMask = 0x1FFFFFFF;
  const auto tick = args.argument<std::int64_t>(1);
  if (!tick || !is_timer_semaphore(args.vm, args.at(0))) return Failure::bad_argument;
  const std::int64_t now = Interpreter::utc_now();
  std::int64_t wait = (*tick - now / 1000) & kMask;
  if (wait > kMask / 2) wait = 0;
  args.vm.set_timer(args.at(0), now + wait * 1000);
  return args.receiver();
}

// relinquishProcessorForMicroseconds: -- sleeps until an event, at most so long.
// Fails: bad_argument.  May collect: yes.
Outcome relinquish(Mutator&, const Args& args) {
  const auto microseconds = args.argument<std::int64_t>(0);
  if (!microseconds) return Failure::bad_argument;
  answer(args, args.receiver());
  args.vm.sleep_until_event(*microseconds);
  return Outcome::control();
}

// Process>>primitiveMove -- the running process goes to the thread that it asks for.
// Fails: never.  May collect: no.
Outcome move(Mutator&, const Args& args) {
  args.vm.attention_ = true;
  return args.receiver();
}

// Process>>primitiveKeepProcessor: aBoolean -- from now on no event lets another process run until
// the active one waits, resumes a more urgent one or calls C; or no longer so. Answers what was so
// before. Fails: bad_argument.  May collect: no.
Outcome keep_processor(Mutator&, const Args& args) {
  const Oop keep = args.at(0);
  if (keep != args.vm.boolean(true) && keep != args.vm.boolean(false)) return Failure::bad_argument;
  ProcessStack& stack = args.vm.active_stack();
  const bool before = stack.keeps_processor;
  stack.keeps_processor = keep == args.vm.boolean(true);
  return args.vm.boolean(before);
}

constexpr NamedEntry kNamedProcessPrimitives[] = {
    {"Banter", "primitiveKeepProcessor", 1, keep_processor},
    {"Banter", "primitiveMoveProcess", 0, move},
};

constexpr Entry kProcessPrimitives[] = {
    {85, "Semaphore.signal", 0, semaphore_signal},
    {86, "Semaphore.wait", 0, semaphore_wait},
    {87, "Process.resume", 0, process_resume},
    {88, "Process.suspend", 0, process_suspend},
    {136, "Delay.signal_at_milliseconds", 2, signal_at_milliseconds},
    {167, "ProcessorScheduler.yield", 0, processor_yield},
    {185, "CriticalSection.exit", 0, exit_critical},
    {186, "CriticalSection.enter", -1, enter_critical},
    {187, "CriticalSection.test_and_set_owner", -1, test_and_set_owner},
    {230, "ProcessorScheduler.relinquish", 1, relinquish},
    {242, "Delay.signal_at_utc_microseconds", 2, signal_at_utc_microseconds},
};

}  // namespace

void install_process_primitives(Interpreter& vm) {
  vm.add_primitives(kProcessPrimitives);
  vm.add_named_primitives(kNamedProcessPrimitives);
}

}  // namespace banter::interpreter
