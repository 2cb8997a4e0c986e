// heartbeat.h -- the watcher thread of one VM: a tick every two milliseconds, and spare threads.
//
// Each tick sets the interpreter's interrupt flag through Hooks::tick. When the holder of the VM
// has sat in C through a whole tick, and Hooks::work_waiting says that this matters, a spare thread
// takes the VM and runs Hooks::run_spare. No thread exists before start(): a program that evaluates
// `1` never pays for them. While nobody holds the VM the ticks become rarer.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>

namespace banter::carrier {

class Carrier;
class Thread;

class Heartbeat {
 public:
  static constexpr std::chrono::milliseconds kTick{2};

  // Plain functions and one pointer; any may be null.
  struct Hooks {
    void* data = nullptr;
    // On the watcher, without the VM: set a flag, nothing more.
    void (*tick)(void* data) = nullptr;
    // On the watcher, without the VM: would a spare thread find something to do? Must only read
    // atomics. Null means yes.
    bool (*work_waiting)(void* data) = nullptr;
    // On a spare thread that has taken the VM. Returns without the VM (released) when it has
    // nothing to do there any more.
    void (*run_spare)(void* data, Thread& spare) = nullptr;
  };

  // No more spare threads than this.
  static constexpr unsigned kMaximalSpares = 64;

  explicit Heartbeat(Carrier& carrier);
  ~Heartbeat();
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;

  // Before start().
  void set_hooks(const Hooks& hooks) { hooks_ = hooks; }

  // Starts the watcher unless it runs. Cheap when it does; any thread that holds the VM. Where no
  // thread can be made it says so and does without: processes wait until C returns.
  void start() {
    if (!started_.load(std::memory_order_acquire)) [[unlikely]]
      start_slow();
  }
  bool is_running() const { return started_.load(std::memory_order_relaxed); }
  std::uint64_t ticks() const { return ticks_.load(std::memory_order_relaxed); }

  // Lets a spare thread try to take the VM now, without waiting for a tick: for a thread that
  // leaves the VM free while processes can run. Any thread, not from a signal handler.
  void wake_spare();

  // Ends and joins all its threads (but not the calling one). The VM must be shut down
  // (Ownership::shut_down).
  void stop();

 private:
  // Apart, because a forked child must leave it alone for ever: threads wait there that it lacks.
  struct State;

  void start_slow();
  void watch();
  void run_spare();
  void wake_spare_locked();
  // Does a thread that has been in C since the last tick keep the VM from others?
  bool spare_is_needed();

  Carrier& carrier_;
  Hooks hooks_;
  std::atomic<bool> started_{false};
  std::atomic<std::uint64_t> ticks_{0};
  std::unique_ptr<State> state_;
};

}  // namespace banter::carrier
