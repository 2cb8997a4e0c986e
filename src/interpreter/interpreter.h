// interpreter.h -- one virtual machine: a heap, its processes and the loop that runs them.
//
// Nothing here is global; several Interpreters may live in one program. Only the OS thread that
// holds the VM (carrier/ownership.h) may call anything but request_interrupt() and
// signal_external().
//
// The running process's state is in frame_, sp_ and frame_->ip while any function but the loop
// runs; the loop keeps copies in registers and writes them back before it calls. A function that
// changes which frame runs (a send, a return, a process switch) just changes these three.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "carrier/carrier.h"
#include "heap/heap.h"
#include "heap/mutator.h"
#include "heap/oop.h"
#include "heap/rooted.h"
#include "heap/roots.h"
#include "interpreter/extensions.h"
#include "interpreter/frame.h"
#include "interpreter/lookup_cache.h"
#include "interpreter/primitive.h"
#include "interpreter/watchdog.h"

namespace banter::interpreter {

struct ThreadState {
  // The process for which the thread is inside C. It changes with the VM held: a thread on its way
  // back is inside C until it has the VM, so that nobody hands it over meanwhile.
  std::atomic<ProcessStack*> in_c{nullptr};
  std::atomic<bool> parked{false};  // waits to be handed the VM
  bool is_foreign = false;          // of ThreadKind::foreign
  int cancellation = 0;             // of a foreign thread, while it is in the VM
};

// The interpreter's part of a native stack.
struct NativeState {
  explicit NativeState(heap::Heap& heap) : mutator(heap) {}
  heap::Mutator mutator;
};

// One run() that has not returned.
struct RunRecord {
  Oop process;
  Oop result;
  std::string error;
  bool done = false;
  carrier::NativeStack* anchor = nullptr;  // where run() was called
  RunRecord* previous = nullptr;
};

// The function that a named primitive's method asks for, or why there is none.
struct NamedCall {
  Primitive function = nullptr;
  Failure failure = Failure::bad_method;
};

struct InterpreterOptions {
  bool stress_stack = false;          // move a process's stack at each activation
  std::size_t max_frames = 1u << 20;  // of one process: #stackOverflow beyond
  std::size_t max_values = 8u << 20;  // of one process: #stackOverflow beyond
};

// Where one activation is: a frame of some process's stack, or a Context in the heap.
struct Activation {
  ProcessStack* stack = nullptr;
  Frame* frame = nullptr;
  Oop context;  // when frame is null
};

class Interpreter : private heap::RootProvider {
 public:
  static constexpr std::int64_t kUserPriority = 40;
  static constexpr std::size_t kPrimitiveLimit = 1024;

  // The calling thread is the VM's main thread and holds the VM from now on.
  static std::unique_ptr<Interpreter> create(heap::Heap& heap, InterpreterOptions options = {});
  ~Interpreter() override;
  Interpreter(const Interpreter&) = delete;
  Interpreter& operator=(const Interpreter&) = delete;

  heap::Heap& heap() { return heap_; }
  // The mutator of the native stack that is running.
  heap::Mutator& mutator() { return *mutator_; }
  carrier::Carrier& carrier() { return carrier_; }
  // ffi/'s own for this VM; null before it is installed.
  void* ffi_session() const { return ffi_session_; }
  void set_ffi_session(void* session) { ffi_session_ = session; }
  // What the layers above keep for this VM.
  Extensions& extensions() { return extensions_; }
  void set_stress_stack(bool on);

  // --- primitives ---
  void add_primitives(std::span<const Entry> entries);
  void add_named_primitives(std::span<const NamedEntry> entries);
  const Entry* find_primitive(std::uint16_t number) const;  // nullptr: none
  const NamedEntry* find_named_primitive(std::string_view module, std::string_view name) const;

  NamedCall named_call(Oop method) const;

