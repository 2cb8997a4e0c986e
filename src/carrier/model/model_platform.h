// model_platform.h -- the platform on which the explorer runs BasicOwnership: ThreadPlatform's
// names, each operation a point where other threads may run, and a site where it may be taken out.
#pragma once

#include <array>
#include <chrono>

#include "carrier/model/explorer.h"
#include "carrier/model/mutation.h"

namespace banter::carrier::model {

using Where = SourcePlace;

inline Explorer& explorer() {
  return Explorer::current();
}

inline const char* text_of(std::memory_order order) {
  return order == std::memory_order_seq_cst   ? "seq_cst"
         : order == std::memory_order_relaxed ? "relaxed"
         : order == std::memory_order_acquire ? "acquire"
                                              : "release";
}

// What the run checks when a mutex is let go, and what the mutex protects.
struct Watch {
  virtual ~Watch() = default;
  virtual void unlocking() = 0;
  virtual void waiting() = 0;
  virtual std::uint64_t guarded() const = 0;
  virtual std::string value_text(std::uint64_t value) const = 0;
  static inline Watch* current = nullptr;
};

template <class T>
class Atomic {
 public:
  Atomic(T value) : id_(explorer().add_location(bits(value))) {}
  Atomic(const Atomic&) = delete;
  Atomic& operator=(const Atomic&) = delete;
  std::uint8_t id() const { return id_; }
  T newest() const { return value_of(explorer().location(id_).newest()); }

  T load(std::memory_order order, Where where = Where::current()) const {
    note(where, ".load", false, order);
    order = mutator().order(order, where);
    const T value = value_of(explorer().load(id_, order));
    trace(where, "read", value, order);
    return value;
  }
  void store(T value, std::memory_order order, Where where = Where::current()) {
    note(where, ".store", true, order);
    if (mutator().takes_out(where)) return;
    order = mutator().order(order, where);
    explorer().store(id_, bits(value), order);
    trace(where, explorer().fiber().late_store.exists ? "will store" : "stored", value, order);
  }
  T exchange(T value, std::memory_order order = std::memory_order_seq_cst,
             Where where = Where::current()) {
    note(where, ".exchange", true, order);
    if (mutator().takes_out(where)) return newest();
    order = mutator().order(order, where);
    const T before = value_of(explorer().exchange(id_, bits(value), order));
    trace(where, "exchanged", value, order);
    return before;
  }
  bool compare_exchange_strong(T& expected, T desired, std::memory_order order,
                               Where where = Where::current()) {
    note(where, ".compare_exchange", false, order);
    order = mutator().order(order, where);
    std::uint64_t bits_expected = bits(expected);
    const bool done = explorer().compare_exchange(id_, bits_expected, bits(desired), order);
    expected = value_of(bits_expected);
    trace(where, done ? "exchanged" : "did not exchange", done ? desired : expected, order);
    return done;
  }

 private:
  static std::uint64_t bits(T value) {
    std::uint64_t result = 0;
    std::memcpy(&result, &value, sizeof(T));
    return result;
  }
  static T value_of(std::uint64_t bits) {
    T value;
    std::memcpy(static_cast<void*>(&value), &bits, sizeof(T));
    return value;
  }
  void note(const Where& where, const char* what, bool removable, std::memory_order order) const {
    mutator().note(where, [&] {
      return SiteInfo{std::string(explorer().location(id_).name) + what, removable,
                      order != std::memory_order_relaxed};
    });
  }
  void trace(const Where& where, const char* did, T value, std::memory_order order) const {
    explorer().trace([&] {
      return fmt::format("{}: {} {} {} ({})", Site{where}.function(), explorer().location(id_).name,
                         did, Watch::current->value_text(bits(value)), text_of(order));
    });
  }
  std::uint8_t id_;
};

class Mutex {
 public:
  bool is_free() const { return owner_ < 0; }

 private:
  friend class Lock;
  friend struct ModelPlatform;
  int owner_ = -1;
  View view_;
};

class Lock {
 public:
  explicit Lock(Mutex& mutex, Where where = Where::current()) : mutex_(mutex), where_(where) {
    explorer().compiler_barrier();
    explorer().point(
        {[](const void* m, int) { return static_cast<const Mutex*>(m)->is_free(); }, &mutex});
    take();
    explorer().trace([&] { return fmt::format("{}: locked", Site{where}.function()); });
  }
  ~Lock() {
    give();
    explorer().trace([&] { return fmt::format("{}: unlocked", Site{where_}.function()); });
  }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  friend struct ModelPlatform;
  void take() {
    mutex_.owner_ = explorer().thread() + 1;
    explorer().fiber().view.join(mutex_.view_);
    explorer().fiber().observed.add(Watch::current->guarded());
  }
  void give() {
    explorer().compiler_barrier();
    Watch::current->unlocking();
    mutex_.view_.join(explorer().fiber().view);
    mutex_.owner_ = -1;
  }
  Mutex& mutex_;
  Where where_;
};

class Condition {};

class Semaphore {
 public:
  void post(Where where = Where::current()) {
    mutator().note(where, [] { return SiteInfo{"semaphore.post", true, false}; });
    if (mutator().takes_out(where)) return;
    explorer().compiler_barrier();
    explorer().point();
    if (++count_ > 1) explorer().violate("several wake-ups are remembered as several");
    view_.join(explorer().fiber().view);
    explorer().trace([&] { return fmt::format("{}: posted", Site{where}.function()); });
  }
  bool wait_until(std::chrono::steady_clock::time_point deadline, Where where = Where::current()) {
    explorer().compiler_barrier();
    Watch::current->waiting();
    explorer().trace([&] { return fmt::format("{}: waits", Site{where}.function()); });
    const bool timed = deadline != std::chrono::steady_clock::time_point::max();
    const auto posted = [](const void* s, int) {
      return static_cast<const Semaphore*>(s)->count_ > 0;
    };
    if (timed) {
      explorer().point();
    } else {
      explorer().point({posted, this});
    }
    const bool taken = count_ > 0;
    if (taken) {
      count_--;
      explorer().fiber().view.join(view_);
    }
    explorer().fiber().observed.add(taken);
    explorer().trace([&] {
      return fmt::format("{}: {}", Site{where}.function(), taken ? "woken" : "timed out");
    });
    return taken;
  }
  std::uint64_t state() const { return static_cast<std::uint64_t>(count_); }

