#include <windows.h>

#include <psapi.h>  // after windows.h

#include "library/resident_testing.h"

namespace banter::library::testing_support {

std::size_t resident_bytes() {
  PROCESS_MEMORY_COUNTERS counters{};
  GetProcessMemoryInfo(GetCurrentProcess(), &counters, sizeof counters);
  return counters.WorkingSetSize;
}

}  // namespace banter::library::testing_support
