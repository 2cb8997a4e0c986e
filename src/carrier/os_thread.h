// os_thread.h -- what a Thread asks of the operating system about the thread that calls.
#pragma once

#include <cstddef>

namespace banter::carrier {

// Where frames may lie on the calling thread's own stack.
struct StackBounds {
  std::byte* low;
  std::byte* high;
};
StackBounds bounds_of_this_thread();

// A stack on which the thread's fault handlers run, so that a full native stack can be reported.
// Null when the thread has one already, or the system needs none.
void* give_signal_stack();
// Takes back what give_signal_stack() gave this thread.
void take_signal_stack(void* stack);

// Calls function(data) when the calling thread ends, with the last `data`, unless that is null;
// again when a function that is called then asks for it anew. `function` is the same at every call.
void at_end_of_this_thread(void (*function)(void*), void* data);

// Puts cancellation of the calling thread off, until restore_cancellation(): C code that it runs
// may be cancelled, the VM may not.
int put_off_cancellation();
void restore_cancellation(int state);

// Calls `function` in every child process made by fork() from now on.
void after_fork_in_child(void (*function)());

}  // namespace banter::carrier
