#include "platform/clock.h"

#include <gtest/gtest.h>

namespace banter::platform {
namespace {

TEST(Clock, GoesForward) {
  const auto first = monotonic_nanoseconds();
  const auto second = monotonic_nanoseconds();
  EXPECT_LE(first, second);
  EXPECT_GT(utc_microseconds(), 1'700'000'000'000'000);
}

}  // namespace
}  // namespace banter::platform
