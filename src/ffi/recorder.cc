#include "ffi/recorder.h"

#include <pthread.h>

#include <algorithm>
#include <new>
#include <type_traits>

#include "base/check.h"
#include "platform/page_memory.h"

namespace banter::ffi {

constinit thread_local RecorderRing* RecorderRing::current_ = nullptr;

namespace {

// Rings are only ever added.
constinit std::atomic<RecorderRing*> all_rings{nullptr};

platform::PageReservation new_pages(std::size_t bytes) {
  auto pages = platform::PageReservation::reserve(bytes);
  if (!pages.ok() || !pages.value().commit(0, pages.value().size())) return {};
  return std::move(pages).value();
}

// The program's start, for all that is ever recorded.
const platform::CycleRate start = [] {
  platform::CycleRate rate;
  rate.begin();
  return rate;
}();

}  // namespace

const platform::CycleRate& recorder_clock() {
  return start;
}

RecorderRing* RecorderRing::first() {
  return all_rings.load(std::memory_order_acquire);
}

// The ring of a thread that has ended, or a new one.
RecorderRing* RecorderRing::take() {
  static const pthread_key_t key = [] {
    pthread_key_t made;
    BANTER_CHECK(pthread_key_create(&made, give_back) == 0, "no thread-specific key left");
    return made;
  }();
  RecorderRing* ring = first();
  while (ring != nullptr && ring->in_use_.exchange(true)) ring = ring->next_ring_;
  if (ring == nullptr) {
    // Kept for ever: a report may read it at any time.
    static_assert(std::is_trivially_destructible_v<RecorderRing>);
    auto* pages = new platform::PageReservation(new_pages(sizeof(RecorderRing)));
    if (pages->size() == 0) return nullptr;
    ring = new (reinterpret_cast<void*>(pages->base())) RecorderRing;
    ring->in_use_.store(true);
    ring->next_.store(1);
    ring->cleared_.store(1);
    ring->next_ring_ = first();
    while (!all_rings.compare_exchange_weak(ring->next_ring_, ring)) {
    }
  }
  const carrier::Thread* thread = carrier::Thread::current();
  ring->thread_kind_.store(thread == nullptr ? carrier::ThreadKind::foreign : thread->kind());
  ring->thread_number_.store(thread == nullptr ? 0 : thread->number());
  pthread_setspecific(key, ring);
  current_ = ring;
  return ring;
}

// On the ending thread. A later destructor of the thread may take a ring again.
void RecorderRing::give_back(void* ring) {
  current_ = nullptr;
  static_cast<RecorderRing*>(ring)->in_use_.store(false);
}

void RecorderRing::note_late(const Subject& subject, std::uint64_t begin_time, std::uint64_t result,
                             CrossingPlace place, CrossingState state, std::uint64_t now) {
  end(begin(subject, nullptr, place, begin_time), result, state, now);
}

std::uint64_t RecorderRing::first_serial() const {
  const std::uint64_t next = next_serial();
  const std::uint64_t oldest = next > kCrossings ? next - kCrossings : 1;
  return std::max(oldest, cleared_.load(std::memory_order_acquire));
}

bool RecorderRing::copy(std::uint64_t serial, RecordedCrossing* to) const {
  const Slot& slot = slots_[serial % kCrossings];
  if (slot.serial.load(std::memory_order_acquire) != serial) return false;
  const auto get = [](const Word& word) { return word.load(std::memory_order_acquire); };
  to->end = get(slot.end);
  to->begin = get(slot.begin);
  to->subject = reinterpret_cast<const Subject*>(static_cast<std::uintptr_t>(get(slot.subject)));
  const std::uint64_t place = get(slot.place);
  const auto address = static_cast<std::uintptr_t>(get(slot.address));
  to->result = get(slot.result);
  for (std::size_t i = 0; i < Subject::kMostWords; i++) to->words[i] = get(slot.words[i]);
  if (slot.serial.load(std::memory_order_relaxed) != serial) return false;
  to->place = {static_cast<std::uint32_t>(place >> 32),
               static_cast<std::uint32_t>(place >> 16 & 0xFFFF), address};
  to->has_words = (place & kHasWords) != 0;
  to->state = to->end == 0           ? CrossingState::running
              : (place & kLeft) != 0 ? CrossingState::left
                                     : CrossingState::returned;
  to->timed = to->begin != 0;
  return true;
}

}  // namespace banter::ffi
