#include "platform/cycle_counter.h"

namespace banter::platform {

double CycleRate::nanoseconds_per_count() const {
  constexpr std::int64_t kEnough = 2'000'000;
  std::int64_t passed = 0;
  do {
    passed = monotonic_nanoseconds() - nanoseconds_;
  } while (passed < kEnough);
  const std::uint64_t counts = cycle_count() - cycles_;
  return counts == 0 ? 1.0 : static_cast<double>(passed) / static_cast<double>(counts);
}

}  // namespace banter::platform
