// ownership_model_inl.h -- the checks of OwnershipRun and Actor; the end of ownership_model.h.
#pragma once

namespace banter::carrier::model {

inline OwnershipRun::OwnershipRun(const Scenario& scenario) : scenario_(scenario) {
  Watch::current = this;
  name_locations();
  for (std::size_t i = 0; i < scenario.bodies.size(); i++) ownership_.add(parties_[i]);
  (void)ownership_.acquire(parties_[0]);
  believer_ = last_believer_ = 0;
}

inline void OwnershipRun::name_locations() {
  static constexpr const char* kPlaces[] = {"T1.place_", "T2.place_", "T3.place_"};
  static constexpr const char* kCrossings[] = {"T1.crossings_", "T2.crossings_", "T3.crossings_"};
  const auto name = [](const auto& atomic, const char* text) {
    explorer().location(atomic.id()).name = text;
  };
  ModelPlatform::for_each_atomic(ownership_, name);
  for (std::size_t i = 0; i < kMost; i++) {
    name(ModelPlatform::place(parties_[i]), kPlaces[i]);
    name(ModelPlatform::crossings(parties_[i]), kCrossings[i]);
  }
  name(data_, "the VM's data");
  name(notes_, "notes");
}

inline void OwnershipRun::body(int thread) {
  Actor actor(*this, thread);
  scenario_.bodies[static_cast<std::size_t>(thread)](actor);
}

inline int OwnershipRun::number_of(const Party* party) const {
  if (party == nullptr) return -1;
  const auto index = party - parties_.data();
  return index >= 0 && index < static_cast<std::ptrdiff_t>(kMost) ? static_cast<int>(index)
                                                                  : static_cast<int>(kMost);
}

inline std::string OwnershipRun::value_text(std::uint64_t value) const {
  static constexpr const char* kPlaceNames[] = {"outside", "in_vm", "in_c", "taken", "waiting"};
  if (value < 5) return fmt::format("{}|{}", value, kPlaceNames[value]);
  const int number = number_of(reinterpret_cast<const Party*>(static_cast<std::uintptr_t>(value)));
  if (number < static_cast<int>(kMost)) return fmt::format("T{}", number + 1);
  return "nobody yet";
}

// --- states -------------------------------------------------------------------------------------

inline std::uint64_t OwnershipRun::guarded() const {
  Fingerprint state;
  state.add(ModelPlatform::is_shut_down(ownership_));
  ModelPlatform::for_each_waiter(ownership_, [&](const Party* each) {
    state.add(static_cast<std::uint64_t>(number_of(each)));
  });
  for (const Party& each : parties_) state.add(ModelPlatform::is_granted(each));
  return state.bits();
}

inline void OwnershipRun::add_to(Fingerprint& state) const {
  state.add(guarded());
  state.add(ModelPlatform::wake_state(ownership_));
  state.add(static_cast<std::uint64_t>(believer_ + 1 + 8 * (last_believer_ + 1) +
                                       64 * (holder_at_unlock_ + 1) + 512 * leaving_));
  for (std::size_t i = 0; i < kMost; i++)
    state.add(saw_shut_down_[i] + 2u * events_[i] + 4u * crossings_[i] + 1024u * turns_[i]);
}

// --- checks -------------------------------------------------------------------------------------

inline void OwnershipRun::believe(int thread) {
  if (believer_ >= 0)
    return explorer().violate(
        fmt::format("T{} and T{} both hold the VM", believer_ + 1, thread + 1));
  check_holder(thread);
  check_place(thread, Place::in_vm);
  believer_ = last_believer_ = thread;
  turns_[static_cast<std::size_t>(thread)]++;
}

inline void OwnershipRun::disbelieve(int thread) {
  BANTER_CHECK(believer_ == thread, "a scenario gives up the VM without having it");
  check_holder(thread);
  believer_ = -1;
}

inline void OwnershipRun::disbelieve_when_unlocking(int thread) {
  BANTER_CHECK(believer_ == thread, "a scenario gives up the VM without having it");
  check_holder(thread);
  leaving_ = true;
}

// A taker that has the mutex writes itself for a moment.
inline void OwnershipRun::check_holder(int thread) const {
  if (ModelPlatform::is_settled(ownership_) &&
      number_of(ModelPlatform::holder(ownership_)) != thread)
    explorer().violate(fmt::format("T{} holds the VM, but holder_ does not say so", thread + 1));
}

inline void OwnershipRun::check_place(int thread, Place place) const {
  const Place is = ModelPlatform::place(parties_[static_cast<std::size_t>(thread)]).newest();
  if (is != place)
    explorer().violate(fmt::format("T{}'s own place is wrong: {}, not {}", thread + 1,
                                   value_text(static_cast<std::uint64_t>(is)),
                                   value_text(static_cast<std::uint64_t>(place))));
}

inline void OwnershipRun::unlocking() {
  bool queue = false;
  ModelPlatform::for_each_waiter(ownership_, [&](const Party*) { queue = true; });
  if (queue != ModelPlatform::wanted(ownership_))
    explorer().violate(queue ? "somebody waits, but wanted_ is false"
                             : "nobody waits, but wanted_ is true");
  const int thread = explorer().thread();
  const int holder = number_of(ModelPlatform::holder(ownership_));
  if (leaving_ && believer_ == thread) {
    believer_ = -1;
    leaving_ = false;
  }
  if (believer_ >= 0 && holder != believer_)
    explorer().violate(fmt::format("T{} holds the VM, but holder_ does not say so", believer_ + 1));
  const bool was_granted =
      holder_at_unlock_ == thread || holder_at_unlock_ == static_cast<int>(kMost);
  if (thread >= 0 && queue && holder == thread && !was_granted)
    explorer().violate(fmt::format("T{} took the VM past somebody who waits", thread + 1));
  holder_at_unlock_ = holder;
  if (thread >= 0)
    saw_shut_down_[static_cast<std::size_t>(thread)] = ModelPlatform::is_shut_down(ownership_);
}

inline void OwnershipRun::waiting() {
  explorer().compiler_barrier();
  check_place(explorer().thread(), Place::waiting);
}

inline void OwnershipRun::after_the_end() {
  ModelPlatform::for_each_waiter(ownership_, [&](const Party* each) {
    explorer().violate(fmt::format("T{} has ended, but is in the queue", number_of(each) + 1));
  });
}

// --- what threads do ----------------------------------------------------------------------------

inline bool Actor::note(bool holds) {
  const auto index = static_cast<std::size_t>(thread_);
  if (!holds) {
    run_.check_place(thread_, Place::outside);
    return false;
  }
  if (run_.saw_shut_down_[index]) explorer().violate("the VM was granted after it was shut down");
  run_.believe(thread_);
  explorer().trace([] { return "holds the VM"; });
  return true;
}

inline void Actor::release() {
  run_.disbelieve_when_unlocking(thread_);
  explorer().trace([] { return "releases the VM"; });
  vm().release(self());
  run_.check_place(thread_, Place::outside);
}

inline void Actor::enter_c() {
  run_.disbelieve(thread_);
  run_.crossings_[static_cast<std::size_t>(thread_)]++;
  explorer().trace([] { return "goes into C"; });
  vm().enter_c(self());
  if (ModelPlatform::crossings(self()).newest() !=
      run_.crossings_[static_cast<std::size_t>(thread_)])
    explorer().violate("crossings_ does not count the crossings");
}

inline bool Actor::leave_c() {
  explorer().trace([] { return "comes back from C"; });
  if (!vm().leave_c(self())) {
    explorer().trace([] { return "has lost the VM"; });
    run_.check_place(thread_, Place::waiting);
    return false;
  }
  if (run_.last_believer_ != thread_)
    explorer().violate(fmt::format("T{} was told that it still holds the VM, but T{} had it",
                                   thread_ + 1, run_.last_believer_ + 1));
  run_.believe(thread_);
  explorer().trace([] { return "still holds the VM"; });
  return true;
}

inline void Actor::hand_over(int to) {
  run_.disbelieve_when_unlocking(thread_);
  explorer().trace([&] { return fmt::format("hands the VM over to T{}", to + 1); });
  vm().hand_over(self(), run_.parties_[static_cast<std::size_t>(to)]);
  run_.check_place(thread_, Place::waiting);
}

inline void Actor::work() {
  explorer().compiler_barrier();
  const std::uint8_t id = run_.data_.id();
  auto& messages = explorer().location(id).messages;
  if (explorer().fiber().view.at[id] + 1u != messages.size())
    explorer().violate(
        fmt::format("T{} runs the VM, but does not see all that was done there", thread_ + 1));
  messages.push_back({messages.size(), {}});
  explorer().fiber().view.at[id]++;
  explorer().trace([] { return "runs the VM"; });
}

inline void Actor::happens(Event event) {
  explorer().compiler_barrier();
  explorer().point();
  run_.events_[static_cast<std::size_t>(event)] = true;
  explorer().trace([&] { return fmt::format("event {}", static_cast<int>(event)); });
}

inline void Actor::await(Event event) {
  explorer().compiler_barrier();
  explorer().point({[](const void* happened, int) { return *static_cast<const bool*>(happened); },
                    &run_.events_[static_cast<std::size_t>(event)]});
  explorer().trace([&] { return fmt::format("saw event {}", static_cast<int>(event)); });
}

inline void Actor::leave_note(std::uint64_t bit) {
  std::uint64_t value = run_.notes_.load(std::memory_order_relaxed);
  while (!run_.notes_.compare_exchange_strong(value, value | bit, std::memory_order_relaxed)) {
  }
}

inline bool Actor::sees_note(std::uint64_t bit) {
  return (run_.notes_.load(std::memory_order_relaxed) & bit) != 0;
}

inline bool Actor::is_queued(int thread) const {
  bool found = false;
  ModelPlatform::for_each_waiter(
      run_.ownership_, [&](const Party* each) { found |= run_.number_of(each) == thread; });
  explorer().fiber().observed.add(found);
  return found;
}

}  // namespace banter::carrier::model
