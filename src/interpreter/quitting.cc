// quitting.cc -- the end of the program while C functions wait for callbacks.
//
// No Smalltalk runs any more, but C shall get its answers: each callback that is in progress
// answers its default, C goes on to its end, and so on down to the beginning of each native stack.
// The main thread leads: it visits the native stacks that hold foreign frames one by one, its own
// by switching, those of other threads by handing the VM over. What is still inside C two seconds
// later is named, and the program ends without it.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <system_error>
#include <thread>

#include "interpreter/interpreter.h"

namespace banter::interpreter {

using carrier::NativeStack;
using carrier::Thread;
using carrier::ThreadKind;

namespace {

constexpr std::chrono::seconds kPatience{2};

// Runs `end` two seconds later, unless the program has ended. Without a thread for that, C takes
// its time.
template <class End>
void later(End end) {
  try {
    std::thread([end] {
      std::this_thread::sleep_for(kPatience);
      end();
    }).detach();
  } catch (const std::system_error&) {
    std::fputs("banter: no thread can be made, so the end of the program may wait for C\n", stderr);
  }
}

[[noreturn]] void end_at_once(const std::string& text, int status) {
  std::fputs(text.c_str(), stderr);
  std::fputs("banter: the program ends without waiting for that any longer\n", stderr);
  std::fflush(stdout);
  std::_Exit(status);
}

}  // namespace

// On a thread of its own. A function that returns at this very moment may still be named.
void Interpreter::end_without_waiting(int status) {
  if (has_quit_) return;
  std::string text;
  carrier_.for_each_thread([&](Thread& thread) {
    if (thread.user == nullptr) return;
    const ProcessStack* stack = state_of(thread).in_c.load();
    if (stack == nullptr || stack->foreign == nullptr) return;
    text += fmt::format("banter: still inside of C: {} on the {}\n", stack->foreign->description,
                        thread.description());
  });
  end_at_once(text, status);
}

void Interpreter::end_of_program(int status) {
  if (carrier_.in_forked_child()) return;  // who had its locks is not there
  carrier_.ownership().shut_down();
  std::string text;
  for_each_process([&](const ProcessStack& stack) {
    if (stack.foreign != nullptr)
      text += fmt::format("banter: still not ended: {} on the {}\n", stack.foreign->description,
                          stack.native->thread().description());
  });
  if (!text.empty()) later([text, status] { end_at_once(text, status); });
}

void Interpreter::quit(int status) {
  if (is_quitting()) return;
  quitting_ = true;
  quit_status_ = status;
  if (quit_hook_) quit_hook_();
  later([this, status] { end_without_waiting(status); });
  attention_ = true;
}

// As attend(), while the program ends. False: leave the loop.
bool Interpreter::attend_to_quitting(NativeStack& here) {
  auto* own = static_cast<ProcessStack*>(here.owner);
  if (own != nullptr && own->foreign != nullptr) {
    if (stack_ != own) take_over(*own);
    attention_ = true;
    // On the way back from C: the callout ends, and the loop comes here again.
    if (own->foreign->kind == ForeignFrame::Kind::callout) return true;
    own->foreign->abandoned = true;
    drop_activation(*own->foreign);
    return false;
  }
  if (here.thread().kind() == ThreadKind::main) return lead_quitting(here);
  give_vm_to_main(here.thread());
  if (may_leave(here)) return false;
  wait_for_vm(here);
  return attend();
}

// Another process becomes the active one, without a word to Smalltalk.
void Interpreter::take_over(ProcessStack& stack) {
  if (stack_ != nullptr) {
    save_active_stack();
    if (stack_->foreign != nullptr) suspended_foreign_.push_back(stack_);
    stack_ = nullptr;
  }
  load_stack(stack);
}

void Interpreter::give_vm_to_main(Thread& self) {
  if (self.kind() == ThreadKind::spare) spare_thread_ = nullptr;
  if (state_of(*main_thread_).parked.load())
    return give_vm(self, main_thread_, carrier::Place::outside);
  carrier_.ownership().release(self);
  carrier_.ownership().wake();
}

// At the beginning of one of the main thread's native stacks. False: all is done.
bool Interpreter::lead_quitting(NativeStack& here) {
  NativeStack& anchor = *runs_->anchor;
  if (&here != &anchor) {
    carrier::switch_to(here, anchor);
    enter_native(here);
    return attend();
  }
  while (!suspended_foreign_.empty()) {
    NativeStack* next = nullptr;
    for (const ProcessStack* each : suspended_foreign_)
      if (!is_in_c(each->native->thread())) next = each->native;
    if (next == nullptr) {
      const auto soon = std::chrono::steady_clock::now() + std::chrono::milliseconds(10);
      if (!carrier_.ownership().idle_wait(here.thread(), soon)) end_of_session();
    } else if (&next->thread() == &here.thread()) {
      carrier::switch_to(here, *next);
    } else {
      state_of(here.thread()).parked = true;
      give_vm(here.thread(), &next->thread(), carrier::Place::waiting);
      wait_for_vm(here);
    }
    enter_native(here);
  }
  runs_->result = Oop::small_int(quit_status_);
  runs_->done = true;
  has_quit_ = true;
  return false;
}

}  // namespace banter::interpreter
