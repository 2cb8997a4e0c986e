#include "carrier/heartbeat.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "carrier/carrier.h"

namespace banter::carrier {

struct Heartbeat::State {
  std::mutex mutex;
  std::condition_variable watcher_wakes;
  std::condition_variable spare_wakes;
  bool stopping = false;
  unsigned idle_spares = 0;
  unsigned wanted_spares = 0;  // woken and not yet up
  std::thread watcher;
  std::vector<std::thread> spares;
  Ownership::Holding last;  // what the last tick saw
};

namespace {

// False: the operating system has no thread to give, which is said once.
template <class Body>
bool start_thread(std::thread& thread, Body body) {
  try {
    thread = std::thread(body);
    return true;
  } catch (const std::system_error& error) {
    static std::atomic<bool> told{false};
    if (!told.exchange(true)) {
      std::fprintf(
          stderr,
          "banter: no further thread can be made (%s), so processes may have to wait for C\n",
          error.what());
    }
    return false;
  }
}

}  // namespace

Heartbeat::Heartbeat(Carrier& carrier) : carrier_(carrier), state_(std::make_unique<State>()) {}

Heartbeat::~Heartbeat() {
  stop();
}

void Heartbeat::start_slow() {
  std::lock_guard lock(state_->mutex);
  if (started_.load(std::memory_order_relaxed) || state_->stopping) return;
  if (!start_thread(state_->watcher, [this] { watch(); })) return;  // the next start() tries again
  started_.store(true, std::memory_order_release);
}

void Heartbeat::watch() {
  constexpr auto kRarest = 32 * kTick;
  auto interval = kTick;
  std::unique_lock lock(state_->mutex);
  while (!state_->watcher_wakes.wait_for(lock, interval, [this] { return state_->stopping; })) {
    ticks_.fetch_add(1, std::memory_order_relaxed);
    if (hooks_.tick != nullptr) hooks_.tick(hooks_.data);
    if (spare_is_needed()) wake_spare_locked();
    const bool vm_is_free = state_->last.holder == nullptr;
    interval = vm_is_free ? std::min<std::chrono::milliseconds>(2 * interval, kRarest) : kTick;
  }
}

bool Heartbeat::spare_is_needed() {
  const Ownership::Holding now = carrier_.ownership().holding();
  const bool out_of_vm = now.holder == nullptr || now.in_c;
  const bool lasts = now == state_->last;
  state_->last = now;
  return out_of_vm && lasts && hooks_.run_spare != nullptr &&
         (hooks_.work_waiting == nullptr || hooks_.work_waiting(hooks_.data));
}

void Heartbeat::wake_spare() {
  start();
  std::lock_guard lock(state_->mutex);
  wake_spare_locked();
}

void Heartbeat::wake_spare_locked() {
  State& state = *state_;
  if (state.stopping || state.wanted_spares > 0) return;
  if (state.idle_spares == 0) {
    if (state.spares.size() >= kMaximalSpares) return;
    std::thread spare;
    if (!start_thread(spare, [this] { run_spare(); })) return;  // the next tick tries again
    state.spares.push_back(std::move(spare));
  }
  state.wanted_spares++;
  state.spare_wakes.notify_one();
}

void Heartbeat::run_spare() {
  State& state = *state_;
  Thread& thread = carrier_.attach(ThreadKind::spare);
  {
    std::unique_lock lock(state.mutex);
    while (true) {
      state.idle_spares++;
      state.spare_wakes.wait(lock, [&] { return state.stopping || state.wanted_spares > 0; });
      state.idle_spares--;
      if (state.stopping) break;
      state.wanted_spares--;
      lock.unlock();
      if (carrier_.ownership().try_take(thread)) hooks_.run_spare(hooks_.data, thread);
      lock.lock();
    }
  }
  carrier_.detach(thread);
}

void Heartbeat::stop() {
  if (state_ == nullptr) return;
  if (carrier_.in_forked_child()) {
    (void)state_.release();
    return;
  }
  std::vector<std::thread> threads;
  {
    std::lock_guard lock(state_->mutex);
    state_->stopping = true;
    threads = std::move(state_->spares);
    if (state_->watcher.joinable()) threads.push_back(std::move(state_->watcher));
    state_->watcher_wakes.notify_all();
    state_->spare_wakes.notify_all();
  }
  for (std::thread& thread : threads) {
    if (thread.get_id() == std::this_thread::get_id()) {
      thread.detach();
    } else {
      thread.join();
    }
  }
}

}  // namespace banter::carrier