  // --- running Smalltalk from C++ ---
  // Sends `selector` (a Symbol) to `receiver`. Outside Smalltalk this makes a process of user
  // priority and runs the scheduler until that process ends; inside a primitive it is a nested
  // activation of the active process. May collect: root the result before anything else.
  // Fails when the process was terminated and when nothing can ever wake it (deadlock).
  Result<Oop> run(Oop receiver, Oop selector, std::span<const Oop> arguments);

  // `end` is told the result of run() when the process has ended but the thread that called run()
  // is inside C for another process; it must end the program. Without it, run() returns when C
  // does.
  using EndElsewhere = std::function<void(const Result<Oop>& result)>;
  void set_end_elsewhere(EndElsewhere end) { end_elsewhere_ = std::move(end); }

  // The program is to end: no Smalltalk runs any more, callbacks that are in progress answer their
  // defaults, and run(), on the main thread, answers `status` when the last C function has
  // returned. What is inside C two seconds later is named and the process exits.
  void quit(int status);
  bool is_quitting() const { return quitting_.load(std::memory_order_relaxed); }
  // The program ends now, with `status`; the calling thread has the VM and keeps it. Who waits to
  // begin a callback on a thread that is in no callout gets the default. What is inside of a
  // callout or a callback stays where it is, though a library's exit function may wait for its
  // thread: then the process exits two seconds later and names it.
  void end_of_program(int status);
  // What the layers above do then: callbacks that come later are theirs to refuse.
  void set_quit_hook(std::function<void()> hook) { quit_hook_ = std::move(hook); }

  // --- caches ---
  // To be called when methods, method dictionaries or class hierarchies change.
  void flush_caches();
  void flush_caches_of_selector(Oop selector);
  void flush_caches_of_method(Oop method);
  // Counts the flushes: what was computed from methods is valid while it stays the same.
  std::uint64_t method_epoch() const { return method_epoch_; }
  // The method that `selector` finds in `cls` and above, or nullopt. Never collects.
  std::optional<Oop> lookup(Oop cls, Oop selector) const;

  // --- contexts ---
  bool is_context(Oop oop) const { return heap_.class_index_of(oop) == heap::ClassIndex::kContext; }
  bool is_married(Oop context) const { return context.as_object()->slot(0).is_small_int(); }
  // Slot i of a Context, 0 to 5 or a temp; a married one's comes from its frame. Slots of temps
  // beyond stackp answer nil. May collect (slot 0 may have to make the sender's Context).
  Oop context_slot(Oop context, std::size_t i);
  // Stores in a slot of a Context: temps go to the frame, everything else ends the marriage
  // first. Fails (false) when foreign frames depend on the frame. May collect.
  [[nodiscard]] bool set_context_slot(Oop context, std::size_t i, Oop value);
  // Number of indexable slots in use.
  std::size_t context_stack_size(Oop context);
  // Makes a heap copy of a Context, not married. May collect.
  Oop copy_context(Oop context);
  // Every frame of every process becomes a heap Context and every process's suspendedContext is
  // set, for saving an image; see snapshot.cc for those with foreign frames. Nothing may run before
  // unflush_all_frames(). May collect.
  void flush_all_frames_to_contexts();
  void unflush_all_frames();
  // For primitive 97 (Outcome::control() follows): pops the arguments, calls `write` in the state
  // above, where the active process has `true` as the primitive's result; here it is false.
  Result<void> snapshot(std::uint32_t argument_count, const std::function<Result<void>()>& write);
  // Goes on with the scheduler's active process of an image that was saved so, as run() does.
  Result<Oop> resume_saved_process();

