// callback_primitives.cc -- how image code ends a callback.
#include <cstring>

#include "heap/layouts.h"
#include "heap/rooted.h"
#include "interpreter/control_primitives.h"
#include "interpreter/interpreter.h"

namespace banter::interpreter {

using heap::Mutator;
using heap::Object;
using heap::Special;

namespace {

// What an Alien refers to: its own bytes when its size word is positive, else the address in its
// second word. 0 when it is no Alien.
std::uintptr_t alien_data(Oop oop) {
  if (!oop.is_object() || !oop.as_object()->has_bytes() || oop.as_object()->byte_count() < 16)
    return 0;
  const std::uint8_t* bytes = oop.as_object()->bytes();
  std::int64_t words[2];
  std::memcpy(words, bytes, sizeof words);
  return words[0] > 0 ? reinterpret_cast<std::uintptr_t>(bytes + 8)
                      : static_cast<std::uintptr_t>(words[1]);
}

// Every waiter becomes runnable, none runs before this process waits or yields.
void release_waiters(Interpreter& vm, Oop semaphore) {
  for (Oop next = vm.remove_first(semaphore); next != vm.nil(); next = vm.remove_first(semaphore))
    vm.add_last(vm.list_of_priority(vm.priority_of(next)), next);
}

// primSignal: aSemaphore andReturnAs: typeCode fromContext: -- VMCallbackContext: ends the callback
// and returns to C; every process that waits on the semaphore may try again. Answers false when
// another callback of this process has to return first. With two arguments (primReturnAs:
// fromContext:) there is no semaphore.
// Fails: bad_receiver, bad_argument.  May collect: no.
Outcome return_as_from_context(Mutator&, const Args& args) {
  Interpreter& vm = args.vm;
  if (args.count != 2 && args.count != 3) return Failure::bad_argument_count;
  const std::uintptr_t context = alien_data(args.receiver());
  if (context == 0) return Failure::bad_receiver;
  const auto code = Args::convert<int>(args.from_end(1));
  if (!code || *code < 1 || *code > 6) return Failure::bad_argument;
  const Oop semaphore = args.count == 3 ? args.at(0) : vm.nil();
  const bool has_semaphore = semaphore != vm.nil();
  if (has_semaphore && (!semaphore.is_object() || vm.heap().class_of(semaphore) !=
                                                      vm.heap().special(Special::kClassSemaphore)))
    return Failure::bad_argument;
  if (!vm.return_from_callback(context, *code)) return vm.boolean(false);
  if (has_semaphore) release_waiters(vm, semaphore);
  return Outcome::control();
}

// primitiveLeaveCallback: pending unwinding: aBoolean -- the innermost callback of the running
// process ends without a value: C gets the declared default, or, unwinding, the frames of C up to
// the callout are left. When that callout has returned, calloutReturned:with: pending is sent to
// the process, unless pending is nil. With nil for unwinding, C also gets the default of every
// further callback of that callout.
// Fails: callback_error (no callback).  May collect: no.
Outcome leave_callback(Mutator&, const Args& args) {
  const bool unwinding = args.at(1) == args.vm.boolean(true);
  const bool over = args.at(1) == args.vm.nil();
  if (!args.vm.leave_callback(args.at(0), unwinding, over)) return Failure::callback_error;
  return Outcome::control();
}

// primitivePendingAfterCallout -- what calloutReturned:with: will get when the callout has returned
// in which the innermost callback of the running process runs; nil when nothing yet; false when
// there is no such callout. Fails: never.  May collect: no.
Outcome pending_after_callout(Mutator&, const Args& args) {
  const ForeignFrame* callback = args.vm.active_stack().foreign;
  const ForeignFrame* callout = callback == nullptr ? nullptr : callback->previous;
  if (callout == nullptr || callout->kind != ForeignFrame::Kind::callout) {
    return args.vm.boolean(false);
  }
  return callout->pending;
}

constexpr NamedEntry kCallbackPrimitives[] = {
    {"IA32ABI", "primReturnAsFromContextThrough", -1, return_as_from_context},
    {"Banter", "primitiveLeaveCallback", 2, leave_callback},
    {"Banter", "primitivePendingAfterCallout", 0, pending_after_callout},
};

}  // namespace

void install_callback_primitives(Interpreter& vm) {
  vm.add_named_primitives(kCallbackPrimitives);
}

}  // namespace banter::interpreter
