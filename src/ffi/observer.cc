#include "ffi/observer.h"

#include "ffi/printed_trace.h"
#include "ffi/trace_file.h"

namespace banter::ffi {

void observe(Observer observer, bool on) {
  if (on) {
    observers.fetch_or(observer);
  } else {
    observers.fetch_and(static_cast<std::uint8_t>(~observer));
  }
}

void ObservedCall::tell_begin(const std::uint64_t* words) {
  if ((watchers_ & kPrintedTrace) != 0) print_begin(subject_, words, place_);
  if ((watchers_ & kTraceFile) != 0) write_begin(subject_, words, place_);
}

void ObservedCall::tell_end(std::uint64_t result, CrossingState state) {
  if ((watchers_ & kTraceFile) != 0) write_end(subject_, result, place_, state);
  if ((watchers_ & kPrintedTrace) != 0) print_end(subject_, result, place_, state);
}

}  // namespace banter::ffi
