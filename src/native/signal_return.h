// signal_return.h -- where the operating system lets signal handlers return to: a function whose
// return address lies there was called by it as a handler, whatever the thread did before. Its
// address is told by no interface, so it is learned from a signal. On Windows there is none.
#pragma once

#include <array>

namespace banter::native {

// For handlers without SA_SIGINFO and with it, which IA32 and Arm tell apart; null until learned.
// Written once, before the first callback that asks.
inline constinit std::array<const void*, 2> signal_returns{};
inline constexpr bool kTellsHandlersApart = sizeof(void*) == 4;

// Sends the calling thread two signals that nobody else sees. Later calls do nothing. Any thread.
void learn_signal_returns();

inline bool is_signal_return(const void* return_address) {
  return return_address == signal_returns[0] ||
         (kTellsHandlersApart && return_address == signal_returns[1]);
}

}  // namespace banter::native
