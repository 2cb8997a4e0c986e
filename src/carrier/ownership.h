// ownership.h -- who holds the VM: one OS thread at a time, and never a thread that sits in C while
// another needs it.
//
//   outside --acquire--> in_vm --enter_c--> in_c --leave_c--> in_vm --release--> outside
//                          ^                  | another thread takes the VM
//                          '---- acquire -----'   (leave_c then answers false)
//
// A crossing into C or back is a store, a compiler fence and a load. A thread that takes the VM
// from one that is in C pays for both: it writes `holder_`, makes every thread of the process pass
// a memory barrier (membarrier PRIVATE_EXPEDITED), and only then reads where the holder is. So at
// least one of the two sees the other's store (Dekker's argument):
//   - the taker saw in_c: the holder's next leave_c sees another holder and queues;
//   - the taker saw in_vm: it puts the holder back; a leave_c that saw the taker meanwhile settles
//     the matter under the mutex.
// The same argument covers a waiter that raises `wanted_` while the holder enters C.
// Where membarrier cannot be had, and under ThreadSanitizer, the holder's place is changed by
// atomic exchanges instead (Platform::asymmetric() is false).
//
// The class is a template over its atomics, mutex, waits and fences so that a model checker can run
// the same text. Invariants, all under mutex_ except as said:
//   - at most one party holds the VM; `holder_` names it (a taker writes itself for a moment and
//     may take that back before it lets go of the mutex);
//   - `holder_` never becomes a party that does not know it: the VM that was granted to a waiter is
//     held by `promised_` until the waiter has taken it, or one that comes out of C would believe
//     that it never lost it;
//   - a party in in_vm that is not the holder is about to find that out in leave_c or acquire;
//   - `wanted_` is true exactly when the queue of waiters is not empty;
//   - after shut_down() nobody is granted the VM.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/check.h"
#include "carrier/ownership_platform.h"
#include "carrier/wake_signal.h"

namespace banter::carrier {

using Deadline = std::chrono::steady_clock::time_point;
inline constexpr Deadline kNoDeadline = Deadline::max();

enum class Place : std::uint8_t {
  outside,  // does not hold the VM and is not inside it: C code of a thread with no callout
  in_vm,    // runs the VM
  in_c,     // inside a callout; holds the VM unless it was taken meanwhile
  taken,    // as in_c, known to have lost the VM (only where crossings are exchanges)
  waiting,  // inside acquire, park or idle_wait
};

template <class Platform>
class BasicOwnership {
 public:
  // One thread as one VM sees it. Lives as long as the thread is attached.
  class Party {
   public:
    Party() = default;
    Party(const Party&) = delete;
    Party& operator=(const Party&) = delete;
    // Exact on the party's own thread, a hint on others.
    Place place() const { return place_.load(std::memory_order_relaxed); }

   private:
    friend class BasicOwnership;
    friend Platform;
    typename Platform::template Atomic<Place> place_{Place::outside};
    typename Platform::Condition granted_condition_;
    typename Platform::template Atomic<std::uint64_t> crossings_{0};  // into C
    bool granted_ = false;
    bool queued_ = false;
    Party* next_ = nullptr;  // in the queue of waiters
  };

  // Called, under the mutex, when `wanted()` becomes true: sets a flag that safe points read.
  struct WantedHook {
    void (*function)(void* data) = nullptr;
    void* data = nullptr;
  };

  explicit BasicOwnership(WantedHook hook = {}) : hook_(hook) {}
  BasicOwnership(const BasicOwnership&) = delete;
  BasicOwnership& operator=(const BasicOwnership&) = delete;

  // Set before the second thread knows the VM.
  void set_wanted_hook(WantedHook hook) { hook_ = hook; }

  // --- crossings; `self` is always the calling thread's own party -------------------------------

  // Before C code runs. Requires place in_vm and the VM. Gives the VM to a waiter if there is one.
  void enter_c(Party& self) {
    self.crossings_.store(self.crossings_.load(std::memory_order_relaxed) + 1,
                          std::memory_order_relaxed);
    bool wanted;
    if (Platform::asymmetric()) {
      self.place_.store(Place::in_c, std::memory_order_release);
      Platform::light_fence();
      wanted = wanted_.load(std::memory_order_relaxed);
    } else {
      // Both are seq_cst: a load that is not may be done before the exchange's store is seen.
      self.place_.exchange(Place::in_c, std::memory_order_seq_cst);
      wanted = wanted_.load(std::memory_order_seq_cst);
    }
    if (wanted) [[unlikely]]
      give_up_in_c(self);
  }

  // After C code ran. True: this thread still holds the VM, and nobody had it meanwhile. False: it
  // was taken; call acquire() before touching anything of the VM. Who still holds the VM sees its
  // own stores, so nothing here needs to acquire.
  bool leave_c(Party& self) {
    if (Platform::asymmetric()) {
      self.place_.store(Place::in_vm, std::memory_order_relaxed);
      Platform::light_fence();
      if (holder_.load(std::memory_order_relaxed) == &self) [[likely]]
        return true;
    } else {
      Place expected = Place::in_c;
      if (self.place_.compare_exchange_strong(expected, Place::in_vm, std::memory_order_relaxed))
          [[likely]]
        return true;
    }
    return still_holder_after_c(self);
  }

  // --- taking, giving, waiting ------------------------------------------------------------------

  // Blocks until this thread holds the VM, first come first served; takes it from a thread in C.
  // False: the VM was shut down; the place is outside.
  bool acquire(Party& self) {
    Lock lock(mutex_);
    return acquire_locked(self, lock);
  }