  // --- processes ---
  Oop active_process();
  // As Semaphore>>signal, from C++ code that holds the VM; a switch happens at the next safe point.
  void signal(Oop semaphore);
  // Thread-safe: signals the semaphore at `index` (1-based) of the external objects array at the
  // next event check.
  void signal_external(std::uint32_t index);
  // Thread-safe and signal-safe: a callback waits to be taken; at the next event check the
  // semaphore for that, a special object, is signalled.
  void note_arrival() {
    arrival_pending_.store(true);
    request_interrupt();
    carrier_.ownership().wake();
  }
  // Thread-safe: `change` more things exist (live thunks, watched descriptors) that may wake a
  // process from outside; while there are any, waiting for ever is no deadlock.
  void change_outside_sources(int change) { outside_sources_ += change; }
  // Thread-safe and signal-safe: asks for an event check at the next safe point.
  void request_interrupt() {
    interrupt_.store(true, std::memory_order_seq_cst);
    limit_.store(nullptr, std::memory_order_seq_cst);
  }
  // One line a frame, innermost first: `Class>>selector (file:line)`, with lines for the foreign
  // frames between. `process` may be the active one.
  std::string stack_trace(Oop process);
  // Reports on standard error when nothing could run for so long while C was waited for
  // (watchdog.h); 0: never. Before run().
  void set_watchdog(std::chrono::seconds limit);
  // Every process that has a stack. `function` must not change any.
  void for_each_process(const std::function<void(const ProcessStack&)>& function) const;
  // One line a process that is active, runnable or holds foreign frames.
  std::string process_list();
  // How a Class is called: `Foo`, `Foo class`.
  std::string class_name(Oop cls) const;
  // `Foo>>bar`, `[] in Foo>>bar`.
  std::string method_name(Oop method) const;
  // A String or Symbol as UTF-8.
  std::string text_of(Oop string) const;
  // Tells stack traces `file:line` of a pc (1-based, after the pending send) in a method; set by
  // the layer that has the compiler. Must not collect.
  using Locator = std::string (*)(Interpreter& vm, Oop method, std::int64_t pc);
  void set_locator(Locator locator) { locator_ = locator; }

  // --- for primitives ---
  // The method whose primitive 117 or 120 is running: its literal 0 says what is to be done.
  Oop primitive_method() const { return new_method_; }
  // Where the running primitive's receiver lies now; for those that entered the interpreter.
  Oop* arguments(std::uint32_t argument_count) { return sp_ - argument_count; }
  ProcessStack& active_stack() { return *stack_; }
  // The Process that owns a Mutex, or nil.
  Oop owner_of_mutex(Oop mutex) const;
  // Whether the running process runs on the main thread, but need not: it holds no foreign frames
  // and does not ask for it.
  bool could_leave_main_thread();
  // Named strings for the foreign frames between this activation and the bottom of its process.
  std::vector<std::string> foreign_frames(const ProcessStack& stack) const;
  // Those directly below an activation, the first one of a callback.
  std::vector<std::string> foreign_frames_below(const Activation& activation) const;
  // The callout that would be the last to be left if the running process went on in `context`, when
  // all callbacks between are permeable; else, and when there are none, nullptr. Never collects.
  const ForeignFrame* callout_left_for(Oop context);

  // --- inside this folder: state ------------------------------------------------------------

  Oop nil() const { return nil_; }
  Oop boolean(bool b) const { return b ? true_ : false_; }
  void push(Oop value) { *++sp_ = value; }
  Oop pop() { return *sp_--; }
  Oop& top(std::size_t depth = 0) { return sp_[-static_cast<std::ptrdiff_t>(depth)]; }
  Frame* frame() { return frame_; }

  // --- inside this folder: sends (send.cc); all may collect and change the running frame ------

