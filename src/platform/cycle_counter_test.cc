#include "platform/cycle_counter.h"

#include <gtest/gtest.h>

namespace banter::platform {
namespace {

TEST(CycleCounter, AgreesWithTheClock) {
  CycleRate rate;
  rate.begin();
  const std::int64_t begun = monotonic_nanoseconds();
  const std::uint64_t first = cycle_count();
  while (monotonic_nanoseconds() - begun < 20'000'000) {
  }
  const auto passed = static_cast<double>(monotonic_nanoseconds() - begun);
  const auto counted = static_cast<double>(cycle_count() - first) * rate.nanoseconds_per_count();
  EXPECT_GT(counted, passed * 0.8);
  EXPECT_LT(counted, passed * 1.25);
}

}  // namespace
}  // namespace banter::platform
