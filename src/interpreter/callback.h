// callback.h -- how ffi/ leaves the interpreter for C and how C comes back in.
//
//   primitive ── Callout ──▶ C ── CallbackScope ──▶ block ── ... ──▶ back in C ──▶ back in
//   primitive
//
// A Callout lets other threads take the VM while C runs; when it ends, this thread holds the VM
// again and the process that called out is the active one. A CallbackScope is the opposite: inside
// it the calling thread holds the VM, in the process that made the callout, or in a new process
// when the thread is not inside a callout of this VM.
#pragma once

#include <cstdint>
#include <optional>

#include "heap/oop.h"
#include "heap/rooted.h"
#include "interpreter/frame.h"
#include "interpreter/interpreter.h"

namespace banter::interpreter {

// Around one C call, on the native stack, in a primitive. Everything the call needs has been read
// out of objects before; objects may move while it lasts, except those pinned for it. The
// process's stack may move too: Args::base is stale afterwards, use Interpreter::arguments(count).
class Callout {
 public:
  // `description` names the C function in stack traces; it must outlive this object. With
  // `blocking` other processes get the VM at once, otherwise when the call lasts.
  Callout(Interpreter& vm, const char* description, bool blocking = false);
  ~Callout();
  Callout(const Callout&) = delete;
  Callout& operator=(const Callout&) = delete;

  // A callback inside has left the frames of C up to here: the unwinding that comes in ends here.
  bool was_left() const { return foreign_.unwinds; }
  // Whether the OS thread is one of C's, which may end whenever it wants.
  bool on_foreign_thread() const;

 private:
  Interpreter& vm_;
  ProcessStack& stack_;
  ForeignFrame foreign_;
};

// Around one callback, in the handler of a thunk. Between construction and destruction the thread
// holds the VM and may touch objects.
//
//   CallbackScope scope(vm, signature);
//   if (!scope.entered()) return the_declared_default;
//   scope.push(closure); scope.push(argument) ...;
//   if (scope.run_block(n)) ...marshal scope.value()... else the_declared_default
class CallbackScope {
 public:
  // `description` names the callback (its signature) in stack traces; it must outlive this object.
  // `context` is the address of the callback's VMCallbackContext. Requires room on the native
  // stack, for which native/entry.cc has looked.
  CallbackScope(Interpreter& vm, const char* description, std::uintptr_t context);
  ~CallbackScope();
  CallbackScope(const CallbackScope&) = delete;
  CallbackScope& operator=(const CallbackScope&) = delete;

  // False when no Smalltalk can run any more: the VM is shutting down.
  bool entered() const { return entered_; }
  heap::Mutator& mutator() { return vm_.mutator(); }
  // Its process has been terminated and waits for C to return: nothing is to be run.
  bool process_is_over() const { return foreign_.previous != nullptr && foreign_.previous->over; }
  // Exceptions inside of the callback find the handlers below it, and it may be left by unwinding.
  void set_permeable() {
    foreign_.permeable = true;
    base_flags_ |= kFramePermeable;
  }
  // After run_block or send_invoke_callback_context: C's frames are to be left up to the callout
  // below, as soon as this object is gone.
  bool unwinds() const { return foreign_.unwinds; }

  // While the block runs: true in a destructor when the thread ends inside of C (pthread_exit,
  // cancellation), whose unwinding passes through here.
  bool is_running() const { return running_; }
  // Then: adds the activations of ensure: and ifCurtailed: inside of the callback, innermost first.
  // May collect.
  void unwind_contexts(heap::RootedVector& found);
  // Then: drops all that is inside of the callback.
  void abandon();

  // As many values fit without a look at the stack's limits.
  static constexpr std::size_t kMostValues = ProcessStack::kHeadroom / 2;
  // Pushes on the process's stack, where values are roots: the closure first, then its arguments.
  void push(Oop value) { vm_.push(value); }
  // Runs the closure pushed `argument_count` values ago in a marked base frame and pops all of
  // them. False when the process is being terminated, or the closure takes another number of
  // arguments: C gets the default.
  [[nodiscard]] bool run_block(std::uint32_t argument_count);
  // After run_block: what the closure answered. A root while this object lives.
  Oop value() const { return foreign_.result; }
  // The image-level path, sendInvokeCallbackContext: activates `Alien class >>
  // invokeCallbackContext:` with the context's address. Answers the return type code that
  // primSignal:andReturnAs:fromContext: was given; nullopt as above or when there is no such
  // method.
  std::optional<int> send_invoke_callback_context(std::uintptr_t context);
  // After run_block: the return type code, when code inside ended the callback with
  // primSignal:andReturnAs:fromContext: instead of returning a value from the block.
  std::optional<int> return_code() const { return return_code_; }

 private:
  void link(ProcessStack& stack);
  void enter_from_foreign_thread(carrier::Thread* thread);
  void leave_to_foreign_thread(carrier::Thread& thread);
  bool run_base_frame();

  Interpreter& vm_;
  ProcessStack* stack_ = nullptr;
  ForeignFrame foreign_;
  bool entered_ = false;
  bool foreign_thread_ = false;
  bool running_ = false;
  std::uint64_t base_flags_ = kFrameNativeBase;
  std::optional<int> return_code_;
};

}  // namespace banter::interpreter
