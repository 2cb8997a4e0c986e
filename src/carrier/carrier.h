// carrier.h -- everything under one interpreter that is not Smalltalk: its threads, their native
// stacks, who of them holds the VM, and the heartbeat. One per VM, no globals.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "carrier/heartbeat.h"
#include "carrier/native_stack.h"
#include "carrier/ownership.h"
#include "carrier/thread.h"

namespace banter::carrier {

class Carrier {
 public:
  struct Hooks {
    void* data = nullptr;
    // On a thread that ends or is detached, without the VM: free Thread::user and what belongs to
    // its stacks.
    void (*detached)(void* data, Thread& thread) = nullptr;
  };

  Carrier();
  // Shuts down. Threads that are still attached are forgotten here, without the hook.
  ~Carrier();
  Carrier(const Carrier&) = delete;
  Carrier& operator=(const Carrier&) = delete;

  void set_hooks(const Hooks& hooks) { hooks_ = hooks; }

  Ownership& ownership() { return ownership_; }
  StackPool& stacks() { return stacks_; }
  Heartbeat& heartbeat() { return heartbeat_; }

  // Makes the calling OS thread known, as `kind`, and current. Requires that it is not attached.
  Thread& attach(ThreadKind kind);
  // Forgets the calling OS thread. It must not hold the VM. A foreign thread needs no call: it is
  // detached when it ends.
  void detach(Thread& thread);

  // Under the registry's lock; must not attach or detach.
  void for_each_thread(const std::function<void(Thread&)>& function);
  std::size_t thread_count();

  // Ends all waits and both helper threads. The VM runs no more after this.
  void shut_down();

  // True in a child process made by fork() after this Carrier: the VM's other threads are gone, so
  // callbacks there only return their defaults. Async-signal-safe.
  bool in_forked_child() const {
    return fork_generation_ != forks_.load(std::memory_order_relaxed);
  }

 private:
  friend class Thread;
  // Counts the forks that made this process, from the first Carrier on.
  static inline std::atomic<unsigned> forks_{0};
  static unsigned watch_forks();
  void forget(Thread& thread);

  Ownership ownership_;
  StackPool stacks_;
  Heartbeat heartbeat_;
  Hooks hooks_;
  std::vector<std::unique_ptr<Thread>> threads_;  // guarded by the registry's lock
  unsigned attached_ = 0;
  unsigned fork_generation_ = watch_forks();
};

}  // namespace banter::carrier
