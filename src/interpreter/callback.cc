// callback.cc -- leaving for C and coming back in.
#include "interpreter/callback.h"

#include "carrier/os_thread.h"
#include "heap/layouts.h"
#include "heap/rooted.h"
#include "interpreter/interpreter.h"
#include "interpreter/method.h"

namespace banter::interpreter {

using carrier::NativeStack;
using carrier::Thread;
using carrier::ThreadKind;
using heap::Object;
using heap::Rooted;
using heap::Special;

// The active process goes to C, perhaps for long.
inline void Interpreter::save_before_c() {
  save_active_stack();
  if (maybe_runnable_.load(std::memory_order_relaxed) && !carrier_.heartbeat().is_running())
      [[unlikely]]
    start_watcher_if_needed();
}

// --- Callout
// -----------------------------------------------------------------------------------------

Callout::Callout(Interpreter& vm, const char* description, bool blocking)
    : vm_(vm), stack_(*vm.stack_) {
  NativeStack& native = *vm.current_native_;
  foreign_.description = description;
  foreign_.previous = stack_.foreign;
  foreign_.frame_index = stack_.index_of(vm.frame_);
  foreign_.result = vm.new_method_;
  foreign_.pending = vm.nil_;
  stack_.foreign = &foreign_;
  stack_.native = &native;
  native.owner = &stack_;
  ++native.foreign_depth;
  vm.save_before_c();
  ThreadState& state = Interpreter::state_of(native.thread());
  state.in_c.store(&stack_, std::memory_order_relaxed);
  vm.carrier_.ownership().enter_c(native.thread());
  if (state.is_foreign) [[unlikely]]
    carrier::restore_cancellation(state.cancellation);
  if (blocking) [[unlikely]]
    vm.carrier_.heartbeat().wake_spare();
}

Callout::~Callout() {
  Thread& thread = *Thread::current();
  NativeStack& native = thread.current_stack();
  ThreadState& state = Interpreter::state_of(thread);
  if (state.is_foreign) [[unlikely]]
    state.cancellation = carrier::put_off_cancellation();
  if (!vm_.carrier_.ownership().leave_c(thread)) [[unlikely]]
    vm_.reenter(stack_);
  state.in_c.store(nullptr, std::memory_order_relaxed);
  vm_.new_method_ = foreign_.result;
  stack_.foreign = foreign_.previous;
  --native.foreign_depth;
  if (foreign_.previous == nullptr) {
    native.owner = nullptr;
    stack_.native = nullptr;
  }
  if (foreign_.pending != vm_.nil_) [[unlikely]]
    vm_.note_pending(stack_, foreign_.pending, foreign_.frame_index);
}

bool Callout::on_foreign_thread() const {
  return Interpreter::state_of(*Thread::current()).is_foreign;
}

// --- CallbackScope
// -----------------------------------------------------------------------------------

// Afterwards kMostValues may be pushed.
inline void CallbackScope::link(ProcessStack& stack) {
  stack_ = &stack;
  foreign_.previous = stack.foreign;
  foreign_.frame_index = stack.index_of(vm_.frame_ + 1);
  foreign_.result = foreign_.pending = vm_.nil();
  stack.foreign = &foreign_;
  entered_ = true;
  if (vm_.frame_ >= vm_.frame_limit_ || vm_.sp_ > stack.value_limit())
    vm_.ensure_room(ProcessStack::kHeadroom);
}

CallbackScope::CallbackScope(Interpreter& vm, const char* description, std::uintptr_t context)
    : vm_(vm) {
  foreign_.kind = ForeignFrame::Kind::callback;
  foreign_.context = context;
  foreign_.description = description;
  Thread* thread = Thread::current_in(vm.carrier_);
  ProcessStack* stack = thread != nullptr && thread->user != nullptr
                            ? Interpreter::state_of(*thread).in_c.load(std::memory_order_relaxed)
                            : nullptr;
  if (stack == nullptr) {
    enter_from_foreign_thread(thread);
    return;
  }
  ThreadState& state = Interpreter::state_of(*thread);
  if (state.is_foreign) [[unlikely]]
    state.cancellation = carrier::put_off_cancellation();
  if (!vm.carrier_.ownership().leave_c(*thread)) [[unlikely]]
    vm.reenter(*stack);
  state.in_c.store(nullptr, std::memory_order_relaxed);
  link(*stack);
}

// A thread that is in no callout of this VM: its callback is a process of its own.
void CallbackScope::enter_from_foreign_thread(Thread* thread) {
  if (vm_.carrier_.ownership().is_shut_down()) return;
  if (thread == nullptr) thread = &vm_.carrier_.attach(ThreadKind::foreign);
  if (thread->user == nullptr) thread->user = new ThreadState;
  ThreadState& state = Interpreter::state_of(*thread);
  state.is_foreign = thread->kind() == ThreadKind::foreign;
  if (state.is_foreign) state.cancellation = carrier::put_off_cancellation();
  if (!vm_.carrier_.ownership().acquire(*thread)) {
    if (state.is_foreign) carrier::restore_cancellation(state.cancellation);
    return;
  }
  if (vm_.is_quitting()) {
    vm_.give_vm_to_main(*thread);
    if (state.is_foreign) carrier::restore_cancellation(state.cancellation);
    return;
  }
  NativeStack& native = thread->current_stack();
  vm_.enter_native(native);
  vm_.set_active_aside();
  Rooted<> process(vm_.mutator(), vm_.new_process_object(Interpreter::kUserPriority));
  ProcessStack& stack = vm_.new_stack(process.oop());
  vm_.start_on_stack(stack);
  stack.native = &native;
  native.owner = &stack;
  ++native.foreign_depth;
  foreign_thread_ = true;
  base_flags_ |= kFrameBottom;
  vm_.push(vm_.nil());  // the sender of the bottom frame
  link(stack);
  vm_.attention_ = false;
}

CallbackScope::~CallbackScope() {
  if (!entered_) return;
  Thread& thread = *Thread::current();
  stack_->foreign = foreign_.previous;
  if (foreign_thread_) {
    leave_to_foreign_thread(thread);
    return;
  }
  vm_.save_before_c();
  ThreadState& state = Interpreter::state_of(thread);
  state.in_c.store(stack_, std::memory_order_relaxed);
  vm_.carrier_.ownership().enter_c(thread);
  if (state.is_foreign) [[unlikely]]
    carrier::restore_cancellation(state.cancellation);
}

void CallbackScope::leave_to_foreign_thread(Thread& thread) {
  NativeStack& native = thread.current_stack();
  native.owner = nullptr;
  --native.foreign_depth;
  stack_->native = nullptr;
  vm_.end_of_process_on(*stack_);
  vm_.leave_vm(thread);
  const ThreadState& state = Interpreter::state_of(thread);
  if (state.is_foreign) carrier::restore_cancellation(state.cancellation);
}

void CallbackScope::unwind_contexts(heap::RootedVector& found) {
  const Frame* base = stack_->frames() + foreign_.frame_index;
  Activation each{stack_, vm_.frame_, vm_.nil_};
  for (; vm_.exists(each) && each.frame != base; each = vm_.sender_of(each))
    if (vm_.mark_of(each) == kUnwindMark) found.push_back(vm_.context_of(each));
}

void CallbackScope::abandon() {
  running_ = false;
  vm_.drop_activation(foreign_);
}

bool CallbackScope::run_base_frame() {
  vm_.frame_->flags |= base_flags_;
  foreign_.frame_index = stack_->index_of(vm_.frame_);
  if (vm_.sp_ > vm_.limit_.load(std::memory_order_relaxed) || vm_.frame_ >= vm_.frame_limit_)
    vm_.check_after_activation(true);
  running_ = true;
  vm_.interpret();
  running_ = false;
  if (foreign_.abandoned) return false;
  if (foreign_.return_code == 0) [[likely]]
    return true;
  return_code_ = foreign_.return_code;
  return false;
}

bool CallbackScope::run_block(std::uint32_t argument_count) {
  if (!vm_.push_closure_frame(argument_count)) {
    vm_.sp_ -= argument_count + 1;
    return false;
  }
  return run_base_frame();
}

std::optional<int> CallbackScope::send_invoke_callback_context(std::uintptr_t context) {
  heap::Heap& heap = vm_.heap();
  const Oop alien = heap.special(Special::kClassAlien);
  const Oop selector = heap.special(Special::kSelectorInvokeCallback);
  if (alien == vm_.nil() || selector == vm_.nil()) return std::nullopt;
  const auto method = vm_.lookup(heap.class_of(alien), selector);
  if (!method || !method->as_object()->is_compiled_code() ||
      primitive_number(method->as_object()) != 0 ||
      MethodHeader(method->as_object()).argument_count() != 1)
    return std::nullopt;
  Rooted<> code(vm_.mutator(), *method);
  push(alien);
  push(vm_.nil());
  vm_.top() = vm_.mutator().new_integer(static_cast<std::uint64_t>(context));
  vm_.push_method_frame(code.oop(), 1);
  (void)run_base_frame();
  return return_code_;
}

}  // namespace banter::interpreter
