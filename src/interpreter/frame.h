// frame.h -- one activation of a method or block, and the stack of one Smalltalk process.
//
// A process has two parallel arrays: values (oops) and frames.
//
//   values:  ... | receiver | arg 0 .. arg n-1 | copied .. | locals .. | operands ..
//                             ^ Frame::base (temp 0)                            ^ sp (top operand)
//
// The caller's operand stack and the callee's frame overlap: receiver and arguments are pushed by
// the caller and become the callee's base[-1] and temps; the result replaces base[-1]. A bottom
// frame has one value more, base[-2]: the Context that it returns to, or nil.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "heap/oop.h"

namespace banter::carrier {
class NativeStack;
}

namespace banter::interpreter {

using heap::Oop;
class ProcessStack;

// The primitive number that marks ensure: and ifCurtailed:.
inline constexpr unsigned kUnwindMark = 198;

struct Frame {
  Oop* base;               // temp 0; base[-1] is the receiver
  const std::uint8_t* ip;  // next bytecode; valid in every frame that is not running
  Oop method;              // CompiledMethod or CompiledBlock
  Oop closure;             // the FullBlockClosure, or nil in a method's activation
  Oop context;             // the Context married to this frame, or nil
  std::uint64_t flags;     // FrameFlag bits; 0 lets a return take its fast way

  Oop receiver() const { return base[-1]; }
  bool has(std::uint64_t flag) const { return (flags & flag) != 0; }
};

enum FrameFlag : std::uint64_t {
  kFrameMarried = 1,     // `context` is a Context that must be told when this frame ends
  kFrameBottom = 2,      // returns to the Context in base[-2], not to the frame below
  kFrameNativeBase = 4,  // the first frame above foreign frames: C waits for its result
  kFrameBlock = 8,       // an activation of a block: a method return is a non-local one
  kFramePermeable = 16,  // with kFrameNativeBase: exceptions find the handlers below
};

// Something native that lies between two frames of one process: a callout that C has not yet
// returned from, or a nested activation made for a callback. They form a chain, innermost first.
struct ForeignFrame {
  enum class Kind : std::uint8_t { callout, callback, nested_run };
  Kind kind = Kind::callout;
  bool finished = false;   // callback, nested_run: the activation has ended
  bool abandoned = false;  // ... without a value: C gets the default
  bool unwinds = false;    // ... or C's frames up to the callout below are left
  bool permeable = false;  // callback: handlers below count, and it may be left so
  bool reported = false;   // callout: the watchdog has named it
  bool over = false;       // callout: its process is terminated, no callback under it runs any more
  // ... by primReturnAs:fromContext: with this type code, 1 to 6. (All up to here are one store.)
  std::uint8_t return_code = 0;
  // Names the C function or the callback's signature, for stack traces. Lives as long as this.
  const char* description = nullptr;
  ForeignFrame* previous = nullptr;
  // callout: index of the frame that called out. callback, nested_run: index of the base frame.
  std::size_t frame_index = 0;
  std::size_t operands = 0;    // nested_run: receiver and arguments of the primitive
  std::uintptr_t context = 0;  // callback on the image-level path: its VMCallbackContext
  // A root. callout: the method whose primitive calls out; otherwise the activation's result.
  Oop result;
  // A root. callout: what is to be done when C has returned, for calloutReturned:with:; or nil.
  Oop pending;
};

// The frames and values of one process. They move only inside move_to(); indices stay valid.
class ProcessStack {
 public:
  // An activation may use this many values above the limit without asking again: a large frame's
  // 56 slots, a method's 63 temps, the interpreter's own pushes.
  static constexpr std::size_t kHeadroom = 256;
  static constexpr std::size_t kFirstValues = 1024;
  static constexpr std::size_t kFirstFrames = 128;

  explicit ProcessStack(std::uint32_t id);
  ProcessStack(const ProcessStack&) = delete;
  ProcessStack& operator=(const ProcessStack&) = delete;

  std::uint32_t id() const { return id_; }
  // What reports call the process that runs here: 1, 2 ...; used again when it has ended.
  std::uint32_t number() const { return id_ + 1; }
  std::size_t value_capacity() const { return value_count_; }
  std::size_t frame_capacity() const { return frame_count_; }
  Oop* values() const { return values_; }
  Frame* frames() const { return frames_; }
  // The highest sp at which a frame may still be activated.
  Oop* value_limit() const { return values_ + value_count_ - kHeadroom; }
  // The highest frame that may still activate another.
  Frame* frame_limit() const { return frames_ + frame_count_ - 4; }
  std::size_t index_of(const Frame* frame) const {
    return static_cast<std::size_t>(frame - frames_);
  }
  bool is_empty() const { return top == nullptr; }
  std::size_t depth() const { return is_empty() ? 0 : index_of(top) + 1; }
  std::size_t value_depth() const {
    return is_empty() ? 0 : static_cast<std::size_t>(sp - values_) + 1;
  }

  // Moves both arrays to fresh memory of the given sizes and rebases top, sp and every frame.
  // False, and nothing has changed: there is no such memory. There is half as much besides, which
  // costs only addresses until it is used: open_quarter adds a quarter of the sizes, twice at most.
  [[nodiscard]] bool move_to(std::size_t value_count, std::size_t frame_count);
  void open_quarter();
  void close_quarters();
  // Forgets every frame.
  void clear() {
    top = nullptr;
    sp = values_ - 1;
  }

  Frame* top = nullptr;                    // innermost frame; nullptr when there is none
  Oop* sp = nullptr;                       // top operand
  Oop process;                             // the Process that runs here; nil when the stack is free
  ForeignFrame* foreign = nullptr;         // innermost foreign frame
  carrier::NativeStack* native = nullptr;  // where the foreign frames lie
  std::int64_t c_errno = 0;                // errno as the process's last callout left it
  bool overflow_reported = false;          // #stackOverflow was sent: extra room is in use
  std::size_t usual_values = 0;            // ... and these were the capacities without it
  std::size_t usual_frames = 0;
  bool keeps_processor = false;  // no event is handled, so that no other process runs
  bool ending = false;           // overflowed while that was handled: it only unwinds
  std::size_t kept_frames = 0;   // while ending: how many the last cut left
  // A callout has returned in which a callback was left early: the process is told, with `pending`,
  // a root, when the primitive of frame `pending_frame` has ended.
  bool callout_returned = false;
  Oop pending;
  std::size_t pending_frame = 0;
  bool shown_live = false;  // only inside the marking of a full collection

 private:
  friend struct DebuggerLayout;
  std::uint32_t id_;
  std::size_t value_count_ = 0;  // usable, quarters included
  std::size_t frame_count_ = 0;
  std::size_t moved_value_count_ = 0;  // as move_to was told
  std::size_t moved_frame_count_ = 0;
  Oop* values_ = nullptr;
  Frame* frames_ = nullptr;
  // Of malloc, which answers nullptr where operator new gives up.
  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };
  std::unique_ptr<void, Free> value_memory_;
  std::unique_ptr<void, Free> frame_memory_;
};

}  // namespace banter::interpreter
