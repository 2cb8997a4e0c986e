// frame.h -- one activation of a method or block, and the stack of one Smalltalk process.
//
// A process has two parallel arrays: values (oops) and frames.
//
//   values:  ... | receiver | arg 0 .. arg n-1 | copied .. | locals .. | operands ..
//                             ^ Frame::base (temp 0)                            ^ sp (top operand)
//
// The caller's operand stack and the callee's frame overlap: receiver and arguments are pushed by
// the caller and become the callee's base[-1] and temps; the result replaces base[-1].
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "heap/oop.h"

namespace banter::carrier {
class NativeStack;
}

namespace banter::interpreter {

using heap::Oop;
class ProcessStack;

struct Frame {
  Oop* base;               // temp 0; base[-1] is the receiver
  const std::uint8_t* ip;  // next bytecode; valid in every frame that is not running
  Oop method;              // CompiledMethod or CompiledBlock
  Oop closure;             // the FullBlockClosure, or nil in a method's activation
  Oop context;             // the Context married to this frame, or nil
  std::uint64_t flags;     // FrameFlag bits; 0 lets a return take its fast way

  Oop receiver() const { return base[-1]; }
};

enum FrameFlag : std::uint64_t {
  kFrameMarried = 1,      // `context` is a Context that must be told when this frame ends
  kFrameBottom = 2,       // the lowest frame of its process stack
  kFrameNativeBase = 4,   // the first frame above foreign frames: C waits for its result
};

// Something native that lies between two frames of one process: a callout that C has not yet
// returned from, or a nested activation made for a callback. They form a chain, innermost first.
struct ForeignFrame {
  enum class Kind : std::uint8_t { callout, callback, nested_run };
  Kind kind;
  // Names the C function or the callback's signature, for stack traces. Lives as long as this.
  const char* description;
  ForeignFrame* previous;
  // callout: index of the frame that called out. callback, nested_run: index of the base frame.
  std::size_t frame_index;
};

// The frames and values of one process. Moves only inside reserve(); indices stay valid.
class ProcessStack {
 public:
  // Every activation may use this many values above sp without asking again: a large frame's 56
  // slots, a method's 63 temps, and the interpreter's own pushes.
  static constexpr std::size_t kHeadroom = 256;

  ProcessStack(std::uint32_t id, std::size_t value_count, std::size_t frame_count);
  ProcessStack(const ProcessStack&) = delete;
  ProcessStack& operator=(const ProcessStack&) = delete;

  std::uint32_t id() const { return id_; }
  std::size_t value_capacity() const { return value_count_; }
  std::size_t frame_capacity() const { return frame_count_; }
  Oop* values() const { return values_.get(); }
  Frame* frames() const { return frames_.get(); }
  // The highest sp at which a frame may still be activated.
  Oop* value_limit() const { return values_.get() + value_count_ - kHeadroom; }
  Frame* frame_limit() const { return frames_.get() + frame_count_ - 1; }
  std::size_t index_of(const Frame* frame) const {
    return static_cast<std::size_t>(frame - frames_.get());
  }
  bool is_empty() const { return top == nullptr; }
  std::size_t depth() const { return is_empty() ? 0 : index_of(top) + 1; }

  // Moves both arrays to fresh memory of the given sizes and rebases top, sp and every frame.
  void move_to(std::size_t value_count, std::size_t frame_count);

  Frame* top = nullptr;  // running frame, nullptr when there is none
  Oop* sp = nullptr;     // top operand
  Oop process;           // the Process that runs here; nil when the stack is free
  Oop bottom_sender;     // the heap Context that frame 0 returns to, or nil
  ForeignFrame* foreign = nullptr;              // innermost foreign frame
  carrier::NativeStack* native = nullptr;       // where those foreign frames lie
  std::int64_t errno_after_callout = 0;         // errno as the last callout of the process left it
  bool overflow_reported = false;               // #stackOverflow was sent; extra room is in use

 private:
  std::uint32_t id_;
  std::size_t value_count_;
  std::size_t frame_count_;
  std::unique_ptr<Oop[]> values_;
  std::unique_ptr<Frame[]> frames_;
};

}  // namespace banter::interpreter
