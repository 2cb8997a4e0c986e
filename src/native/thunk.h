// thunk.h -- thunks: C function pointers that lead to a record of ours.
//
// A code page is a section of our own file, mapped from it again with a data page at a fixed
// distance; nothing is ever written to code, and no mapping is both writable and executable:
//
//   [ code, 64 KiB, r-x, from our file ][ slots, 64 KiB, rw- ][ records, rw- ]
//     thunk i at 16*i ----------------->  slot i at 16*i  --->  record i
//
// Thunk i loads the address of slot i (pc + 64 KiB) and jumps to the slot's entry.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "abi/places.h"
#include "base/result.h"
#include "native/host.h"
#include "native/vm_callback_context.h"

namespace banter::carrier {
class Carrier;
}

namespace banter::native {

// Called without the VM, which the handler enters and leaves (context.arrival says how). Sets
// return_code and rvs (or results) before it returns, or calls refuse().
using CallbackEntry = void (*)(VMCallbackContext*);

class CallbackReader;

// `posts`: live, and no call runs where it comes in.
enum class ThunkState : std::uint8_t { unused, live, freed, posts };

// Why a callback did not run.
enum class Refusal : std::uint8_t {
  freed,         // the thunk was freed
  thread_in_vm,  // called by a signal handler on a thread that runs the VM or waits for it
  session_over,  // the VM was shut down
  forked_child,  // in a child process made by fork()
  no_stack,      // too little native stack left
  wrong_thread,  // the record's policy refuses this thread
  queue_full,    // too many posted calls wait
  used,          // it was to be called once
  process_over,  // its process has been terminated, and C goes on
  is_handler,    // it is itself a signal handler, and not of ThreadPolicy::post
};
const char* refusal_text(Refusal refusal);
// The declared default becomes the callback's result. Allocates nothing; async-signal-safe.
void give_default(VMCallbackContext& context);
// The same, and the refusal is noted for a report.
// Allocates nothing; async-signal-safe.
void refuse(VMCallbackContext& context, Refusal reason);

// One refused callback; the texts are copies.
struct Refused {
  Refusal reason;
  const void* thunk;
  std::string signature;
  std::string creation_site;
  std::string freeing_site;  // "" unless it was freed
  const void* caller;        // where in C the call stands
};

// The VM behind thunks: what thunkEntry needs to know of it. Made by ThunkAllocator::add_owner and
// never freed, because C may call a thunk at any time later.
struct ThunkOwner {
  carrier::Carrier* carrier = nullptr;  // null: no VM, handlers run wherever they are called
  void* vm = nullptr;
  // After a refusal has been noted for take_refused(); called without the VM, on any thread,
  // perhaps in a signal handler. May be null.
  void (*refused)(ThunkOwner& owner, const VMCallbackContext& context, Refusal reason) = nullptr;
  // For ThreadPolicy::post and main_thread: see ffi/arrivals.h. post is async-signal-safe.
  void (*post)(ThunkOwner& owner, VMCallbackContext& context) = nullptr;
  void (*delegate)(ThunkOwner& owner, VMCallbackContext& context) = nullptr;
  // A callback needs this much native stack.
  std::size_t stack_needed = 64 * 1024;
  std::atomic<bool> over{false};
  std::atomic<unsigned> foreign_callbacks{0};  // running now on threads outside the VM
  std::atomic<bool> has_refused{false};
  bool notes_refusals = true;  // false: take_refused() is never asked, `refused` says it all
};

// What happens to a callback that comes on a thread outside the VM: it runs there; it is refused;
// the VM's main thread runs it while the other waits. With `post`, calls on all threads, and in
// signal handlers, get the default, and run later.
enum class ThreadPolicy : std::uint8_t { any, callout_only, main_thread, post };

// Which parts of the argument registers for floating point a callback reads.
enum class SavedFloats : std::uint8_t { low_halves = 0, whole = 1, none = 2 };

// What a thunk leads to. Written by the allocator; read by thunkEntry.
struct ThunkRecord {
  std::atomic<ThunkState> state;
  ThreadPolicy policy;
  SavedFloats saved_floats;   // what thunkEntry saves of the float registers
  ReturnCode default_code;    // how default_value goes back to C
  std::uint32_t generation;   // counts the uses of this record
  std::uint32_t callee_pops;  // bytes of arguments that thunkEntry takes off the stack (ia32)
  CallbackEntry handler;
  ThunkOwner* owner;
  void* user;                        // the handler's own word
  std::uint64_t default_value[2];    // as rvs
  const std::string* signature;      // owned; for reports
  const std::string* creation_site;  // owned; for reports
  const std::string* freeing_site;   // owned; for reports
  // With a reader, `default_result` are the bytes that it sends back instead of default_value.
  const CallbackReader* reader;
  const void* default_result;
  void (*release)(void* user);  // before the record is used again; may be null
  ThunkRecord* next;            // in a list of the allocator
  void* thunk;                  // the address that C calls
};
// thunk_entry.S reads these; it may save more than is asked for.
static_assert(offsetof(ThunkRecord, saved_floats) == 2 && offsetof(ThunkRecord, callee_pops) == 12);

struct ThunkRequest {
  abi::AbiName abi = kHostAbi;  // of the C code that calls; one that runs here (call.h)
  CallbackEntry handler = nullptr;
  ThunkOwner* owner = nullptr;
  void* user = nullptr;
  ThreadPolicy policy = ThreadPolicy::any;
  SavedFloats saved_floats = SavedFloats::low_halves;
  std::uint32_t callee_pops = 0;
  ReturnCode default_code = ReturnCode::word;
  std::uint64_t default_value[2] = {0, 0};
  // For results of any type: both must stay until `release` is called.
  const CallbackReader* reader = nullptr;
  const void* default_result = nullptr;
  void (*release)(void* user) = nullptr;
  std::string_view signature;
  std::string_view creation_site;
};

// What callbacks of that plan want of their thunk; the rest is the caller's.
ThunkRequest request_for(const abi::CallPlan& plan);

// All thunks of this process. Every function may be called from any thread; no system call in the
// common case.
class ThunkAllocator {
 public:
  static ThunkAllocator& instance();

