// callback.cc -- leaving for C and coming back in.
#include "interpreter/callback.h"

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

namespace {
// A callback is refused when less than this is left of its native stack.
constexpr std::size_t kNativeRoom = 64 * 1024;
}  // namespace

// --- Callout
// -----------------------------------------------------------------------------------------

Callout::Callout(Interpreter& vm, const char* description) : vm_(vm), stack_(*vm.stack_) {
  vm.save_active_stack();
  NativeStack& native = *vm.current_native_;
  foreign_.kind = ForeignFrame::Kind::callout;
  foreign_.description = description;
  foreign_.previous = stack_.foreign;
  foreign_.frame_index = stack_.index_of(vm.frame_);
  foreign_.result = vm.new_method_;
  stack_.foreign = &foreign_;
  stack_.native = &native;
  native.owner = &stack_;
  ++native.foreign_depth;
  Interpreter::state_of(native.thread()).in_c.store(&stack_, std::memory_order_relaxed);
  vm.carrier_.ownership().enter_c(native.thread());
}

Callout::~Callout() {
  Thread& thread = *Thread::current();
  NativeStack& native = thread.current_stack();
  Interpreter::state_of(thread).in_c.store(nullptr, std::memory_order_relaxed);
  if (!vm_.carrier_.ownership().leave_c(thread)) [[unlikely]]
    vm_.reenter(stack_);
  vm_.new_method_ = foreign_.result;
  stack_.foreign = foreign_.previous;
  --native.foreign_depth;
  if (foreign_.previous == nullptr) {
    native.owner = nullptr;
    stack_.native = nullptr;
    if (stack_.terminate_after_callout) [[unlikely]]
      vm_.attention_ = true;
  }
}

// --- CallbackScope
// -----------------------------------------------------------------------------------

// Afterwards kMostValues may be pushed.
inline void CallbackScope::link(ProcessStack& stack) {
  stack_ = &stack;
  foreign_.previous = stack.foreign;
  foreign_.frame_index = stack.index_of(vm_.frame_ + 1);
  foreign_.result = vm_.nil();
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
  lacks_stack_ = thread->current_stack().bytes_left() < kNativeRoom;
  if (lacks_stack_) return;
  Interpreter::state_of(*thread).in_c.store(nullptr, std::memory_order_relaxed);
  if (!vm.carrier_.ownership().leave_c(*thread)) [[unlikely]]
    vm.reenter(*stack);
  link(*stack);
}

// A thread that is in no callout of this VM: its callback is a process of its own.
void CallbackScope::enter_from_foreign_thread(Thread* thread) {
  if (vm_.carrier_.ownership().is_shut_down()) return;
  if (thread == nullptr) thread = &vm_.carrier_.attach(ThreadKind::foreign);
  if (thread->user == nullptr) thread->user = new ThreadState;
  lacks_stack_ = thread->current_stack().bytes_left() < kNativeRoom;
  if (lacks_stack_) return;
  if (!vm_.carrier_.ownership().acquire(*thread)) return;
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
  vm_.save_active_stack();
  Interpreter::state_of(thread).in_c.store(stack_, std::memory_order_relaxed);
  vm_.carrier_.ownership().enter_c(thread);
}

void CallbackScope::leave_to_foreign_thread(Thread& thread) {
  NativeStack& native = thread.current_stack();
  native.owner = nullptr;
  --native.foreign_depth;
  stack_->native = nullptr;
  vm_.end_of_process_on(*stack_);
  vm_.leave_vm(thread);
}

bool CallbackScope::run_base_frame() {
  vm_.frame_->flags |= kFrameNativeBase;
  foreign_.frame_index = stack_->index_of(vm_.frame_);
  foreign_.finished = foreign_.abandoned = false;
  foreign_.return_code = 0;
  if (vm_.sp_ > vm_.limit_.load(std::memory_order_relaxed) || vm_.frame_ >= vm_.frame_limit_)
    vm_.check_after_activation(true);
  vm_.interpret();
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

// --- ending a native activation
// ----------------------------------------------------------------------

// The innermost native activation of the running process has its result: its frames go, and the
// loop that runs it is left.
void Interpreter::finish_native_activation(Oop value) {
  ForeignFrame& activation = *stack_->foreign;
  Frame* base = stack_->frames() + activation.frame_index;
  for (Frame* frame = frame_; frame >= base; --frame) widow(frame);
  frame_ = base - 1;
  sp_ = base->base - 2;
  activation.result = value;
  activation.finished = true;
  exit_ = attention_ = true;
}

bool Interpreter::return_from_callback(std::uintptr_t context, int code) {
  ForeignFrame* activation = stack_->foreign;
  if (activation == nullptr || activation->kind != ForeignFrame::Kind::callback ||
      activation->context != context)
    return false;
  activation->return_code = code;
  finish_native_activation(nil_);
  return true;
}

bool Interpreter::answer_default() {
  ForeignFrame* activation = stack_->foreign;
  if (activation == nullptr || activation->kind == ForeignFrame::Kind::callout) return false;
  activation->abandoned = true;
  finish_native_activation(nil_);
  return true;
}

bool Interpreter::abandon_callback() {
  if (!answer_default()) return false;
  stack_->terminate_after_callout = true;
  return true;
}

}  // namespace banter::interpreter