  // Sends to the receiver below `argument_count` arguments on the stack.
  void send(Oop selector, unsigned argument_count);
  // The same with the lookup beginning in `cls`.
  void send_from(Oop cls, Oop selector, unsigned argument_count);
  // Runs `method` with receiver and arguments on the stack: its primitive, or its code.
  void execute_method(Oop method, unsigned argument_count);
  void execute(const CacheEntry& entry, unsigned argument_count);
  // Pushes a frame for the method's code.
  void activate_method(Oop method, unsigned argument_count, bool may_switch = true);
  // Runs a primitive function for `method` and handles each outcome.
  void run_primitive(Primitive function, Oop method, unsigned argument_count);
  // The outcome of a primitive of new_method_ with that many arguments, still on the stack.
  void finish_primitive(Outcome outcome, unsigned argument_count);
  // Special selector k of the table, with the arguments the table says.
  void send_special(unsigned k);
  // at: and at:put:, filling the at-caches where the method found is the primitive.
  void send_at();
  void send_at_put();
  void send_attempt_to_assign(Oop target, Oop value, std::size_t slot);
  void store_context_variable(Oop context, std::size_t slot, Oop value);
  void send_unused_bytecode();
  // Activates the block below its arguments; false when counts differ or it is no block.
  bool activate_closure(unsigned argument_count, bool may_switch = true);
  void activate_after_failure(Oop method, unsigned argument_count, Outcome outcome);
  Oop error_object(Outcome outcome);
  // For a frame just pushed: makes room, then handles events if it may.
  void check_after_activation(bool may_switch);
  // At a backward jump, frame complete.
  void check_events() { check_after_activation(true); }
  void ensure_room(std::size_t values);
  // A cache entry for the selector in the class of that index, or nullptr: not understood.
  CacheEntry* find(Oop selector, std::uint32_t class_index);
  CacheEntry* find_from(Oop cls, Oop selector, std::uint32_t class_index);
  CacheEntry entry_for(Oop method) const;
  // Enters the class into the cache when the method is one of the two primitives.
  void note_at(AtCache& cache, Oop selector, Oop receiver, unsigned raw, unsigned characters);
  void push_frame(Oop method, Oop closure, Oop* base, std::uint64_t flags) {
    *++frame_ = {base, method.as_object()->bytecodes(), method, closure, nil_, flags};
  }
  // As activate_method and activate_closure, without looking at limits and events.
  void push_method_frame(Oop method, unsigned argument_count);
  bool push_closure_frame(unsigned argument_count);
  void make_message(Oop lookup_class, Oop selector, unsigned argument_count);
  // Removes `count` values below the receiver of the frame at `index`, if there is one still.
  void drop_values_below_call(std::size_t index, std::size_t count);
  void run_object_as_method(Oop selector, Oop object, unsigned argument_count);
  void do_not_understand(Oop lookup_class, Oop selector, unsigned argument_count);
  [[noreturn]] void fatal(const std::string& message);

  // --- inside this folder: returns (returns.cc) ----------------------------------------------

  // The running frame answers `value` to its sender.
  void return_value(Oop value);
  // `^ value`: in a block, to the sender of its home.
  void return_from_method(Oop value);
  // The running process has returned from its last frame; true when run() waits for it.
  bool ends_run(Oop value);
  bool run_was_terminated();
  void send_cannot_return(Oop value);
  void send_about_to_return(Oop value, const Activation& unwind);
  Oop home_of(Oop closure) const;
  // Drops the frames above `index`; their contexts are dead.
  void drop_frames_above(ProcessStack& stack, std::size_t index);
  // Drops the frames of a native activation of the running process.
  void drop_activation(const ForeignFrame& activation);
  // The innermost native activation ends with `value`; the loop that runs it is left.
  void finish_native_activation(Oop value);
  // The same for the innermost callback or nested run without a value: C gets the declared default,
  // or its frames up to the callout below are left when `unwinds`. `pending` that is not nil goes
  // to the process with #calloutReturned:with: when the callout below has returned. False: there is
  // none. With `over`, further callbacks under that callout are not run.
  bool leave_callback(Oop pending, bool unwinds, bool over);
  // The same for the callback with this VMCallbackContext, with a return type code. False when it
  // is not the innermost of the running process.
  bool return_from_callback(std::uintptr_t context, int code);
  void note_pending(ProcessStack& stack, Oop pending, std::size_t frame_index);
  void tell_of_callout();

  // --- inside this folder: contexts (contexts.cc) ---------------------------------------------

