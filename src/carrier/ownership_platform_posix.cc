#include "carrier/ownership_platform.h"

#include <linux/membarrier.h>
#include <semaphore.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "base/check.h"

namespace banter::carrier {

bool have_process_barrier() {
  static const bool have =
      syscall(__NR_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
  return have;
}

void process_barrier() {
  const long result = syscall(__NR_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
  BANTER_CHECK(result == 0, "membarrier failed with errno {}", errno);
}

struct Semaphore::System {
  System() { sem_init(&it, 0, 0); }
  ~System() { sem_destroy(&it); }
  sem_t it;
};

Semaphore::Semaphore() : system_(std::make_unique<System>()) {}

Semaphore::~Semaphore() = default;

void Semaphore::post() {
  sem_post(&system_->it);
}

bool Semaphore::wait_until(std::chrono::steady_clock::time_point deadline) {
  int result;
  do {
    if (deadline == std::chrono::steady_clock::time_point::max()) {
      result = sem_wait(&system_->it);
    } else {
      const auto since = deadline.time_since_epoch();
      const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
      const timespec until{static_cast<time_t>(seconds.count()),
                           static_cast<long>((since - seconds) / std::chrono::nanoseconds(1))};
      result = sem_clockwait(&system_->it, CLOCK_MONOTONIC, &until);
    }
  } while (result != 0 && errno == EINTR);
  return result == 0;
}

}  // namespace banter::carrier
