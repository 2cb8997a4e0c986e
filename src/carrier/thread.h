// thread.h -- one OS thread as one VM knows it.
//
// The main thread starts the VM, spare threads are ours, foreign threads come in through a thunk:
// they are attached at their first callback and detached when they end. A thread that serves two
// VMs has a Thread for each; current() is that of the VM it entered last.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "carrier/native_stack.h"
#include "carrier/ownership.h"

namespace banter::carrier {

class Carrier;

enum class ThreadKind : std::uint8_t { main, spare, foreign };

class Thread : public Ownership::Party {
 public:
  // The calling thread in the VM it entered last, or null.
  static Thread* current() { return current_; }
  // The calling thread in `carrier`'s VM, or null when it is not attached to it.
  static Thread* current_in(const Carrier& carrier) {
    Thread* thread = current_;
    return thread != nullptr && thread->belongs_to(carrier) ? thread : find_in(carrier);
  }
  // Makes `thread`, one of the calling thread's, or null, the current one; answers the one before.
  static Thread* set_current(Thread* thread);

  ThreadKind kind() const { return kind_; }
  Carrier& carrier() const { return *carrier_.load(std::memory_order_relaxed); }
  // 1, 2, 3 ... in the order of attachment, for reports.
  unsigned number() const { return number_; }
  std::string description() const;

  NativeStack& own_stack() { return own_stack_; }
  NativeStack& current_stack() { return *current_stack_; }

  // The interpreter's state for this thread, freed by it (see Carrier::Hooks::detached).
  void* user = nullptr;

  ~Thread();

  // Is `address` where a frame would lie that no longer fits on the current stack?
  bool overflows_at(const void* address) const;

 private:
  friend class Carrier;
  friend class StackPool;
  friend void switch_to(NativeStack& from, NativeStack& to);
  Thread(Carrier& carrier, ThreadKind kind, unsigned number);
  static Thread* find_in(const Carrier& carrier);
  bool belongs_to(const Carrier& carrier) const {
    return carrier_.load(std::memory_order_relaxed) == &carrier;
  }
  static void link(Thread& thread);
  // Requires that `thread` is one of the calling OS thread's.
  static void unlink(Thread& thread);
  static void end_of_os_thread(void* first);

  // initial-exec: read at every callback, and it must not allocate in a signal handler. (GCC for
  // Windows, where there are none, allocates at a thread's first use.)
  [[gnu::tls_model("initial-exec")]] static constinit thread_local Thread* current_;

  // The Threads of this OS thread, one for each VM it is attached to. Only it changes the list.
  [[gnu::tls_model("initial-exec")]] static constinit thread_local Thread* first_;

  // Null when the Carrier ended before the OS thread did.
  std::atomic<Carrier*> carrier_;
  ThreadKind kind_;
  unsigned number_;
  NativeStack own_stack_;
  NativeStack* current_stack_ = &own_stack_;
  // Where signal handlers run on this thread, so that a full native stack can be reported. Null
  // when the thread had one already.
  void* signal_stack_ = nullptr;
  Thread* next_of_os_thread_ = nullptr;
};

}  // namespace banter::carrier
