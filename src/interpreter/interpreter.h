// interpreter.h -- one virtual machine: a heap, its processes and the loop that runs them.
//
// Nothing here is global; several Interpreters may live in one program. Only the OS thread that
// holds the VM (carrier/ownership.h) may call anything but request_interrupt().
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "heap/heap.h"
#include "heap/mutator.h"
#include "heap/oop.h"
#include "interpreter/frame.h"
#include "interpreter/primitive.h"

namespace banter::interpreter {

struct InterpreterOptions {
  bool stress_stack = false;                    // move a process's stack at each activation
  std::size_t stack_limit = std::size_t{1} << 24;  // values of one process: #stackOverflow beyond
};

class Interpreter {
 public:
  static std::unique_ptr<Interpreter> create(heap::Heap& heap, InterpreterOptions options = {});
  ~Interpreter();
  Interpreter(const Interpreter&) = delete;
  Interpreter& operator=(const Interpreter&) = delete;

  heap::Heap& heap() { return heap_; }
  // The mutator of the native stack that is running.
  heap::Mutator& mutator() { return *mutator_; }

  // --- primitives ---
  void add_primitives(std::span<const Entry> entries);
  void add_named_primitives(std::span<const NamedEntry> entries);
  bool has_primitive(std::uint16_t number) const;
  bool has_named_primitive(std::string_view module, std::string_view name) const;

  // --- running Smalltalk from C++ ---
  // Sends `selector` (a Symbol) to `receiver`. Outside Smalltalk this makes a process of user
  // priority and runs the scheduler until that process ends; inside a primitive it is a nested
  // activation of the active process. May collect. Fails when the process was terminated, when
  // the result can never come (deadlock), or when the message is not understood and the image has
  // no doesNotUnderstand:.
  Result<Oop> run(Oop receiver, Oop selector, std::span<const Oop> arguments);

  // --- caches ---
  // To be called when methods, method dictionaries or class hierarchies change.
  void flush_caches();
  void flush_caches_of_selector(Oop selector);
  void flush_caches_of_method(Oop method);

  // The method that `selector` finds in `cls`, or nullopt.
  std::optional<Oop> lookup(Oop cls, Oop selector);

  // --- contexts ---
  bool is_context(Oop oop) const;
  // Writes what the frame of a married Context knows into its slots, so that they can be read or
  // copied as those of any object. The context stays married.
  void synchronize_context(Oop context);
  // Ends the marriage of `context`, if it is married: it and every frame of its process stack
  // become heap Contexts and are run from there. Needed before slots are written.
  // Fails (false) when foreign frames depend on those frames.
  [[nodiscard]] bool divorce_context(Oop context);
  // Every frame of every process becomes a heap Context, for saving an image. Callbacks are cut:
  // a context whose sender was beyond foreign frames gets sender nil. Execution goes on from
  // the contexts. The active process's suspendedContext is set too.
  void flush_all_frames_to_contexts();

  // --- processes ---
  Oop active_process();
  // Signals `semaphore` as Semaphore>>signal does, from C++ code that holds the VM.
  void signal(Oop semaphore);
  // Thread-safe: signals the semaphore at `index` (1-based) of the external objects array at the
  // next event check.
  void signal_external(std::uint32_t index);
  // Thread-safe and signal-safe: asks for an event check at the next safe point.
  void request_interrupt();
  // One line a frame, innermost first: `Class>>selector (file:line)`, with lines for the foreign
  // frames between. `process` may be the active one.
  std::string stack_trace(Oop process);
  // One line a process: priority, name, state.
  std::string process_list();

  // --- callouts ---
  // Where the running primitive's receiver lies now; for primitives that entered the interpreter.
  Oop* arguments(std::uint32_t argument_count) { return sp_ - argument_count; }
  ProcessStack& active_stack() { return *stack_; }

 private:
  explicit Interpreter(heap::Heap& heap, InterpreterOptions options);

  heap::Heap& heap_;
  heap::Mutator* mutator_ = nullptr;
  Oop* sp_ = nullptr;
  ProcessStack* stack_ = nullptr;
  InterpreterOptions options_;
};

}  // namespace banter::interpreter
