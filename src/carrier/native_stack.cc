#include "carrier/native_stack.h"

#include <cxxabi.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/check.h"
#include "carrier/new_stack.h"
#include "carrier/sanitizers.h"
#include "carrier/thread.h"

extern "C" {
void banter_switch_stack(void** saved_sp, void* target_sp);
void banter_stack_start();
}

namespace banter::carrier {

namespace {

constexpr std::size_t kGuard = 64 * 1024;  // whole pages at every page size

}  // namespace

NativeStack::~NativeStack() {
  if (!is_threads_own() && fiber_ != nullptr) destroy_fiber(fiber_);
}

void NativeStack::start(void* stack) {
  auto* self = static_cast<NativeStack*>(stack);
  finish_switch(nullptr);
  self->entry_(self->argument_);
  BANTER_CHECK(false, "the entry of native stack '{}' returned", self->name_);
}

// Its type is opaque to all but the runtime.
static ExceptionState& exception_state() {
  return *reinterpret_cast<ExceptionState*>(abi::__cxa_get_globals());
}

void switch_to(NativeStack& from, NativeStack& to) {
  Thread& thread = *from.thread_;
  BANTER_ASSERT(&to.thread() == &thread && &thread.current_stack() == &from,
                "a native stack runs on its own thread only");
  if (from.fiber_ == nullptr) from.fiber_ = current_fiber();
  thread.current_stack_ = &to;
  start_switch(&from.fake_stack_, to.limit_ - NativeStack::kReserve,
               static_cast<std::size_t>(to.high_ - to.limit_) + NativeStack::kReserve);
  switch_fiber(to.fiber_);
  from.exceptions_ = std::exchange(exception_state(), to.exceptions_);
  banter_switch_stack(&from.saved_sp_, to.saved_sp_);
  finish_switch(from.fake_stack_);
}

NativeStack* StackPool::acquire(Thread& thread, void (*entry)(void*), void* argument) {
  std::lock_guard lock(mutex_);
  auto found = std::find_if(idle_.begin(), idle_.end(),
                            [&](const auto& stack) { return stack->thread_ == &thread; });
  std::unique_ptr<NativeStack> stack;
  if (found != idle_.end()) {
    stack = std::move(*found);
    idle_.erase(found);
  } else {
    stack = make(thread);
    if (stack == nullptr) return nullptr;
  }
  stack->owner = nullptr;
  stack->foreign_depth = 0;
  stack->user = nullptr;
  stack->exceptions_ = {};
  stack->entry_ = entry;
  stack->argument_ = argument;
  forget_frames(stack->limit_, static_cast<std::size_t>(stack->high_ - stack->limit_));
  stack->fiber_ = create_fiber();
  stack->saved_sp_ = new_stack(stack->limit_ - NativeStack::kReserve, stack->high_,
                               banter_stack_start, NativeStack::start, stack.get());
  busy_.push_back(std::move(stack));
  return busy_.back().get();
}

std::unique_ptr<NativeStack> StackPool::make(Thread& thread) {
  const std::size_t size = kGuard + NativeStack::kReserve + stack_size_;
  auto pages = platform::PageReservation::reserve(size);
  if (!pages.ok() || !pages.value().commit(kGuard, size - kGuard)) return nullptr;
  auto* low = reinterpret_cast<std::byte*>(pages.value().base());
  std::unique_ptr<NativeStack> stack(
      new NativeStack(thread, thread.description() + ", stack " + std::to_string(++made_)));
  stack->pages_ = std::move(pages).value();
  stack->limit_ = low + kGuard + NativeStack::kReserve;
  stack->high_ = low + size;
  return stack;
}

void StackPool::release(NativeStack& stack) {
  std::lock_guard lock(mutex_);
  BANTER_CHECK(&stack.thread_->current_stack() != &stack, "released the stack that is running");
  auto found = std::find_if(busy_.begin(), busy_.end(),
                            [&](const auto& each) { return each.get() == &stack; });
  BANTER_CHECK(found != busy_.end(), "native stack '{}' is not in use", stack.name());
  if (stack.fiber_ != nullptr) destroy_fiber(std::exchange(stack.fiber_, nullptr));
  idle_.push_back(std::move(*found));
  busy_.erase(found);
}

void StackPool::forget(Thread& thread) {
  std::lock_guard lock(mutex_);
  const auto of_thread = [&](const auto& stack) { return stack->thread_ == &thread; };
  std::erase_if(busy_, of_thread);
  std::erase_if(idle_, of_thread);
}

std::size_t StackPool::in_use() const {
  std::lock_guard lock(mutex_);
  return busy_.size();
}

}  // namespace banter::carrier