 private:
  int count_ = 0;
  View view_;
};

struct ModelPlatform {
  template <class T>
  using Atomic = model::Atomic<T>;
  // No heap: a run may be left in the middle of anything.
  template <class T>
  class List {
   public:
    void push_back(T value) { items_[size_++] = value; }
    void erase(T* first, T*) { size_ = static_cast<std::size_t>(first - begin()); }
    T* begin() { return items_.data(); }
    T* end() { return items_.data() + size_; }

   private:
    std::array<T, 8> items_{};
    std::size_t size_ = 0;
  };
  using Mutex = model::Mutex;
  using Lock = model::Lock;
  using Condition = model::Condition;
  using Semaphore = model::Semaphore;

  static inline bool asymmetric_ = true;
  static bool asymmetric() { return asymmetric_; }
  static bool keeps(Step step) { return mutator().mutation.step != step; }

  static void light_fence(Where where = Where::current()) {
    mutator().note(where, [] { return SiteInfo{"light_fence", true, false}; });
    if (!mutator().takes_out(where)) explorer().compiler_barrier();
  }
  static void heavy_fence(Where where = Where::current()) {
    mutator().note(where, [] { return SiteInfo{"heavy_fence", true, false}; });
    if (mutator().takes_out(where)) return;
    explorer().barrier_in_all_threads();
    explorer().trace(
        [&] { return fmt::format("{}: barrier in all threads", Site{where}.function()); });
  }

  static bool wait_until(Condition& condition, Lock& lock,
                         std::chrono::steady_clock::time_point deadline,
                         Where where = Where::current()) {
    Fiber& self = explorer().fiber();
    Watch::current->waiting();
    lock.give();
    self.condition = &condition;
    self.notified = false;
    explorer().trace([&] { return fmt::format("{}: waits", Site{where}.function()); });
    const bool timed = deadline != std::chrono::steady_clock::time_point::max();
    Waiting waiting{timed ? mutex_is_free : may_wake, &lock.mutex_, timed};
    explorer().point(waiting);
    self.condition = nullptr;
    if (!self.notified && !timed) self.may_wake_spuriously = false;
    const bool in_time = self.notified && !(timed && explorer().choose(2) == 1);
    lock.take();
    self.observed.add(in_time);
    explorer().trace([&] {
      return fmt::format("{}: woke{}", Site{where}.function(), in_time ? "" : ", not notified");
    });
    return in_time || !timed;
  }
  static void notify(Condition& condition, Where where = Where::current()) {
    mutator().note(where, [] { return SiteInfo{"notify", true, false}; });
    if (mutator().takes_out(where)) return;
    for (Fiber& each : explorer().fibers())
      if (each.condition == &condition) each.notified = true;
    explorer().trace([&] { return fmt::format("{}: notified", Site{where}.function()); });
  }

  // --- what is private in the class that runs on this platform, its friend ----------------------

  static void for_each_atomic(auto& ownership, auto function) {
    function(ownership.holder_, "holder_");
    function(ownership.wanted_, "wanted_");
    function(ownership.wake_.pending_, "pending_");
    function(ownership.promised_.place_, "promised_.place_");
    function(ownership.promised_.crossings_, "promised_.crossings_");
  }
  static void for_each_waiter(const auto& ownership, auto function) {
    for (const auto* each = ownership.first_; each != nullptr; each = each->next_) function(each);
  }
  static auto* holder(const auto& ownership) { return ownership.holder_.newest(); }
  static bool wanted(const auto& ownership) { return ownership.wanted_.newest(); }
  static bool is_settled(const auto& ownership) { return ownership.mutex_.is_free(); }
  static bool is_shut_down(const auto& ownership) { return ownership.shut_down_; }
  static std::uint64_t wake_state(const auto& ownership) {
    return ownership.wake_.semaphore_.state();
  }
  static auto& place(auto& party) { return party.place_; }
  static auto& crossings(auto& party) { return party.crossings_; }
  static bool is_granted(const auto& party) { return party.granted_; }

 private:
  static bool mutex_is_free(const void* mutex, int) {
    return static_cast<const Mutex*>(mutex)->is_free();
  }
  static bool may_wake(const void* mutex, int thread) {
    const Fiber& fiber = explorer().fibers()[static_cast<std::size_t>(thread)];
    return mutex_is_free(mutex, thread) && (fiber.notified || fiber.may_wake_spuriously);
  }
};

}  // namespace banter::carrier::model