  Oop marry(ProcessStack& stack, Frame* frame);
  Oop this_context() { return marry(*stack_, frame_); }
  void widow(Frame* frame);
  Frame* top_frame(const ProcessStack& stack) const;
  Oop* sp_of(ProcessStack& stack, const Frame* frame);
  // The index of the frame right above the innermost foreign frames.
  std::optional<std::size_t> innermost_base(const ProcessStack& stack) const;
  Activation activation_of(Oop context);
  Oop context_of(const Activation& activation);
  // The sender; one that does not exist at the bottom.
  Activation sender_of(const Activation& activation);
  bool exists(const Activation& activation) const;
  Oop method_of(const Activation& activation);
  Oop closure_of(const Activation& activation);
  // The primitive number of a method's activation: 198 unwinds, 199 handles. 0 for blocks.
  unsigned mark_of(const Activation& activation);
  static bool same(const Activation& a, const Activation& b) {
    return a.frame != nullptr ? a.frame == b.frame : b.frame == nullptr && a.context == b.context;
  }
  // A Context that can be returned to.
  bool live_context(Oop context) const;
  bool may_divorce(const ProcessStack& stack, const Frame* frame) const;
  bool sender_is_reachable(ProcessStack& stack, Oop context);
  void write_context(ProcessStack& stack, Frame* frame, Oop sender);
  // The frames of `stack` above foreign frames become heap Contexts. Answers the innermost one.
  // Nothing runs in the stack then: resume_context must follow, or another process.
  Oop divorce_frames(ProcessStack& stack);
  // Makes a frame for the live heap Context on top of the active stack, to run next.
  void resume_context(Oop context);
  void kill_contexts(Oop context, Oop target);
  void close_gap(Frame* lower, Frame* upper);
  // Goes on in `context` with everything above it dropped; its next value is still to be pushed.
  // False when it is dead or foreign frames are between.
  [[nodiscard]] bool unwind_to(Oop context);
  // As Context>>terminateTo:, restart.
  [[nodiscard]] bool terminate_to(Oop context, Oop target);
  bool terminate_to_nothing(const Activation& receiver);
  [[nodiscard]] bool restart_context(Oop context);

  // --- inside this folder: processes (scheduler.cc) -------------------------------------------

  Oop scheduler();
  void add_last(Oop list, Oop process);
  void add_first(Oop list, Oop process);
  Oop remove_first(Oop list);
  bool remove_from_list(Oop list, Oop process);
  Oop list_of_priority(std::int64_t priority);
  void put_to_sleep(Oop process, bool at_back);
  std::int64_t priority_of(Oop process) const;
  // Makes `process` runnable; switches to it, and answers true, if its priority is higher.
  bool resume(Oop process);
  // The next runnable process becomes the active one, or none is.
  void switch_to_next();
  void transfer_to(Oop process);
  void start_process(Oop process);
  // The running process's Context goes to its suspendedContext; nobody is active then.
  void suspend_active();
  bool synchronous_signal(Oop semaphore);
  Oop highest_runnable();
  bool process_can_run(Oop process);
  Oop wish_for_main(Oop process) const;
  bool asks_for_main(Oop process) const;
  bool avoids_main(Oop process) const;
  ProcessStack* stack_of_process(Oop process);  // nullptr: it has none
  ProcessStack& new_stack(Oop process);
  void free_stack(ProcessStack& stack);
  void divorce_all_of(ProcessStack& stack);
  ProcessStack* foreign_stack_of(Oop process) const;
  void save_active_stack() {
    if (stack_ == nullptr) return;
    stack_->top = frame_;
    stack_->sp = sp_;
  }
  void load_stack(ProcessStack& stack);
  void set_limit();
  Oop new_process_object(std::int64_t priority);
  void start_on_stack(ProcessStack& stack);
  void end_of_process_on(ProcessStack& stack);

  // --- inside this folder: events (events.cc) ---------------------------------------------------

  // Microseconds since 1901, UTC.
  static std::int64_t utc_now();
  void handle_events();
  void poll_events();
  void set_timer(Oop semaphore, std::int64_t utc_microseconds);

