#include "carrier/ownership_platform.h"

#include <windows.h>

#include <algorithm>

#include "base/check.h"

namespace banter::carrier {

// FlushProcessWriteBuffers would be one, but does nothing under Wine 8.
bool have_process_barrier() {
  return false;
}

void process_barrier() {
  BANTER_CHECK(false, "there is no process barrier");
}

struct WakeSignal::Semaphore {
  ~Semaphore() { CloseHandle(it); }
  HANDLE it = CreateSemaphoreW(nullptr, 0, LONG_MAX, nullptr);
};

WakeSignal::WakeSignal() : semaphore_(std::make_unique<Semaphore>()) {
  BANTER_CHECK(semaphore_->it != nullptr, "no semaphore: error {}", GetLastError());
}

WakeSignal::~WakeSignal() = default;

void WakeSignal::signal() {
  if (!pending_.exchange(true)) ReleaseSemaphore(semaphore_->it, 1, nullptr);
}

void WakeSignal::wait_until(std::chrono::steady_clock::time_point deadline) {
  DWORD milliseconds = INFINITE;
  if (deadline != std::chrono::steady_clock::time_point::max()) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    milliseconds = static_cast<DWORD>(std::clamp<std::int64_t>(left.count(), 0, INFINITE - 1));
  }
  // A signal() that comes between the two lines makes the next wait end at once, which is allowed.
  if (WaitForSingleObject(semaphore_->it, milliseconds) == WAIT_OBJECT_0) pending_.store(false);
}

}  // namespace banter::carrier
