#include "carrier/carrier.h"

#include <algorithm>

#include "base/check.h"
#include "carrier/os_thread.h"

namespace banter::carrier {

namespace {

// Guards Carrier::threads_ of every Carrier, and whether a Thread still has one.
std::mutex& registry() {
  static auto* mutex = new std::mutex;  // lives longer than any thread
  return *mutex;
}

}  // namespace

unsigned Carrier::watch_forks() {
  [[maybe_unused]] static const bool registered = [] {
    after_fork_in_child([] { forks_.fetch_add(1, std::memory_order_relaxed); });
    return true;
  }();
  return forks_.load(std::memory_order_relaxed);
}

Carrier::Carrier() : heartbeat_(*this) {}

Carrier::~Carrier() {
  if (in_forked_child()) {
    // The threads that may hold our locks or wait on our conditions did not come along.
    for (auto& thread : threads_) (void)thread.release();
    return;
  }
  shut_down();
  std::lock_guard lock(registry());
  for (auto& thread : threads_) {
    ownership_.remove(*thread);
    stacks_.forget(*thread);
    if (Thread::find_in(*this) == thread.get()) {
      Thread::unlink(*thread);
    } else {
      // The OS thread has it in its list and frees it when it ends.
      thread->carrier_.store(nullptr, std::memory_order_relaxed);
      (void)thread.release();
    }
  }
}

Thread& Carrier::attach(ThreadKind kind) {
  BANTER_CHECK(Thread::find_in(*this) == nullptr, "the thread is attached already");
  std::lock_guard lock(registry());
  threads_.emplace_back(new Thread(*this, kind, ++attached_));
  Thread& thread = *threads_.back();
  Thread::link(thread);
  ownership_.add(thread);
  return thread;
}

void Carrier::detach(Thread& thread) {
  if (hooks_.detached != nullptr) hooks_.detached(hooks_.data, thread);
  std::lock_guard lock(registry());
  Thread::unlink(thread);
  forget(thread);
}

void Carrier::forget(Thread& thread) {
  ownership_.remove(thread);
  stacks_.forget(thread);
  std::erase_if(threads_, [&](const auto& each) { return each.get() == &thread; });
}

void Thread::end_of_os_thread(void* first) {
  first_ = static_cast<Thread*>(first);  // GCC for Windows has ended thread-local variables already
  while (Thread* thread = first_) {
    Carrier* carrier;
    {
      std::lock_guard lock(registry());
      carrier = thread->carrier_.load(std::memory_order_relaxed);
      if (carrier == nullptr) {
        unlink(*thread);
        delete thread;
      }
    }
    if (carrier != nullptr) carrier->detach(*thread);
  }
}

void Carrier::for_each_thread(const std::function<void(Thread&)>& function) {
  std::lock_guard lock(registry());
  for (auto& thread : threads_) function(*thread);
}

std::size_t Carrier::thread_count() {
  std::lock_guard lock(registry());
  return threads_.size();
}

void Carrier::shut_down() {
  if (in_forked_child()) return;
  ownership_.shut_down();
  heartbeat_.stop();
}

}  // namespace banter::carrier
