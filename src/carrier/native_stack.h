// native_stack.h -- the native stacks that run the VM, and the switch between them.
//
//   low ................................................................... high
//   [ guard, no access ][ kReserve for reports ][ free ........ | frames ]
//
// A thread's own stack is used first; others come from the pool. A stack belongs to one thread for
// life. One that holds foreign frames (C called from the VM calling back) runs only the process
// that `owner` names.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "platform/page_memory.h"

namespace banter::carrier {

class Thread;

// What the C++ runtime keeps for each thread: the exceptions being handled and those on their way
// [Itanium C++ ABI, 2.2.2]. They belong to the frames of one native stack.
struct ExceptionState {
  void* caught = nullptr;
  unsigned uncaught = 0;
#ifdef __ARM_EABI__
  void* propagating = nullptr;
#endif
};

class NativeStack {
 public:
  // Bytes that bytes_left() never counts: enough to report that a stack is full.
  static constexpr std::size_t kReserve = 64 * 1024;

  NativeStack(const NativeStack&) = delete;
  NativeStack& operator=(const NativeStack&) = delete;
  ~NativeStack();

  Thread& thread() const { return *thread_; }
  const std::string& name() const { return name_; }
  bool is_threads_own() const { return pages_.size() == 0; }

  // The lowest address that frames may use.
  std::byte* limit() const { return limit_; }
  std::byte* high() const { return high_; }
  // Requires that this is the stack the caller runs on.
  std::size_t bytes_left() const {
    const auto* here = static_cast<const std::byte*>(__builtin_frame_address(0));
    return here > limit_ ? static_cast<std::size_t>(here - limit_) : 0;
  }

  // Has the caller `size` bytes left? Of a stack that C made itself (a coroutine's) nothing is
  // known: true. Requires that this is the thread's current stack.
  bool has_room(std::size_t size) const {
    if (bytes_left() >= size) return true;
    const auto* here = static_cast<const std::byte*>(__builtin_frame_address(0));
    return here < limit_ - kReserve;
  }

  // The interpreter's: the record of the process with foreign frames here, or null.
  void* owner = nullptr;
  // How many callouts lie on this stack.
  unsigned foreign_depth = 0;
  // The interpreter's state for this stack, such as its Mutator. Freed by the interpreter.
  void* user = nullptr;

 private:
  friend class StackPool;
  friend class Thread;
  friend struct NativeStackLayout;  // for debuggers
  friend void switch_to(NativeStack& from, NativeStack& to);
  NativeStack(Thread& thread, std::string name) : thread_(&thread), name_(std::move(name)) {}
  static void start(void* stack);

  Thread* thread_;
  std::string name_;
  std::byte* limit_ = nullptr;
  std::byte* high_ = nullptr;
  platform::PageReservation pages_;  // none for a thread's own stack
  void* saved_sp_ = nullptr;         // while another stack runs
  ExceptionState exceptions_;        // likewise
  void (*entry_)(void*) = nullptr;
  void* argument_ = nullptr;
  // For the sanitizers.
  void* fake_stack_ = nullptr;
  void* fiber_ = nullptr;
};

// Leaves `from`, which the caller runs on, and goes on in `to` where it left off last, or at its
// entry. Comes back when somebody switches to `from`. Both belong to the calling thread.
void switch_to(NativeStack& from, NativeStack& to);

// The stacks of one VM beyond the threads' own. All functions may be called from any thread.
class StackPool {
 public:
  static constexpr std::size_t kDefaultSize = 1024 * 1024;
  explicit StackPool(std::size_t stack_size = kDefaultSize) : stack_size_(stack_size) {}
  StackPool(const StackPool&) = delete;
  StackPool& operator=(const StackPool&) = delete;

  // A stack of `thread` that starts with entry(argument) at the first switch to it. The entry must
  // not return: its last act is to switch to another stack. Null when no memory is left.
  NativeStack* acquire(Thread& thread, void (*entry)(void*), void* argument);
  // Takes back a stack that nobody runs on and that holds no foreign frames.
  void release(NativeStack& stack);
  // Frees all stacks of a thread that ends.
  void forget(Thread& thread);
  std::size_t in_use() const;

 private:
  std::unique_ptr<NativeStack> make(Thread& thread);

  mutable std::mutex mutex_;
  std::size_t stack_size_;
  unsigned made_ = 0;
  std::vector<std::unique_ptr<NativeStack>> busy_;
  std::vector<std::unique_ptr<NativeStack>> idle_;
};

}  // namespace banter::carrier
