// clock.h -- the two clocks the VM reads.
#pragma once

#include <cstdint>

namespace banter::platform {

// Never goes back; its zero is arbitrary.
std::int64_t monotonic_nanoseconds();
// Since 1970-01-01T00:00:00Z.
std::int64_t utc_microseconds();
// Seconds east of UTC that local time is now.
std::int32_t local_offset_seconds();

}  // namespace banter::platform
