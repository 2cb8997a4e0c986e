#include "native/refusals.h"

#include <algorithm>
#include <atomic>

namespace banter::native {

namespace {

enum class Cell : std::uint8_t { empty, writing, ready };

constexpr std::size_t kCells = 256;

struct NoteCell {
  std::atomic<Cell> cell{Cell::empty};
  RefusalNote note{};
};

NoteCell notes[kCells];
std::atomic<std::uint64_t> next_order{0};
std::atomic<std::size_t> lost_notes{0};

}  // namespace

void note_refusal(const ThunkRecord& record, Refusal reason, const void* caller) {
  const std::uint64_t order = next_order.fetch_add(1, std::memory_order_relaxed);
  NoteCell& place = notes[order % kCells];
  Cell expected = Cell::empty;
  if (!place.cell.compare_exchange_strong(expected, Cell::writing, std::memory_order_acquire)) {
    lost_notes.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  place.note = {reason, const_cast<ThunkRecord*>(&record), record.generation, record.owner, order,
                caller};
  place.cell.store(Cell::ready, std::memory_order_release);
}

std::vector<RefusalNote> take_refusal_notes(ThunkOwner& owner, std::size_t* lost) {
  owner.has_refused.store(false);
  std::vector<RefusalNote> result;
  for (NoteCell& place : notes) {
    if (place.cell.load(std::memory_order_acquire) != Cell::ready || place.note.owner != &owner)
      continue;
    result.push_back(place.note);
    place.cell.store(Cell::empty, std::memory_order_release);
  }
  std::sort(result.begin(), result.end(),
            [](const RefusalNote& a, const RefusalNote& b) { return a.order < b.order; });
  if (lost != nullptr) *lost = lost_notes.exchange(0, std::memory_order_relaxed);
  return result;
}

}  // namespace banter::native
