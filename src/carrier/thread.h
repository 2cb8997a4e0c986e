// thread.h -- one OS thread as one VM knows it.
//
// The main thread starts the VM, spare threads are ours, foreign threads come in through a thunk:
// they are attached at their first callback and detached when they end. A thread that serves two
// VMs has a Thread for each; current() is that of the VM it entered last.
#pragma once

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
    return thread != nullptr && thread->carrier_ == &carrier ? thread : find_in(carrier);
  }
  // Makes `thread`, one of the calling thread's, or null, the current one; answers the one before.
  static Thread* set_current(Thread* thread);

  ThreadKind kind() const { return kind_; }
  Carrier& carrier() const { return *carrier_; }
  // 1, 2, 3 ... in the order of attachment, for reports.
  unsigned number() const { return number_; }
  std::string description() const;

  NativeStack& own_stack() { return own_stack_; }
  NativeStack& current_stack() { return *current_stack_; }

  // The interpreter's state for this thread, freed by it (see Carrier::Hooks::detached).
  void* user = nullptr;

  ~Thread();

 private:
  friend class Carrier;
  friend class StackPool;
  friend void switch_to(NativeStack& from, NativeStack& to);
  Thread(Carrier& carrier, ThreadKind kind, unsigned number);
  static Thread* find_in(const Carrier& carrier);

  // initial-exec: read at every callback, and it must not allocate in a signal handler.
  [[gnu::tls_model("initial-exec")]] static thread_local Thread* current_;

  Carrier* carrier_;
  ThreadKind kind_;
  unsigned number_;
  NativeStack own_stack_;
  NativeStack* current_stack_ = &own_stack_;
  Thread* next_of_os_thread_ = nullptr;
};

}  // namespace banter::carrier
