// wake_signal.h -- a wake-up that is remembered until somebody waits for it; several make one.
//
// A template over the platform's atomics and semaphore, as BasicOwnership is and for its reason.
#pragma once

#include <atomic>
#include <chrono>

namespace banter::carrier {

template <class Platform>
class BasicWakeSignal {
 public:
  // Async-signal-safe. What the caller did before is seen by the wait that this ends.
  void signal() {
    if (!pending_.exchange(true, std::memory_order_seq_cst)) semaphore_.post();
  }

  // One thread at a time. A signal() that finds `pending_` set posts nothing and belongs to this
  // wait: the exchange reads it, which makes visible what the signaller did before.
  void wait_until(std::chrono::steady_clock::time_point deadline) {
    if (semaphore_.wait_until(deadline)) pending_.exchange(false, std::memory_order_seq_cst);
  }

 private:
  friend Platform;
  typename Platform::template Atomic<bool> pending_{false};
  typename Platform::Semaphore semaphore_;
};

}  // namespace banter::carrier
