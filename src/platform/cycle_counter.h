// cycle_counter.h -- the processor's own clock: the cheapest time stamp there is.
//
// It counts at a constant rate that only the machine knows; CycleRate finds it out by comparing the
// counter with the monotonic clock. Where the processor has none for programs, it is that clock.
#pragma once

#include <cstdint>

#include "platform/clock.h"

namespace banter::platform {

// Threads of one machine agree on it as far as its processors do.
inline std::uint64_t cycle_count() {
#if defined(__x86_64__) || defined(__i386__)
  return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
  std::uint64_t count;
  asm volatile("mrs %0, cntvct_el0" : "=r"(count));
  return count;
#elif defined(__riscv) && __riscv_xlen == 64
  std::uint64_t count;
  asm volatile("rdtime %0" : "=r"(count));
  return count;
#else
  return static_cast<std::uint64_t>(monotonic_nanoseconds());
#endif
}

// How long a count is. The longer the time between begin() and the question, the better the answer.
class CycleRate {
 public:
  void begin() {
    cycles_ = cycle_count();
    nanoseconds_ = monotonic_nanoseconds();
  }
  std::uint64_t first() const { return cycles_; }
  // Requires begin(). Waits until two milliseconds have passed since. Async-signal-safe.
  double nanoseconds_per_count() const;

 private:
  std::uint64_t cycles_ = 0;
  std::int64_t nanoseconds_ = 0;
};

}  // namespace banter::platform