  // --- inside this folder: carriers (carriers.cc) -----------------------------------------------

  // After any change of process: goes to the native stack and thread of the active process. False:
  // leave the loop.
  [[nodiscard]] bool attend();
  // The running process gives up the processor for a while.
  void sleep_until_event(std::int64_t at_most_microseconds);

  // Runs until the innermost native activation of this native stack has ended.
  void interpret();

 private:
  explicit Interpreter(heap::Heap& heap, InterpreterOptions options);
  friend class Callout;
  friend class CallbackScope;
  friend struct DebuggerLayout;

  // heap::RootProvider
  void before_collection() override;
  void visit_roots(heap::OopVisitor& visitor) override;
  void after_collection() override;
  void visit_strong_roots(heap::OopVisitor& visitor) override;
  bool visit_newly_live(heap::OopVisitor& visitor, const heap::Heap& heap) override;
  void after_marking(const heap::Heap& heap) override;
  void visit_stack(ProcessStack& stack, heap::OopVisitor& visitor);
  void visit_own_roots(heap::OopVisitor& visitor);

 public:
  // The running process, see the top of this file.
  Oop* sp_ = nullptr;
  Frame* frame_ = nullptr;
  // Above it an activation calls check_after_activation; null while an event check is wanted.
  std::atomic<Oop*> limit_{nullptr};
  Frame* frame_limit_ = nullptr;
  Oop nil_, true_, false_;
  Oop new_method_;  // whose primitive runs; a root
  Extensions extensions_;
  heap::Heap& heap_;
  heap::Mutator* mutator_ = nullptr;
  // The loop must call attend(), and then leave when exit_ is set.
  bool attention_ = false;
  bool exit_ = false;
  LookupCache cache_;
  bool cache_holds_young_ = false;
  bool full_collection_ = false;  // seen since before_collection
  AtCache at_cache_;
  AtCache at_put_cache_;
  Oop special_selectors_[32];  // of bytecodes 96 to 127; roots
  ProcessStack* stack_ = nullptr;
  std::atomic<bool> interrupt_{false};

 private:
  struct Destination {
    carrier::Thread* thread;       // nullptr: a spare one
    carrier::NativeStack* native;  // nullptr: any free one
  };
  void empty_caches();
  void load_special_selectors();
  bool is_too_deep() const;
  bool is_full() const;
  bool is_far_below_limit() const;
  void make_room();
  bool wants_stress_move();
  [[nodiscard]] bool move_active_stack(std::size_t values, std::size_t frames);
  void grow_stack();
  void use_less_room();
  void add_a_quarter();
  void report_overflow();
  void end_overflowing_process();
  void cut_active_stack();
  void begin_ending(std::string_view reason);
  void send_to_process(heap::Special selector);
  bool has_no_operands() const;
  void tell_of_shortage();
  void signal_externals();
  void signal_special(Oop semaphore);
  void check_timer();

