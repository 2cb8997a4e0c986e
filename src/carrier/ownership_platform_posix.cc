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

struct WakeSignal::Semaphore {
  Semaphore() { sem_init(&it, 0, 0); }
  ~Semaphore() { sem_destroy(&it); }
  sem_t it;
};

WakeSignal::WakeSignal() : semaphore_(std::make_unique<Semaphore>()) {}

WakeSignal::~WakeSignal() = default;

void WakeSignal::signal() {
  if (!pending_.exchange(true)) sem_post(&semaphore_->it);
}

void WakeSignal::wait_until(std::chrono::steady_clock::time_point deadline) {
  int result;
  do {
    if (deadline == std::chrono::steady_clock::time_point::max()) {
      result = sem_wait(&semaphore_->it);
    } else {
      const auto since = deadline.time_since_epoch();
      const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
      const timespec until{static_cast<time_t>(seconds.count()),
                           static_cast<long>((since - seconds) / std::chrono::nanoseconds(1))};
      result = sem_clockwait(&semaphore_->it, CLOCK_MONOTONIC, &until);
    }
  } while (result != 0 && errno == EINTR);
  // A signal() that comes between the two lines makes the next wait end at once, which is allowed.
  if (result == 0) pending_.store(false);
}

}  // namespace banter::carrier
