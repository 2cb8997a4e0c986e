#include "ffi/arrivals.h"

#include <algorithm>
#include <condition_variable>

#include "carrier/os_thread.h"
#include "ffi/callback.h"

namespace banter::ffi {

using native::PostedCall;
using native::VMCallbackContext;

// On the stack of the thread that waits.
struct Arrivals::Waiter {
  VMCallbackContext* context;
  std::uint32_t generation;
  std::condition_variable finished;
  bool done = false;
};

void Arrivals::prepare() {
  if (box_ == nullptr) box_ = std::make_unique<native::PostBox>();
  vm_.carrier().heartbeat().start();
}

void Arrivals::post(VMCallbackContext& context) {
  const auto& record = *static_cast<const CallbackRecord*>(context.record->user);
  if (!box_->post(context, record.plan.stack_size.count))
    return native::refuse(context, native::Refusal::queue_full);
  native::give_default(context);
  vm_.note_arrival();
}

void Arrivals::delegate(VMCallbackContext& context) {
  Waiter waiter{&context, context.record->generation, {}, false};
  const int cancellation = carrier::put_off_cancellation();
  native::give_default(context);
  {
    std::unique_lock lock(mutex_);
    if (!over_) {
      waiters_.push_back(&waiter);
      vm_.note_arrival();
      waiter.finished.wait(lock, [&] { return waiter.done; });
    } else {
      native::refuse(context, native::Refusal::session_over);
    }
  }
  carrier::restore_cancellation(cancellation);
}

void Arrivals::end() {
  std::lock_guard lock(mutex_);
  over_ = true;
  for (std::vector<Waiter*>* list : {&waiters_, &running_}) {
    for (Waiter* each : *list) {
      native::refuse(*each->context, native::Refusal::session_over);
      each->done = true;
      each->finished.notify_one();
    }
    list->clear();
  }
}

std::optional<Arrivals::Taken> Arrivals::take_delegated() {
  std::lock_guard lock(mutex_);
  if (waiters_.empty()) return std::nullopt;
  Waiter* waiter = waiters_.front();
  waiters_.erase(waiters_.begin());
  running_.push_back(waiter);
  const std::uint64_t number = ++last_number_;
  taken_[number].waiter = waiter;
  return Taken{number, waiter->context, waiter->generation, true};
}

std::optional<Arrivals::Taken> Arrivals::take() {
  if (auto delegated = take_delegated()) return delegated;
  auto call = std::make_unique<PostedCall>();
  if (box_ == nullptr || !box_->take(*call)) return std::nullopt;
  const std::uint64_t number = ++last_number_;
  VMCallbackContext* context = &call->context;
  const std::uint32_t generation = call->generation;
  taken_[number].copy = std::move(call);
  return Taken{number, context, generation, false};
}

void Arrivals::finish(std::uint64_t number, int code) {
  const auto found = taken_.find(number);
  if (found == taken_.end()) return;
  Waiter* waiter = found->second.waiter;
  taken_.erase(found);
  if (waiter == nullptr) return;
  std::lock_guard lock(mutex_);
  if (std::erase(running_, waiter) == 0) return;  // end() was quicker
  if (code == 0) {
    native::give_default(*waiter->context);
  } else {
    waiter->context->return_code = static_cast<native::ReturnCode>(code);
  }
  waiter->done = true;
  waiter->finished.notify_one();
}

bool Arrivals::has_taken(std::uintptr_t context) const {
  return std::any_of(taken_.begin(), taken_.end(), [&](const auto& each) {
    const Entry& entry = each.second;
    const VMCallbackContext* own =
        entry.waiter != nullptr ? entry.waiter->context : &entry.copy->context;
    return reinterpret_cast<std::uintptr_t>(own) == context;
  });
}

}  // namespace banter::ffi
