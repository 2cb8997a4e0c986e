// observer.h -- who watches the crossings between Smalltalk and C: the flight recorder, the trace
// on standard error, the trace file. With none of them a crossing pays for one test of observed().
#pragma once

#include <atomic>
#include <cstdint>

#include "ffi/recorder.h"

namespace banter::ffi {

// kTimes is for the recorder: its time stamps cost more than the rest of a record.
enum Observer : std::uint8_t { kRecorder = 1, kTimes = 2, kPrintedTrace = 4, kTraceFile = 8 };

inline constinit std::atomic<std::uint8_t> observers{kRecorder};

inline bool observed() {
  return observers.load(std::memory_order_relaxed) != 0;
}
// Any thread; for the crossings that begin afterwards.
void observe(Observer observer, bool on);

// Where the calling thread is about to cross into C for `process`, to the function at `address`,
// or, inside the callback of the thunk there, has crossed from C. Requires that it holds the VM. A
// native stack counts its callouts; a callback lies between two of them. What a foreign thread
// begins with is no callout.
inline CrossingPlace place_of_crossing(std::uint32_t process, bool is_callback,
                                       std::uintptr_t address) {
  carrier::Thread& thread = *carrier::Thread::current();
  const unsigned callouts = thread.current_stack().foreign_depth;
  const unsigned around = 2 * callouts - is_callback;
  return {process, thread.kind() == carrier::ThreadKind::foreign ? around - 1 : around, address};
}

// One crossing for all who watch: from its construction to end(), or to its destruction, which
// means that it was left without a return. Allocates nothing for the recorder alone.
class ObservedCall {
 public:
  // `words` has subject.word_count values; null: they are not known.
  ObservedCall(const Subject& subject, const std::uint64_t* words, CrossingPlace place)
      : subject_(subject),
        place_(place),
        watchers_(observers.load(std::memory_order_relaxed)),
        recorded_((watchers_ & kRecorder) != 0, (watchers_ & kTimes) != 0, subject, words, place) {
    if (watchers_ >= kPrintedTrace) [[unlikely]]
      tell_begin(words);
  }
  void end(std::uint64_t result) { finish(result, CrossingState::returned); }
  ~ObservedCall() {
    if (!ended_) [[unlikely]]
      finish(0, CrossingState::left);
  }
  ObservedCall(const ObservedCall&) = delete;
  ObservedCall& operator=(const ObservedCall&) = delete;

 private:
  void finish(std::uint64_t result, CrossingState state) {
    ended_ = true;
    recorded_.end(result, state);
    if (watchers_ >= kPrintedTrace) [[unlikely]]
      tell_end(result, state);
  }
  void tell_begin(const std::uint64_t* words);
  void tell_end(std::uint64_t result, CrossingState state);

  const Subject& subject_;
  CrossingPlace place_;
  std::uint8_t watchers_;  // as the crossing began: they hear of its end, too
  bool ended_ = false;
  RecordedCall recorded_;
};

}  // namespace banter::ffi
