// refusals.h -- callbacks that could not run, noted where nothing may be allocated or locked, and
// collected later at a safe point.
#pragma once

#include <cstdint>
#include <vector>

#include "native/thunk.h"

namespace banter::native {

struct RefusalNote {
  Refusal reason;
  ThunkRecord* record;
  std::uint32_t generation;
  ThunkOwner* owner;
  std::uint64_t order;
  const void* caller;  // the return address of the call
};

// Async-signal-safe. When there is no room the note is counted as lost.
void note_refusal(const ThunkRecord& record, Refusal reason, const void* caller);
// Oldest first. One caller at a time.
std::vector<RefusalNote> take_refusal_notes(ThunkOwner& owner, std::size_t* lost);

}  // namespace banter::native
