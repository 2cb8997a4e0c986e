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

struct Semaphore::System {
  ~System() { CloseHandle(it); }
  HANDLE it = CreateSemaphoreW(nullptr, 0, LONG_MAX, nullptr);
};

Semaphore::Semaphore() : system_(std::make_unique<System>()) {
  BANTER_CHECK(system_->it != nullptr, "no semaphore: error {}", GetLastError());
}

Semaphore::~Semaphore() = default;

void Semaphore::post() {
  ReleaseSemaphore(system_->it, 1, nullptr);
}

bool Semaphore::wait_until(std::chrono::steady_clock::time_point deadline) {
  DWORD milliseconds = INFINITE;
  if (deadline != std::chrono::steady_clock::time_point::max()) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    milliseconds = static_cast<DWORD>(std::clamp<std::int64_t>(left.count(), 0, INFINITE - 1));
  }
  return WaitForSingleObject(system_->it, milliseconds) == WAIT_OBJECT_0;
}

}  // namespace banter::carrier
