// explorer_inl.h -- the parts of Explorer; the end of explorer.h, not a header alone.
#pragma once

namespace banter::carrier::model {

inline Explorer::Explorer() : os_thread_(carrier_.attach(ThreadKind::main)) {
  current_ = this;
}

// --- runs ---------------------------------------------------------------------------------------

inline void Explorer::run_fiber(void* data) {
  auto& self = *static_cast<Explorer*>(data);
  self.fiber().observed.add(1);
  self.run_->body(self.running_);
  self.compiler_barrier();
  self.fiber().finished = true;
  self.leave();
}

inline void Explorer::start(int threads) {
  for (Fiber& fiber : fibers_)
    if (fiber.stack != nullptr) carrier_.stacks().release(*fiber.stack);
  fibers_.assign(static_cast<std::size_t>(threads), {});
  setup_ = {};
  for (Fiber& fiber : fibers_) fiber.stack = carrier_.stacks().acquire(os_thread_, run_fiber, this);
  for (Location& location : locations_) {
    location.messages.clear();
    location.last_strong = 0;
  }
  location_count_ = 0;
  depth_ = 0;
  running_ = -1;
  over_ = false;
}

inline bool Explorer::can_go_on(std::size_t thread) const {
  const Fiber& fiber = fibers_[thread];
  if (fiber.finished) return false;
  const Waiting& waiting = fiber.waiting;
  return waiting.ready == nullptr || waiting.ready(waiting.object, static_cast<int>(thread));
}

inline void Explorer::schedule(Run& run) {
  while (!over_) {
    if (depth_ == choices_.size() && !tracing_ && !seen_.insert(fingerprint(run)).second) return;
    std::array<int, 8> able{};
    int count = 0, finished = 0, sure = 0;
    for (std::size_t i = 0; i < fibers_.size(); i++) {
      finished += fibers_[i].finished;
      if (!can_go_on(i)) continue;
      able[static_cast<std::size_t>(count++)] = static_cast<int>(i);
      sure += fibers_[i].condition == nullptr || fibers_[i].notified || fibers_[i].waiting.timed;
    }
    if (finished == static_cast<int>(fibers_.size())) return run.after_the_end();
    if (sure == 0) return violate("deadlock: every thread that is left waits");
    running_ = able[static_cast<std::size_t>(choose(count))];
    switch_to(os_thread_.own_stack(), *fiber().stack);
    running_ = -1;
  }
}

inline void Explorer::leave() {
  switch_to(*fiber().stack, os_thread_.own_stack());
}

inline void Explorer::point(Waiting waiting) {
  if (running_ < 0) return;
  fiber().waiting = waiting;
  leave();
  fiber().waiting = {};
  fiber().observed.add(1);  // no two states of a thread are equal
}

inline int Explorer::choose(int count) {
  if (count == 1) return 0;
  if (depth_ == choices_.size()) choices_.push_back({0, count});
  const Choice& choice = choices_[depth_++];
  BANTER_CHECK(choice.count == count, "a run does not repeat itself: {} possibilities, then {}",
               choice.count, count);
  return choice.taken;
}

inline bool Explorer::next_choices() {
  while (!choices_.empty() && choices_.back().taken + 1 == choices_.back().count)
    choices_.pop_back();
  if (choices_.empty()) return false;
  choices_.back().taken++;
  return true;
}

inline void Explorer::prune() {
  over_ = true;
  if (running_ >= 0) leave();
}

inline void Explorer::violate(const std::string& what) {
  violation_ = what;
  trace([&] { return "VIOLATION: " + what; });
  prune();
}

inline std::uint64_t Explorer::fingerprint(const Run& run) const {
  Fingerprint state;
  View oldest = fibers_[0].view;
  for (const Fiber& fiber : fibers_) {
    if (fiber.finished) {
      state.add(1);
      continue;
    }
    state.add(fiber.observed.bits());
    state.add(fiber.view, location_count_);
    state.add(reinterpret_cast<std::uintptr_t>(fiber.waiting.object));
    state.add(fiber.notified | fiber.may_wake_spuriously << 1 | fiber.late_store.exists << 2);
    for (std::size_t i = 0; i < location_count_; i++)
      oldest.at[i] = std::min(oldest.at[i], fiber.view.at[i]);
  }
  for (std::size_t i = 0; i < location_count_; i++) {
    const Location& location = locations_[i];
    state.add(location.messages.size() | std::uint64_t{location.last_strong} << 8);
    for (std::size_t m = oldest.at[i]; m < location.messages.size(); m++) {
      state.add(location.messages[m].value);
      state.add(location.messages[m].view, location_count_);
    }
  }
  run.add_to(state);
  return state.bits();
}

// --- shared memory ------------------------------------------------------------------------------

inline bool acquires(std::memory_order order) {
  return order != std::memory_order_relaxed && order != std::memory_order_release;
}

inline bool releases(std::memory_order order) {
  return order != std::memory_order_relaxed && order != std::memory_order_acquire;
}

inline std::uint8_t Explorer::add_location(std::uint64_t value) {
  BANTER_CHECK(location_count_ < kMostLocations, "too many atomic variables");
  locations_[location_count_].messages.push_back({value, {}});
  return static_cast<std::uint8_t>(location_count_++);
}

// The message `oldest` or a newer one.
inline std::uint64_t Explorer::read(std::uint8_t id, std::size_t oldest, std::memory_order order) {
  Fiber& self = fiber();
  const auto& messages = locations_[id].messages;
  const int count = static_cast<int>(messages.size() - oldest);
  const std::size_t index = messages.size() - 1 - static_cast<std::size_t>(choose(count));
  self.view.at[id] = static_cast<std::uint8_t>(index);
  if (acquires(order)) self.view.join(messages[index].view);
  self.observed.add(messages[index].value);
  return messages[index].value;
}

// `before`: the view that the value read by the same operation has brought along.
inline void Explorer::write(std::uint8_t id, std::uint64_t value, std::memory_order order,
                            const View* before) {
  Fiber& self = fiber();
  Location& location = locations_[id];
  const auto index = static_cast<std::uint8_t>(location.messages.size());
  self.view.at[id] = index;
  self.observed.add(value);
  Message message{value, {}};
  if (releases(order)) message.view = self.view;
  message.view.at[id] = index;
  if (before != nullptr) message.view.join(*before);
  location.messages.push_back(message);
  if (order == std::memory_order_seq_cst) location.last_strong = index;
}

inline std::uint64_t Explorer::load(std::uint8_t id, std::memory_order order) {
  if (fiber().late_store.exists && fiber().late_store.location == id) prune();
  point();
  const Location& location = locations_[id];
  std::size_t oldest = fiber().view.at[id];
  if (order == std::memory_order_seq_cst)
    oldest = std::max<std::size_t>(oldest, location.last_strong);
  const std::uint64_t value = read(id, oldest, order);
  store_late();
  return value;
}

inline void Explorer::store(std::uint8_t id, std::uint64_t value, std::memory_order order) {
  compiler_barrier();
  if (running_ >= 0 && order != std::memory_order_seq_cst && choose(2) == 1) {
    fiber().late_store = {true, id, value, order};
    return;
  }
  point();
  write(id, value, order, nullptr);
}

inline void Explorer::store_late() {
  auto& late = fiber().late_store;
  if (!late.exists) return;
  late.exists = false;
  trace([&] {
    return fmt::format("(compiled later: the store to {})", locations_[late.location].name);
  });
  point();
  write(late.location, late.value, late.order, nullptr);
}

inline std::uint64_t Explorer::exchange(std::uint8_t id, std::uint64_t value,
                                        std::memory_order order) {
  compiler_barrier();
  point();
  const Message newest = locations_[id].messages.back();
  read(id, locations_[id].messages.size() - 1, order);
  write(id, value, order, &newest.view);
  return newest.value;
}

inline bool Explorer::compare_exchange(std::uint8_t id, std::uint64_t& expected,
                                       std::uint64_t desired, std::memory_order order) {
  compiler_barrier();
  point();
  const Location& location = locations_[id];
  std::size_t oldest = fiber().view.at[id];
  if (order == std::memory_order_seq_cst)
    oldest = std::max<std::size_t>(oldest, location.last_strong);
  // It succeeds with the newest value only, but may fail with an older one.
  std::array<std::size_t, 256> possible{};
  int count = 0;
  for (std::size_t i = location.messages.size(); i-- > oldest;)
    if (location.messages[i].value != expected || i + 1 == location.messages.size())
      possible[static_cast<std::size_t>(count++)] = i;
  const std::size_t index = possible[static_cast<std::size_t>(choose(count))];
  const Message message = location.messages[index];
  fiber().view.at[id] = static_cast<std::uint8_t>(index);
  if (acquires(order)) fiber().view.join(message.view);
  fiber().observed.add(message.value);
  if (message.value != expected) {
    expected = message.value;
    return false;
  }
  write(id, desired, order, &message.view);
  return true;
}

inline void Explorer::barrier_in_all_threads() {
  compiler_barrier();
  for (std::size_t i = 0; i < fibers_.size(); i++) {
    if (static_cast<int>(i) == running_) continue;
    point();
    fibers_[i].view.join(fiber().view);
    fiber().view.join(fibers_[i].view);
  }
}

}  // namespace banter::carrier::model
