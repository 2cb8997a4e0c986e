// ownership_platform.h -- what BasicOwnership is made of on a real machine: std atomics, a mutex,
// condition variables, a wake-up that a signal handler may send, and the two halves of an
// asymmetric fence.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

namespace banter::carrier {

// A wake-up that is remembered until somebody waits for it; several make one.
class WakeSignal {
 public:
  WakeSignal();
  ~WakeSignal();
  WakeSignal(const WakeSignal&) = delete;
  WakeSignal& operator=(const WakeSignal&) = delete;
  // Async-signal-safe.
  void signal();
  void wait_until(std::chrono::steady_clock::time_point deadline);

 private:
  struct Semaphore;  // the operating system's
  std::atomic<bool> pending_{false};
  std::unique_ptr<Semaphore> semaphore_;
};

// Registers this process for membarrier(PRIVATE_EXPEDITED) once; false where it cannot be had.
bool have_process_barrier();
// Every thread of this process passes a full memory barrier before this returns. Requires
// have_process_barrier().
void process_barrier();

struct ThreadPlatform {
  template <class T>
  using Atomic = std::atomic<T>;
  template <class T>
  using List = std::vector<T>;
  using Mutex = std::mutex;
  using Lock = std::unique_lock<std::mutex>;
  using Condition = std::condition_variable;
  using Wake = WakeSignal;

  // ThreadSanitizer knows nothing of membarrier.
#if defined(__SANITIZE_THREAD__)
  static constexpr bool asymmetric() {
    return false;
  }
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
  static constexpr bool asymmetric() {
    return false;
  }
#else
  static bool asymmetric() {
    return asymmetric_;
  }
#endif
#else
  static bool asymmetric() {
    return asymmetric_;
  }
#endif

  static void light_fence() {
    std::atomic_signal_fence(std::memory_order_seq_cst);
  }
  static void heavy_fence() {
    process_barrier();
  }

  // False when the deadline passed first.
  static bool wait_until(Condition& condition, Lock& lock,
                         std::chrono::steady_clock::time_point deadline) {
    if (deadline == std::chrono::steady_clock::time_point::max()) {
      condition.wait(lock);
      return true;
    }
    return condition.wait_until(lock, deadline) == std::cv_status::no_timeout;
  }
  static void notify(Condition& condition) {
    condition.notify_all();
  }

  // Constant after the first VM is made. Public for tests of the exchange protocol.
  static inline bool asymmetric_ = have_process_barrier();
};

}  // namespace banter::carrier