  static ThreadState& state_of(carrier::Thread& thread) {
    return *static_cast<ThreadState*>(thread.user);
  }
  carrier::Thread& attach_thread(carrier::ThreadKind kind);
  void use_native(carrier::NativeStack& native);
  void enter_native(carrier::NativeStack& native);
  static void note_detached(void* vm, carrier::Thread& thread);
  void free_detached_states();
  bool is_free(const carrier::NativeStack& native) const;
  static bool is_in_c(carrier::Thread& thread);
  carrier::Thread* free_thread();
  carrier::Thread* away_from_main();
  carrier::Thread* free_spare();
  Destination destination();
  carrier::NativeStack& free_native(carrier::Thread& thread);
  static void run_base_loop(void* vm);
  static void run_spare(void* vm, carrier::Thread& spare);
  bool find_work();
  [[nodiscard]] bool leave_run_to_anchor(carrier::NativeStack& here);
  bool go_to_thread(carrier::NativeStack& here, carrier::Thread* thread);
  void give_vm(carrier::Thread& self, carrier::Thread* thread, carrier::Place afterwards);
  void wait_for_vm(carrier::NativeStack& here);
  bool is_needed(const carrier::Thread& thread) const;
  bool may_leave(const carrier::NativeStack& here) const;
  bool go_to_own_stack(carrier::NativeStack& here);
  [[noreturn]] void end_of_session();
  void leave_session(const carrier::NativeStack& here);
  bool can_be_woken();
  carrier::Deadline timer_deadline() const;
  bool wait_for_event(carrier::NativeStack& here);
  bool wait_for_timer_on_spare(carrier::NativeStack& here);
  void end_without_waiting(int status);
  [[nodiscard]] bool attend_to_quitting(carrier::NativeStack& here);
  void take_over(ProcessStack& stack);
  void give_vm_to_main(carrier::Thread& self);
  bool lead_quitting(carrier::NativeStack& here);
  static bool work_waiting(void* vm);
  void save_before_c();
  void start_watcher_if_needed();
  void yield_vm();
  void set_active_aside();
  bool active_is_in_c_elsewhere(const carrier::NativeStack& here) const;
  void reenter(ProcessStack& stack);
  void leave_vm(carrier::Thread& thread);

  void begin_run(RunRecord& record);
  Result<Oop> finish_run(RunRecord& record);
  static Result<Oop> outcome_of(const RunRecord& record);
  void flush_stack(ProcessStack& stack);
  std::size_t operands_of_call(const ForeignFrame& foreign) const;
  Oop new_lost_context(Oop process);
  void write_foreign_stack(ProcessStack& stack, const heap::RootedVector& lost);
  void unflush_stack(ProcessStack& stack);
  void remarry(ProcessStack& stack, Frame* frame);
  Oop make_run_method(Oop receiver, Oop selector, std::size_t argument_count);
  heap::Object* allocate_method(heap::Format format, std::size_t slots, Oop header);
  Result<Oop> run_nested(const heap::RootedVector& values, Oop method);
  std::string activation_line(const Activation& activation);

  std::uint64_t method_epoch_ = 1;
  void* ffi_session_ = nullptr;
  Locator locator_ = nullptr;
  EndElsewhere end_elsewhere_;
  std::atomic<bool> quitting_{false};
  std::atomic<bool> has_quit_{false};
  int quit_status_ = 0;
  std::function<void()> quit_hook_;
  InterpreterOptions options_;
  carrier::Carrier carrier_;
  carrier::NativeStack* current_native_ = nullptr;
  carrier::Thread* main_thread_ = nullptr;
  carrier::Thread* spare_thread_ = nullptr;  // while it runs the VM or waits for it
  std::vector<carrier::NativeStack*> idle_natives_;
  RunRecord* runs_ = nullptr;
  std::size_t stress_activations_ = 0;

  std::vector<std::unique_ptr<ProcessStack>> stacks_;  // by id
  std::vector<std::uint32_t> free_stacks_;
  std::vector<ProcessStack*> suspended_foreign_;  // of processes that do not run
  std::vector<const Entry*> primitives_;          // by number
  std::unordered_map<std::string, const NamedEntry*> named_primitives_;

  // Read by the watcher thread too.
  std::atomic<std::int64_t> timer_{0};       // when its semaphore is signalled, 0: never
  std::atomic<bool> maybe_runnable_{false};  // a process was put into a list since last looked at
  std::atomic<bool> external_pending_{false};
  std::atomic<bool> arrival_pending_{false};
  std::atomic<bool> spare_waits_{false};  // a spare thread waits for the timer
  std::atomic<int> outside_sources_{0};
  Watchdog watchdog_;
  std::mutex external_mutex_;
  std::vector<std::uint32_t> external_signals_;
  std::mutex detached_mutex_;
  std::vector<std::unique_ptr<ThreadState>> detached_threads_;
  std::vector<std::unique_ptr<NativeState>> detached_natives_;
};

}  // namespace banter::interpreter
