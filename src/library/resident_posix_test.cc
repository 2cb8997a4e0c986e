#include <unistd.h>

#include <fstream>

#include "library/resident_testing.h"

namespace banter::library::testing_support {

std::size_t resident_bytes() {
  std::ifstream statistics("/proc/self/statm");
  std::size_t all = 0, resident = 0;
  statistics >> all >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace banter::library::testing_support
