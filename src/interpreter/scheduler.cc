// scheduler.cc -- processes on the image's ProcessorScheduler.
//
// The running process is activeProcess and in no list. Runnable ones wait in the list of their
// priority, others in a Semaphore. A process that does not run has its innermost Context in
// suspendedContext; normally that is married to the top frame of its ProcessStack, so resuming it
// is a change of pointers. A heap Context there gets a fresh stack.
#include <algorithm>
#include <iterator>

#include "heap/layouts.h"
#include "heap/rooted.h"
#include "interpreter/interpreter.h"

namespace banter::interpreter {

using heap::Object;
using heap::Rooted;
using heap::Special;
namespace process = heap::slots::process;
namespace list = heap::slots::linked_list;

Oop Interpreter::scheduler() {
  return heap_.special(Special::kSchedulerAssociation).as_object()->slot(1);
}

Oop Interpreter::active_process() {
  return scheduler().as_object()->slot(heap::slots::scheduler::kActiveProcess);
}

std::int64_t Interpreter::priority_of(Oop oop) const {
  const Oop priority = oop.as_object()->slot(process::kPriority);
  return priority.is_small_int() ? priority.as_int() : 0;
}

Oop Interpreter::list_of_priority(std::int64_t priority) {
  const Object* lists =
      scheduler().as_object()->slot(heap::slots::scheduler::kQuiescentProcessLists).as_object();
  const auto count = static_cast<std::int64_t>(lists->slot_count());
  if (priority < 1) priority = 1;
  if (priority > count) priority = count;
  return lists->slot(static_cast<std::size_t>(priority - 1));
}

// --- linked lists
// ----------------------------------------------------------------------------------

void Interpreter::add_last(Oop list_oop, Oop link) {
  maybe_runnable_.store(true, std::memory_order_relaxed);
  Object* l = list_oop.as_object();
  const Oop last = l->slot(list::kLastLink);
  heap_.store(link.as_object(), process::kNextLink, nil_);
  if (l->slot(list::kFirstLink) == nil_) {
    heap_.store(l, list::kFirstLink, link);
  } else {
    heap_.store(last.as_object(), process::kNextLink, link);
  }
  heap_.store(l, list::kLastLink, link);
  heap_.store(link.as_object(), process::kMyList, list_oop);
}

void Interpreter::add_first(Oop list_oop, Oop link) {
  maybe_runnable_.store(true, std::memory_order_relaxed);
  Object* l = list_oop.as_object();
  const Oop first = l->slot(list::kFirstLink);
  heap_.store(link.as_object(), process::kNextLink, first);
  heap_.store(l, list::kFirstLink, link);
  if (first == nil_) heap_.store(l, list::kLastLink, link);
  heap_.store(link.as_object(), process::kMyList, list_oop);
}

Oop Interpreter::remove_first(Oop list_oop) {
  Object* l = list_oop.as_object();
  const Oop first = l->slot(list::kFirstLink);
  if (first == nil_) return nil_;
  const Oop next = first.as_object()->slot(process::kNextLink);
  heap_.store(l, list::kFirstLink, next);
  if (next == nil_) heap_.store(l, list::kLastLink, nil_);
  heap_.store(first.as_object(), process::kNextLink, nil_);
  return first;
}

bool Interpreter::remove_from_list(Oop list_oop, Oop link) {
  Object* l = list_oop.as_object();
  Oop previous = nil_;
  for (Oop each = l->slot(list::kFirstLink); each != nil_;
       each = each.as_object()->slot(process::kNextLink)) {
    if (each != link) {
      previous = each;
      continue;
    }
    const Oop next = link.as_object()->slot(process::kNextLink);
    if (previous == nil_) {
      heap_.store(l, list::kFirstLink, next);
    } else {
      heap_.store(previous.as_object(), process::kNextLink, next);
    }
    if (next == nil_) heap_.store(l, list::kLastLink, previous);
    heap_.store(link.as_object(), process::kNextLink, nil_);
    return true;
  }
  return false;
}

// --- stacks
// ----------------------------------------------------------------------------------------

ProcessStack* Interpreter::stack_of_process(Oop oop) {
  if (stack_ != nullptr && stack_->process == oop) return stack_;
  const Oop context = oop.as_object()->slot(process::kSuspendedContext);
  ProcessStack* stack = is_context(context) ? activation_of(context).stack : nullptr;
  if (stack != nullptr && stack->process == oop) return stack;  // a process has one
  ProcessStack* foreign = foreign_stack_of(oop);
  return foreign != nullptr ? foreign : stack;
}

ProcessStack& Interpreter::new_stack(Oop oop) {
  ProcessStack* stack = nullptr;
  if (!free_stacks_.empty()) {
    stack = stacks_[free_stacks_.back()].get();
    free_stacks_.pop_back();
  } else {
    stacks_.push_back(std::make_unique<ProcessStack>(static_cast<std::uint32_t>(stacks_.size())));
    stack = stacks_.back().get();
  }
  stack->process = oop;
  stack->clear();
  return *stack;
}

void Interpreter::free_stack(ProcessStack& stack) {
  for (Frame* frame = stack.top; frame != nullptr && frame >= stack.frames(); --frame)
    frame->flags = 0;
  stack.clear();
  stack.process = nil_;
  stack.overflow_reported = stack.ending = stack.keeps_processor = false;
  stack.callout_returned = false;
  stack.c_errno = 0;
  if (stack.value_capacity() > ProcessStack::kFirstValues ||
      stack.frame_capacity() > ProcessStack::kFirstFrames)
    (void)stack.move_to(ProcessStack::kFirstValues, ProcessStack::kFirstFrames);  // or it stays
  free_stacks_.push_back(stack.id());
}

void Interpreter::load_stack(ProcessStack& stack) {
  if (stack.foreign != nullptr) {
    // Who was suspended last is mostly resumed first.
    const auto found = std::find(suspended_foreign_.rbegin(), suspended_foreign_.rend(), &stack);
    if (found != suspended_foreign_.rend()) suspended_foreign_.erase(std::next(found).base());
  }
  stack_ = &stack;
  frame_ = stack.top == nullptr ? stack.frames() - 1 : stack.top;
  sp_ = stack.sp;
  frame_limit_ = stack.frame_limit();
  set_limit();
}

// --- switching
// -------------------------------------------------------------------------------------

void Interpreter::put_to_sleep(Oop oop, bool at_back) {
  const Oop list_oop = list_of_priority(priority_of(oop));
  if (at_back) {
    add_last(list_oop, oop);
  } else {
    add_first(list_oop, oop);
  }
}

void Interpreter::suspend_active() {
  if (stack_ == nullptr) return;
  const Oop context = marry(*stack_, frame_);
  heap_.store(stack_->process.as_object(), process::kSuspendedContext, context);
  save_active_stack();
  if (stack_->foreign != nullptr) suspended_foreign_.push_back(stack_);
  stack_ = nullptr;
}

// Makes a process whose state lies in its suspendedContext the running one.
void Interpreter::start_process(Oop oop) {
  Rooted<> next(*mutator_, oop);
  heap_.store(scheduler().as_object(), heap::slots::scheduler::kActiveProcess, next.oop());
  heap_.store(next.get(), process::kMyList, nil_);
  Rooted<> context(*mutator_, next->slot(process::kSuspendedContext));
  heap_.store(next.get(), process::kSuspendedContext, nil_);
  attention_ = true;
  // Normally the top frame of the process's own stack.
  Activation first = activation_of(context.oop());
  while (first.frame == nullptr && exists(first)) first = sender_of(first);
  ProcessStack* stack =
      first.frame != nullptr && first.stack->process == next.oop() ? first.stack : nullptr;
  ProcessStack* foreign = stack != nullptr ? (stack->foreign != nullptr ? stack : nullptr)
                                           : foreign_stack_of(next.oop());
  if (foreign != nullptr &&
      (stack != foreign || stack->index_of(first.frame) < *innermost_base(*foreign))) {
    // Somebody made it go on beyond foreign frames, which cannot be: it goes on where it was.
    return load_stack(*foreign);
  }
  if (stack == nullptr) {
    if (is_married(context.oop())) divorce_all_of(*first.stack);
    load_stack(new_stack(next.oop()));
    return resume_context(context.oop());
  }
  if (first.frame != stack->top) divorce_frames(*stack);
  load_stack(*stack);
  if (!is_married(context.oop())) resume_context(context.oop());
}

// The frames of another process's stack become heap Contexts, and the stack is free.
void Interpreter::divorce_all_of(ProcessStack& stack) {
  divorce_frames(stack);
  if (stack.is_empty()) free_stack(stack);
}

// The suspended process's stack that holds foreign frames, or nullptr. Looks at all such stacks:
// ask only where the process's own stack is not known.
ProcessStack* Interpreter::foreign_stack_of(Oop oop) const {
  for (ProcessStack* stack : suspended_foreign_)
    if (stack->process == oop) return stack;
  return nullptr;
}

Oop Interpreter::highest_runnable() {
  const Object* lists =
      scheduler().as_object()->slot(heap::slots::scheduler::kQuiescentProcessLists).as_object();
  for (std::size_t i = lists->slot_count(); i-- > 0;) {
    const Oop list_oop = lists->slot(i);
    Oop each = list_oop.as_object()->slot(list::kFirstLink);
    while (each != nil_) {
      const Oop next = each.as_object()->slot(process::kNextLink);
      if (!live_context(each.as_object()->slot(process::kSuspendedContext))) {
        remove_from_list(list_oop, each);  // a process that has ended
        heap_.store(each.as_object(), process::kMyList, nil_);
      } else if (process_can_run(each)) {
        return each;
      }
      each = next;
    }
  }
  return nil_;
}

void Interpreter::switch_to_next() {
  suspend_active();
  attention_ = true;
  const Oop next = highest_runnable();
  if (next == nil_) {
    // Nobody can run: attend() waits for an event.
    heap_.store(scheduler().as_object(), heap::slots::scheduler::kActiveProcess, nil_);
    return;
  }
  remove_from_list(next.as_object()->slot(process::kMyList), next);
  start_process(next);
}

bool Interpreter::resume(Oop oop) {
  if (stack_ == nullptr || !process_can_run(oop) ||
      priority_of(oop) <= priority_of(stack_->process)) {
    add_last(list_of_priority(priority_of(oop)), oop);
    return false;
  }
  Rooted<> next(*mutator_, oop);
  Rooted<> active(*mutator_, stack_->process);
  suspend_active();
  put_to_sleep(active.oop(), false);
  start_process(next.oop());
  return true;
}

void Interpreter::signal(Oop semaphore) {
  if (synchronous_signal(semaphore)) attention_ = true;
}

bool Interpreter::synchronous_signal(Oop semaphore) {
  const Object* object = semaphore.as_object();
  if (object->slot(list::kFirstLink) == nil_) {
    const Oop excess = object->slot(heap::slots::semaphore::kExcessSignals);
    const std::int64_t count = excess.is_small_int() ? excess.as_int() : 0;
    heap_.store(semaphore.as_object(), heap::slots::semaphore::kExcessSignals,
                Oop::small_int(count + 1));
    return false;
  }
  return resume(remove_first(semaphore));
}

}  // namespace banter::interpreter
