// arrivals.h -- callbacks that came in where they may not run: they wait here until image code
// takes them.
//
//   posted      copied and answered with the default at once; also from signal handlers
//   delegated   their thread waits until the VM's main thread has run them
//
// Image code serves them (Callback class >> serve): take(), run the block, finish().
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "interpreter/interpreter.h"
#include "native/post_box.h"
#include "native/thunk.h"

namespace banter::ffi {

class Arrivals {
 public:
  explicit Arrivals(interpreter::Interpreter& vm) : vm_(vm) {}
  Arrivals(const Arrivals&) = delete;
  Arrivals& operator=(const Arrivals&) = delete;

  // Before the first callback that may be posted or delegated is known to C.
  void prepare();

  // The default goes back to C, and the callback is noted. Async-signal-safe, any thread.
  void post(native::VMCallbackContext& context);
  // Waits until it has been run. Any thread that is not in the VM, not in a signal handler.
  void delegate(native::VMCallbackContext& context);
  // The VM ends: those that wait get their defaults, as does everybody who comes later.
  void end();

  // One that was taken and not yet finished. `context` is good until finish().
  struct Taken {
    std::uint64_t number;
    native::VMCallbackContext* context;
    std::uint32_t generation;  // of the thunk when it was called
    bool waits;                // somebody waits for the result
  };
  // The next one, if there is one. With the VM.
  std::optional<Taken> take();
  // It has been run, or will not be: the result goes back as `code` says; 0 is the default.
  void finish(std::uint64_t number, int code);
  // Whether one that was taken has this context.
  bool has_taken(std::uintptr_t context) const;

 private:
  struct Waiter;
  struct Entry {
    std::unique_ptr<native::PostedCall> copy;
    Waiter* waiter = nullptr;
  };
  std::optional<Taken> take_delegated();

  interpreter::Interpreter& vm_;
  std::unique_ptr<native::PostBox> box_;
  std::unordered_map<std::uint64_t, Entry> taken_;
  std::uint64_t last_number_ = 0;
  std::mutex mutex_;
  std::vector<Waiter*> waiters_;  // not yet taken
  std::vector<Waiter*> running_;  // taken
  bool over_ = false;
};

}  // namespace banter::ffi
