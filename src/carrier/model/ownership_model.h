// ownership_model.h -- a VM and the threads that want it, as the explorer runs them: what each may
// do, and what is checked while they do it.
#pragma once

#include <array>

#include "carrier/model/model_platform.h"
#include "carrier/ownership.h"

namespace banter::carrier::model {

using ModelOwnership = BasicOwnership<ModelPlatform>;
using Party = ModelOwnership::Party;

class Actor;

// One situation: what each thread does. Thread 1 holds the VM at the start.
struct Scenario {
  const char* name;
  std::vector<void (*)(Actor&)> bodies;
};

// Something that happens without anybody's seeing more of the memory for it.
enum class Event : std::uint8_t { first, second, third };

class OwnershipRun final : public Run, public Watch {
 public:
  explicit OwnershipRun(const Scenario& scenario);
  ~OwnershipRun() override { Watch::current = nullptr; }
  OwnershipRun(const OwnershipRun&) = delete;
  OwnershipRun& operator=(const OwnershipRun&) = delete;

  void body(int thread) override;
  void add_to(Fingerprint& state) const override;
  void after_the_end() override;
  void unlocking() override;
  void waiting() override;
  std::uint64_t guarded() const override;
  std::string value_text(std::uint64_t value) const override;

 private:
  friend class Actor;
  static constexpr std::size_t kMost = 3;
  int number_of(const Party* party) const;
  void name_locations();
  // The thread may run the VM from now on.
  void believe(int thread);
  void disbelieve(int thread);
  void disbelieve_when_unlocking(int thread);
  void check_holder(int thread) const;
  void check_place(int thread, Place place) const;

  const Scenario& scenario_;
  ModelOwnership ownership_;
  std::array<Party, kMost> parties_;
  Atomic<std::uint64_t> data_{0};   // what the VM protects
  Atomic<std::uint64_t> notes_{0};  // flags that are set before a wake(), by whoever
  // What really is, whatever the threads see of it:
  int believer_ = -1;                        // who runs the VM
  int last_believer_ = -1;                   // or did last
  bool leaving_ = false;                     // the believer gives the VM up under the mutex
  int holder_at_unlock_ = -1;                // as numbered by number_of
  std::array<bool, kMost> saw_shut_down_{};  // when the thread last let go of the mutex
  std::array<std::uint8_t, kMost> crossings_{};
  std::array<std::uint8_t, kMost> turns_{};  // how often the thread came to run the VM
  std::array<bool, 3> events_{};
};

// What a thread of a scenario does, with the checks around it.
class Actor {
 public:
  Actor(OwnershipRun& run, int thread) : run_(run), thread_(thread) {}

  bool acquire() { return note(vm().acquire(self())); }
  bool try_take() { return note_attempt(vm().try_take(self())); }
  bool yield() {
    run_.disbelieve_when_unlocking(thread_);
    return note(vm().yield(self()));
  }
  void release();
  void enter_c();
  // True: still here. False: somebody else had the VM.
  bool leave_c();
  // leave_c, and acquire if it must be.
  bool come_back() { return leave_c() || acquire(); }
  bool call_c() {
    enter_c();
    return come_back();
  }
  void hand_over(int to);
  bool park(Deadline deadline = kNoDeadline) { return note(vm().park(self(), deadline)); }
  bool idle_wait(Deadline deadline = kNoDeadline) {
    run_.disbelieve_when_unlocking(thread_);
    return note(vm().idle_wait(self(), deadline));
  }
  void wake() { vm().wake(); }
  bool wanted() { return vm().wanted(); }
  void shut_down() { vm().shut_down(); }
  bool is_shut_down() { return vm().is_shut_down(); }

  // Runs the VM: reads and writes what it protects.
  void work();
  void work_and_release() {
    work();
    release();
  }
  void acquire_work_release() {
    if (acquire()) work_and_release();
  }

  void happens(Event event);
  void await(Event event);
  // A bit that idle_wait's caller looks for.
  void leave_note(std::uint64_t bit);
  bool sees_note(std::uint64_t bit);

  // How often another thread came to run the VM.
  int turns_of(int thread) const { return run_.turns_[static_cast<std::size_t>(thread)]; }
  bool is_queued(int thread) const;
  void expect(bool condition, const char* what) {
    if (!condition) explorer().violate(what);
  }

 private:
  ModelOwnership& vm() { return run_.ownership_; }
  Party& self() { return run_.parties_[static_cast<std::size_t>(thread_)]; }
  bool note(bool holds);
  bool note_attempt(bool holds) { return holds ? note(true) : false; }

  OwnershipRun& run_;
  int thread_;
};

}  // namespace banter::carrier::model

#include "carrier/model/ownership_model_inl.h"
