// watchdog.h -- notices that nothing has run for a while because C does not come back, says so once
// for each callout, and lets everything go on.
//
//   watcher thread   is_due(): the VM has been free, or its holder in C, without any change so long
//   spare thread     takes the VM as for any work, and report() looks at all processes
//
// What changes when anything runs: who holds the VM, its crossings into C, how often a thread had
// to come for the VM. So a timer or a callback from another thread starts the time anew.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "carrier/ownership.h"

namespace banter::interpreter {

class Interpreter;
class ProcessStack;

class Watchdog {
 public:
  // 0: never. Before any thread but the calling one knows the VM.
  void set_limit(std::chrono::seconds limit) { limit_ = limit; }

  // A thread has come for the VM and got it.
  void note_activity() { activity_.fetch_add(1, std::memory_order_relaxed); }

  // On the watcher thread, without the VM, while nobody runs Smalltalk: whether report() is wanted.
  bool is_due(const carrier::Ownership::Holding& now);

  // With the VM: if it was due, prints on standard error each callout that C has not returned from
  // and that has not been named before, with its process, thread and stack.
  void report(Interpreter& vm);

 private:
  std::chrono::seconds limit_{0};
  std::atomic<std::uint64_t> activity_{0};
  std::atomic<std::uint64_t> reported_activity_{UINT64_MAX};
  std::atomic<bool> due_{false};

  // The watcher's own: what it saw last, and since when.
  carrier::Ownership::Holding seen_;
  std::uint64_t seen_activity_ = 0;
  std::chrono::steady_clock::time_point since_{};
};

}  // namespace banter::interpreter
