// explorer.h -- runs a few threads in every order that there is.
//
// The threads are native stacks of one OS thread. Before each operation on shared memory a thread
// comes to a point(), where the explorer chooses who goes on; what a load reads is a choice, too.
// A run follows the choices of the last one up to the last that has another possibility. A state
// that was seen before is not run again: a state is the shared memory and, for each thread, what
// it has read so far, for a thread's future depends on nothing else. There is no bound on the
// number of changes of thread.
#pragma once

#include <fmt/format.h>

#include <string>
#include <unordered_set>
#include <vector>

#include "carrier/carrier.h"
#include "carrier/model/weak_memory.h"

namespace banter::carrier::model {

// What the threads of one run are about. The explorer makes a new one for each run, always at the
// same place, so that equal states have equal addresses.
class Run {
 public:
  virtual ~Run() = default;
  virtual void body(int thread) = 0;
  // What is not in the shared memory and yet part of the state.
  virtual void add_to(Fingerprint& state) const = 0;
  virtual void after_the_end() {}
};

// What a thread waits for at a point.
struct Waiting {
  bool (*ready)(const void* object, int thread) = nullptr;  // null: for nothing
  const void* object = nullptr;
  bool timed = false;  // a deadline ends it
};

struct Fiber {
  NativeStack* stack = nullptr;
  View view;
  Fingerprint observed;
  Waiting waiting;
  bool finished = false;
  bool notified = false;            // by a condition variable
  const void* condition = nullptr;  // that it waits for
  bool may_wake_spuriously = true;  // once
  // A store that the compiler has moved behind the load that follows.
  struct {
    bool exists = false;
    std::uint8_t location = 0;
    std::uint64_t value = 0;
    std::memory_order order = std::memory_order_relaxed;
  } late_store;
};

struct Outcome {
  std::string violation;           // empty: none
  std::vector<std::string> trace;  // of the run that shows it
  std::size_t runs = 0;
  std::size_t states = 0;
};

class Explorer {
 public:
  static Explorer& current() { return *current_; }

  Explorer();
  Explorer(const Explorer&) = delete;
  Explorer& operator=(const Explorer&) = delete;
  ~Explorer() { current_ = nullptr; }

  // make(place) constructs a Run at `place`, where `room` bytes are.
  template <class Make>
  Outcome explore(int threads, Make make);

  // --- for what runs on fibers --------------------------------------------------------------

  // The number of the running thread; -1 outside of threads.
  int thread() const { return running_; }
  Fiber& fiber() { return running_ < 0 ? setup_ : fibers_[static_cast<std::size_t>(running_)]; }
  std::vector<Fiber>& fibers() { return fibers_; }
  const std::vector<Fiber>& fibers() const { return fibers_; }

  // Others may run now.
  void point(Waiting waiting = {});
  // Every number below `count`, one in each run.
  int choose(int count);
  // This run shows nothing that another one does not.
  void prune();
  void violate(const std::string& what);

  void trace(auto&& make_text) {
    if (tracing_)
      lines_.push_back(running_ < 0 ? fmt::format("start: {}", make_text())
                                    : fmt::format("T{}: {}", running_ + 1, make_text()));
  }

  // --- shared memory --------------------------------------------------------------------------

  std::uint8_t add_location(std::uint64_t value);
  Location& location(std::uint8_t id) { return locations_[id]; }
  const Location& location(std::uint8_t id) const { return locations_[id]; }
  std::uint64_t load(std::uint8_t id, std::memory_order order);
  void store(std::uint8_t id, std::uint64_t value, std::memory_order order);
  std::uint64_t exchange(std::uint8_t id, std::uint64_t value, std::memory_order order);
  bool compare_exchange(std::uint8_t id, std::uint64_t& expected, std::uint64_t desired,
                        std::memory_order order);
  // A full barrier in every thread, one after the other.
  void barrier_in_all_threads();
  // The compiler moves nothing across this.
  void compiler_barrier() {
    if (fiber().late_store.exists) prune();
  }

 private:
  struct Choice {
    int taken;
    int count;
  };
  static constexpr std::size_t kRoom = 4096;

  static void run_fiber(void* explorer);
  void start(int threads);
  void schedule(Run& run);
  void leave();
  bool next_choices();
  std::uint64_t fingerprint(const Run& run) const;
  bool can_go_on(std::size_t thread) const;
  std::uint64_t read(std::uint8_t id, std::size_t oldest, std::memory_order order);
  void write(std::uint8_t id, std::uint64_t value, std::memory_order order, const View* before);
  void store_late();

  static inline Explorer* current_ = nullptr;
  Carrier carrier_;
  Thread& os_thread_;
  alignas(64) std::byte place_[kRoom];
  Run* run_ = nullptr;
  std::vector<Fiber> fibers_;
  Fiber setup_;
  std::vector<Location> locations_{kMostLocations};
  std::size_t location_count_ = 0;
  int running_ = -1;
  std::vector<Choice> choices_;
  std::size_t depth_ = 0;
  bool over_ = false;  // this run is
  std::string violation_;
  std::unordered_set<std::uint64_t> seen_;
  bool tracing_ = false;
  std::vector<std::string> lines_;
};

template <class Make>
Outcome Explorer::explore(int threads, Make make) {
  Outcome outcome;
  choices_.clear();
  seen_.clear();
  violation_.clear();
  tracing_ = false;
  const auto once = [&] {
    start(threads);
    run_ = make(place_, kRoom);
    for (Fiber& fiber : fibers_) fiber.view = setup_.view;
    schedule(*run_);
    run_->~Run();
  };
  do {
    once();
    outcome.runs++;
  } while (violation_.empty() && next_choices());
  outcome.states = seen_.size();
  outcome.violation = violation_;
  if (violation_.empty()) return outcome;
  tracing_ = true;
  lines_.clear();
  once();
  outcome.trace = lines_;
  tracing_ = false;
  return outcome;
}

}  // namespace banter::carrier::model

#include "carrier/model/explorer_inl.h"
