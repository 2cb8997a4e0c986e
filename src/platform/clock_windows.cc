#include <windows.h>

#include <chrono>

#include "platform/clock.h"

namespace banter::platform {

std::int64_t monotonic_nanoseconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

std::int64_t utc_microseconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

// Windows counts minutes west.
std::int32_t local_offset_seconds() {
  TIME_ZONE_INFORMATION zone;
  const DWORD season = GetTimeZoneInformation(&zone);
  LONG west = zone.Bias;
  if (season == TIME_ZONE_ID_STANDARD) west += zone.StandardBias;
  if (season == TIME_ZONE_ID_DAYLIGHT) west += zone.DaylightBias;
  return season == TIME_ZONE_ID_INVALID ? 0 : static_cast<std::int32_t>(-60 * west);
}

}  // namespace banter::platform
