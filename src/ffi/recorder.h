// recorder.h -- the flight recorder: the last crossings between Smalltalk and C of each OS thread.
//
//   ObservedCall (observer.h) ──▶ RecordedCall ──▶ this thread's RecorderRing ──▶ RecordedCrossing
//   (a copy)
//                      begin ... end     kCrossings slots, the oldest is used again
//
// A slot holds one call, its arguments as raw words, its result, and both times. Only the ring's
// own thread writes it: plain stores, without locks, allocation or system calls (its first crossing
// takes the ring). Any thread may copy it, also in a signal handler: a slot that changes meanwhile
// is left out. A call that lasts longer than its slot is noted again when it returns.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/line.h"
#include "carrier/thread.h"
#include "ffi/subject.h"
#include "platform/cycle_counter.h"

namespace banter::ffi {

// Where a crossing happens, and to what.
struct CrossingPlace {
  std::uint32_t process;       // ProcessStack::number()
  std::uint32_t depth;         // of crossings around this one
  std::uintptr_t address = 0;  // of the function or the callback's thunk
};

// `left`: by an exception, a jump or the end of its thread.
enum class CrossingState : std::uint8_t { running, returned, left };

// One call into C or back, copied out of a ring.
struct RecordedCrossing {
  const Subject* subject = nullptr;
  bool timed = false;
  std::uint64_t begin = 0;  // counts of the processor (cycle_counter.h)
  std::uint64_t end = 0;    // ... when it has returned
  std::uint64_t result = 0;
  std::uint64_t words[Subject::kMostWords] = {};
  bool has_words = false;  // false: they were lost, see above
  CrossingState state = CrossingState::running;
  CrossingPlace place{};
};

class RecorderRing {
 public:
  static constexpr std::size_t kCrossings = 256;
  // The end of a crossing that was not timed; its begin is 0.
  static constexpr std::uint64_t kNoTime = 1;

  // The calling thread's; null when there is no memory for another. Takes one at the first call.
  static RecorderRing* of_this_thread() {
    RecorderRing* ring = current_;
    return ring != nullptr ? ring : take();
  }
  // ... or null when it has none yet.
  static RecorderRing* of_this_thread_if_any() { return current_; }

  // Begins a record and answers its serial number. Null words: they are not known.
  std::uint64_t begin(const Subject& subject, const std::uint64_t* words, CrossingPlace place,
                      std::uint64_t now) {
    const std::uint64_t serial = next_.load(std::memory_order_relaxed);
    next_.store(serial + 1, std::memory_order_relaxed);
    Slot& slot = slots_[serial % kCrossings];
    slot.serial.store(0, std::memory_order_relaxed);
    set(slot.begin, now);
    set(slot.end, 0);
    set(slot.subject, reinterpret_cast<std::uintptr_t>(&subject));
    set(slot.place, packed(place, words != nullptr ? kHasWords : 0));
    set(slot.address, place.address);
    const std::size_t count = words != nullptr ? subject.word_count : 0;
    for (std::size_t i = 0; i < count; i++) set(slot.words[i], words[i]);
    slot.serial.store(serial, std::memory_order_release);
    return serial;
  }

  // Completes it.
  void end(std::uint64_t serial, std::uint64_t result, CrossingState state, std::uint64_t now) {
    Slot& slot = slots_[serial % kCrossings];
    if (slot.serial.load(std::memory_order_relaxed) != serial) return;
    set(slot.result, result);
    if (state == CrossingState::left) [[unlikely]]
      set(slot.place, slot.place.load(std::memory_order_relaxed) | kLeft);
    set(slot.end, now);
  }
  bool still_has(std::uint64_t serial) const {
    return slots_[serial % kCrossings].serial.load(std::memory_order_relaxed) == serial;
  }
  // For a call whose slot was used again.
  void note_late(const Subject& subject, std::uint64_t begin, std::uint64_t result,
                 CrossingPlace place, CrossingState state, std::uint64_t now);

  // All rings of the program, of threads that have ended too. Async-signal-safe.
  static RecorderRing* first();
  RecorderRing* next_ring() const { return next_ring_; }
  // Whose it is, or was.
  carrier::ThreadKind thread_kind() const { return thread_kind_.load(); }
  std::uint32_t thread_number() const { return thread_number_.load(); }
  // Copies the record of that number. False: it is not there, or changed meanwhile.
  bool copy(std::uint64_t serial, RecordedCrossing* to) const;
  // The numbers of records begun so far lie below this one, and from first_serial() on.
  std::uint64_t next_serial() const { return next_.load(std::memory_order_acquire); }
  std::uint64_t first_serial() const;
  // Forgets what is recorded. Any thread.
  void clear() { cleared_.store(next_serial(), std::memory_order_release); }

 private:
  // Every field is stored with `release`, after `serial` has become 0, and loaded with `acquire`
  // before `serial` is looked at again: so a copy that mixes two records is found out.
  using Word = std::atomic<std::uint64_t>;
  struct Slot {
    Word serial, begin, end, subject, place, address, result, words[Subject::kMostWords];
  };
  static void set(Word& word, std::uint64_t value) { word.store(value, std::memory_order_release); }
  //   63 ... 32 | 31 ..... 16 | 15 ... 0
  //   process   | depth       | flags
  static constexpr std::uint64_t kHasWords = 1, kLeft = 2;
  static std::uint64_t packed(CrossingPlace place, std::uint64_t flags) {
    return std::uint64_t{place.process} << 32 | std::uint64_t{place.depth & 0xFFFF} << 16 | flags;
  }

  static RecorderRing* take();
  static void give_back(void* ring);

  // initial-exec: as carrier::Thread::current_.
  [[gnu::tls_model("initial-exec")]] static constinit thread_local RecorderRing* current_;

  Word next_;
  Word cleared_;
  std::atomic<bool> in_use_;
  std::atomic<carrier::ThreadKind> thread_kind_;
  std::atomic<std::uint32_t> thread_number_;
  RecorderRing* next_ring_;
  Slot slots_[kCrossings];
};

// One call while it lasts, on the stack of the thread that makes it.
class RecordedCall {
 public:
  // `words` has subject.word_count values, or is null. Not `on`, or without a ring, nothing is
  // recorded.
  RecordedCall(bool on, bool timed, const Subject& subject, const std::uint64_t* words,
               CrossingPlace place)
      : ring_(on ? RecorderRing::of_this_thread() : nullptr),
        subject_(subject),
        place_(place),
        timed_(timed) {
    if (ring_ == nullptr) return;
    if (timed) begin_ = platform::cycle_count();
    serial_ = ring_->begin(subject, words, place, begin_);
  }
  void end(std::uint64_t result, CrossingState state) {
    if (ring_ == nullptr) return;
    const std::uint64_t now = timed_ ? platform::cycle_count() : RecorderRing::kNoTime;
    if (ring_->still_has(serial_)) [[likely]] {
      ring_->end(serial_, result, state, now);
    } else {
      ring_->note_late(subject_, begin_, result, place_, state, now);
    }
  }

 private:
  RecorderRing* ring_;
  const Subject& subject_;
  CrossingPlace place_;
  bool timed_;
  std::uint64_t begin_ = 0, serial_ = 0;
};

// The rate of the time stamps.
const platform::CycleRate& recorder_clock();

}  // namespace banter::ffi