  // Takes the VM if it is free or its holder is in C, without waiting and not past waiters.
  bool try_take(Party& taker) {
    Lock lock(mutex_);
    if (shut_down_ && keeps(Step::refuse_try_after_shut_down)) return false;
    if (first_ != nullptr && keeps(Step::try_behind_others)) return false;
    if (!take_locked(taker)) return false;
    taker.place_.store(Place::in_vm, std::memory_order_relaxed);
    return true;
  }

  // Gives the VM to the first waiter, or leaves it free. Requires the VM. The place is outside.
  void release(Party& self) {
    Lock lock(mutex_);
    release_locked(self);
    self.place_.store(Place::outside, std::memory_order_relaxed);
  }

  // At a safe point, when wanted(): lets every thread now waiting go first. False: shut down, and
  // this thread no longer holds the VM.
  bool yield(Party& self) {
    Lock lock(mutex_);
    const bool over = shut_down_ && keeps(Step::refuse_yield_after_shut_down);
    if (first_ == nullptr && !over) return true;
    release_locked(self);
    return acquire_locked(self, lock);
  }

  // Grants `to` the VM and goes on without it: park() or acquire() must follow at once, or the
  // thread leaves, with outside as its place. Requires the VM. `to` is waiting, or on its way into
  // acquire or park, from C too.
  void hand_over(Party& from, Party& to, Place afterwards = Place::waiting) {
    Lock lock(mutex_);
    BANTER_CHECK(holder_.load(std::memory_order_relaxed) == &from, "hand_over without the VM");
    from.place_.store(afterwards, std::memory_order_relaxed);
    if (keeps(Step::leave_queue_when_handed_over)) remove_waiter(to);
    grant(to);
  }

  // Without the VM: waits until another thread hands it over by name. False: shut down or the
  // deadline passed; the place is outside.
  bool park(Party& self, Deadline deadline = kNoDeadline) {
    Lock lock(mutex_);
    self.place_.store(Place::waiting, std::memory_order_relaxed);
    while (!self.granted_ && !shut_down_) {
      if (!Platform::wait_until(self.granted_condition_, lock, deadline) && !self.granted_) break;
    }
    return take_grant(self);
  }

  // With the VM and nothing to run: leaves the VM free until wake(), the deadline, or shut down,
  // and comes back with it. A wake() since the last idle_wait ended counts. False: shut down.
  bool idle_wait(Party& self, Deadline deadline) {
    {
      Lock lock(mutex_);
      release_locked(self);
      self.place_.store(Place::waiting, std::memory_order_relaxed);
    }
    wake_.wait_until(deadline);
    return acquire(self);
  }

  // Ends an idle_wait, now or the next one. Any thread, also from a signal handler.
  void wake() { wake_.signal(); }

  // A thread waits for the VM: polled at safe points, which then call yield().
  bool wanted() const { return wanted_.load(std::memory_order_relaxed); }

  // Who holds the VM, for the watcher. Two equal answers with in_c: it sat in C all the while.
  struct Holding {
    const Party* holder = nullptr;
    bool in_c = false;
    std::uint64_t crossings = 0;
    friend bool operator==(const Holding&, const Holding&) = default;
  };
  Holding holding() {
    Lock lock(mutex_);
    Party* holder = holder_.load(std::memory_order_relaxed);
    if (holder == nullptr) return {};
    return {holder, holder->place() == Place::in_c,
            holder->crossings_.load(std::memory_order_relaxed)};
  }

  // Stays true only for the calling thread's own party outside C.
  bool holds(const Party& party) {
    Lock lock(mutex_);
    return holder_.load(std::memory_order_relaxed) == &party;
  }

  // Ends every wait with false and grants nothing more. The caller may hold the VM or not.
  void shut_down() {
    {
      Lock lock(mutex_);
      shut_down_ = true;
      while (first_ != nullptr && keeps(Step::empty_queue_at_shut_down)) remove_waiter(*first_);
    }
    broadcast_shut_down();
  }
  bool is_shut_down() {
    Lock lock(mutex_);
    return shut_down_;
  }

  // Every party that may wait is known here, so that shut_down reaches it.
  void add(Party& party);
  void remove(Party& party);

 private:
  friend Platform;
  using Mutex = typename Platform::Mutex;
  using Lock = typename Platform::Lock;

  static constexpr bool keeps(Step step) { return Platform::keeps(step); }
  void give_up_in_c(Party& self);
  bool still_holder_after_c(Party& self);
  bool acquire_locked(Party& self, Lock& lock);
  bool take_locked(Party& taker);
  bool take_from_c_locked(Party& taker, Party& holder);
  void release_locked(Party& self);
  bool take_grant(Party& self);
  void grant(Party& to);
  void grant_first_waiter();
  void enqueue(Party& party);
  void remove_waiter(Party& party);
  void broadcast_shut_down();

  // Holds what was granted and not yet taken.
  Party promised_;
  // Read at every crossing.
  typename Platform::template Atomic<Party*> holder_{nullptr};
  typename Platform::template Atomic<bool> wanted_{false};

  Mutex mutex_;
  Party* first_ = nullptr;  // the queue of waiters
  Party* last_ = nullptr;
  typename Platform::template List<Party*> parties_;
  bool shut_down_ = false;
  WantedHook hook_;
  BasicWakeSignal<Platform> wake_;
};

}  // namespace banter::carrier

#include "carrier/ownership_inl.h"

namespace banter::carrier {
using Ownership = BasicOwnership<ThreadPlatform>;
}  // namespace banter::carrier
