// ownership_platform.h -- what BasicOwnership is made of on a real machine: std atomics, a mutex,
// condition variables, a semaphore that a signal handler may post, and the two halves of an
// asymmetric fence.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace banter::carrier {

// The operating system's semaphore, with the count 0 at first.
class Semaphore {
 public:
  Semaphore();
  ~Semaphore();
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;
  // Async-signal-safe.
  void post();
  // False when the deadline passed first.
  bool wait_until(std::chrono::steady_clock::time_point deadline);

 private:
  struct System;
  std::unique_ptr<System> system_;
};

// Registers this process for membarrier(PRIVATE_EXPEDITED) once; false where it cannot be had.
bool have_process_barrier();
// Every thread of this process passes a full memory barrier before this returns. Requires
// have_process_barrier().
void process_barrier();

// Steps of the protocol that are no operation on an atomic variable. A model checker takes each of
// them out, to see that it is needed.
enum class Step : std::uint8_t {
  none,
  look_again_before_giving_up,
  look_again_after_c,
  use_earlier_grant,
  wait_behind_others,
  try_behind_others,
  leave_queue_when_taken,
  leave_queue_when_handed_over,
  promise,
  mark_grant,
  use_grant_once,
  refuse_grant_after_shut_down,
  refuse_try_after_shut_down,
  refuse_wait_after_shut_down,
  refuse_yield_after_shut_down,
  empty_queue_at_shut_down,
  count,
};

struct ThreadPlatform {
  static constexpr bool keeps(Step) { return true; }

  template <class T>
  using Atomic = std::atomic<T>;
  template <class T>
  using List = std::vector<T>;
  using Mutex = std::mutex;
  using Lock = std::unique_lock<std::mutex>;
  using Condition = std::condition_variable;
  using Semaphore = carrier::Semaphore;

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