  // The owner stays valid for ever; end_owner() makes all its thunks refuse. Afterwards the VM may
  // be freed once owner.foreign_callbacks is 0: shut down its Carrier first, so that they end.
  ThunkOwner& add_owner(carrier::Carrier* carrier, void* vm);
  void end_owner(ThunkOwner& owner);

  // Fails when no thunk page can be mapped; the message says what was tried.
  Result<ThunkRecord*> allocate(const ThunkRequest& request);
  // Before C knows the thunk.
  void set_policy(ThunkRecord& record, ThreadPolicy policy);
  // The thunk returns its default from now on. It is used again as late as possible.
  void free(ThunkRecord& record, std::string_view freeing_site = "") {
    stop(record, freeing_site);
    recycle(record);
  }
  // The same in two steps, for when a call is still running: its record must stay until it ends.
  void stop(ThunkRecord& record, std::string_view freeing_site = "");
  void recycle(ThunkRecord& record);

  // The record whose thunk has this address, or null.
  ThunkRecord* find(const void* thunk);

  // Moves out the callbacks refused since the last call, oldest first, those of `owner` only.
  // `lost` counts those for which there was no room.
  std::vector<Refused> take_refused(ThunkOwner& owner, std::size_t* lost = nullptr);

  struct Counts {
    std::size_t pages, live, freed;
  };
  Counts counts() const;

 private:
  ThunkAllocator();
  struct State;
  State* state_;
};

// The instructions of a thunk of this host as text, one a line: offset, bytes, instruction.
// Fails when the address is not a thunk's.
Result<std::string> disassemble_thunk(const void* thunk);

}  // namespace banter::native
