// ownership_inl.h -- the slow paths of BasicOwnership; the end of ownership.h, not a header alone.
#pragma once

#include <algorithm>

namespace banter::carrier {

template <class Platform>
void BasicOwnership<Platform>::add(Party& party) {
  Lock lock(mutex_);
  parties_.push_back(&party);
}

template <class Platform>
void BasicOwnership<Platform>::remove(Party& party) {
  Lock lock(mutex_);
  BANTER_CHECK(holder_.load(std::memory_order_relaxed) != &party, "a holder of the VM detached");
  remove_waiter(party);
  parties_.erase(std::remove(parties_.begin(), parties_.end(), &party), parties_.end());
}

// The holder is in C and saw waiters: the first of them becomes the holder, unless a taker was
// quicker.
template <class Platform>
void BasicOwnership<Platform>::give_up_in_c(Party& self) {
  Lock lock(mutex_);
  const bool lost = holder_.load(std::memory_order_relaxed) != &self;
  if ((lost && keeps(Step::look_again_before_giving_up)) || first_ == nullptr) return;
  if (!Platform::asymmetric()) self.place_.store(Place::taken, std::memory_order_relaxed);
  grant_first_waiter();
}

// leave_c saw another holder: a taker that will find us in the VM and step back, or a real one.
template <class Platform>
bool BasicOwnership<Platform>::still_holder_after_c(Party& self) {
  Lock lock(mutex_);
  const bool holds = holder_.load(std::memory_order_relaxed) == &self;
  if (holds && keeps(Step::look_again_after_c)) return true;
  self.place_.store(Place::waiting, std::memory_order_relaxed);
  return false;
}

template <class Platform>
bool BasicOwnership<Platform>::acquire_locked(Party& self, Lock& lock) {
  self.place_.store(Place::waiting, std::memory_order_relaxed);
  const bool granted = self.granted_ && keeps(Step::use_earlier_grant);
  const bool over = shut_down_ && keeps(Step::refuse_wait_after_shut_down);
  if (!granted && !over) {
    const bool alone = first_ == nullptr || !keeps(Step::wait_behind_others);
    enqueue(self);  // raises wanted_ before take_locked looks where the holder is
    if (alone && take_locked(self)) {
      if (keeps(Step::leave_queue_when_taken)) remove_waiter(self);
      self.place_.store(Place::in_vm, std::memory_order_relaxed);
      return true;
    }
  }
  while (!self.granted_ && !shut_down_) {
    Platform::wait_until(self.granted_condition_, lock, kNoDeadline);
  }
  return take_grant(self);
}

// After a wait: the VM if it was granted. A grant that meets a shut down stays with nobody.
template <class Platform>
bool BasicOwnership<Platform>::take_grant(Party& self) {
  const bool granted = self.granted_;
  if (keeps(Step::use_grant_once)) self.granted_ = false;
  const bool over = shut_down_ && keeps(Step::refuse_grant_after_shut_down);
  const bool holds = granted && !over;
  if (holds) holder_.store(&self, std::memory_order_relaxed);
  self.place_.store(holds ? Place::in_vm : Place::outside, std::memory_order_relaxed);
  return holds;
}

template <class Platform>
bool BasicOwnership<Platform>::take_locked(Party& taker) {
  Party* holder = holder_.load(std::memory_order_relaxed);
  if (holder == nullptr) {
    holder_.store(&taker, std::memory_order_relaxed);
    return true;
  }
  return take_from_c_locked(taker, *holder);
}

template <class Platform>
bool BasicOwnership<Platform>::take_from_c_locked(Party& taker, Party& holder) {
  if (&holder == &promised_) return false;  // and no thread is stopped for a barrier
  if (!Platform::asymmetric()) {
    Place expected = Place::in_c;
    if (!holder.place_.compare_exchange_strong(expected, Place::taken, std::memory_order_seq_cst))
      return false;
    holder_.store(&taker, std::memory_order_relaxed);
    return true;
  }
  holder_.store(&taker, std::memory_order_relaxed);
  Platform::heavy_fence();
  if (holder.place_.load(std::memory_order_acquire) == Place::in_c) return true;
  holder_.store(&holder, std::memory_order_relaxed);
  return false;
}

template <class Platform>
void BasicOwnership<Platform>::release_locked(Party& self) {
  BANTER_CHECK(holder_.load(std::memory_order_relaxed) == &self, "released without the VM");
  if (first_ != nullptr) {
    grant_first_waiter();
  } else {
    holder_.store(nullptr, std::memory_order_relaxed);
  }
}

template <class Platform>
void BasicOwnership<Platform>::grant(Party& to) {
  holder_.store(keeps(Step::promise) ? &promised_ : &to, std::memory_order_relaxed);
  to.granted_ = keeps(Step::mark_grant);
  Platform::notify(to.granted_condition_);
}

template <class Platform>
void BasicOwnership<Platform>::grant_first_waiter() {
  Party& waiter = *first_;
  remove_waiter(waiter);
  grant(waiter);
}

template <class Platform>
void BasicOwnership<Platform>::enqueue(Party& party) {
  party.queued_ = true;
  party.next_ = nullptr;
  (first_ == nullptr ? first_ : last_->next_) = &party;
  last_ = &party;
  if (wanted_.load(std::memory_order_relaxed)) return;
  wanted_.store(true, std::memory_order_seq_cst);
  if (hook_.function != nullptr) hook_.function(hook_.data);
}

template <class Platform>
void BasicOwnership<Platform>::remove_waiter(Party& party) {
  if (!party.queued_) return;
  Party* previous = nullptr;
  for (Party* each = first_; each != &party; each = each->next_) previous = each;
  (previous == nullptr ? first_ : previous->next_) = party.next_;
  if (last_ == &party) last_ = previous;
  party.queued_ = false;
  if (first_ == nullptr) wanted_.store(false, std::memory_order_relaxed);
}

template <class Platform>
void BasicOwnership<Platform>::broadcast_shut_down() {
  {
    Lock lock(mutex_);
    for (Party* party : parties_) Platform::notify(party->granted_condition_);
  }
  wake_.signal();
}

}  // namespace banter::carrier
