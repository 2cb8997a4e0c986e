// post_box.h -- callbacks that are noted with their arguments and run later, somewhere else.
//
// Whoever posts may be a signal handler: a cell of a fixed ring is filled without locks and without
// allocation. Many threads post, one takes (D. Vyukov's bounded queue: a cell's sequence number
// says whose turn it is).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "native/host.h"
#include "native/vm_callback_context.h"

namespace banter::native {

// A callback with copies of its argument registers and of its arguments on the stack. It cannot be
// copied: `context` points into it.
struct PostedCall {
  static constexpr std::size_t kMostStack = 256;  // bytes of arguments on the stack

  PostedCall() = default;
  PostedCall(const PostedCall&) = delete;
  PostedCall& operator=(const PostedCall&) = delete;
  // Takes over what `from` points to, of the stack at most kMostStack bytes.
  void fill(const VMCallbackContext& from, std::size_t stack_bytes);

  VMCallbackContext context{};
  std::uint32_t generation = 0;  // of the thunk when it was called
  std::intptr_t integers[host::kIntegerRegisters + 1] = {};
  double floats[host::kFloatRegisters + 1] = {};
  alignas(16) std::byte stack[kMostStack] = {};
};

class PostBox {
 public:
  static constexpr std::size_t kCells = 256;

  PostBox();
  // False: there is no room. Async-signal-safe; any thread.
  bool post(const VMCallbackContext& context, std::size_t stack_bytes);
  // Moves the oldest call to `call`. False: there is none. One thread at a time.
  bool take(PostedCall& call);

 private:
  struct Cell {
    std::atomic<std::size_t> sequence{0};
    PostedCall call;
  };
  Cell cells_[kCells];
  std::atomic<std::size_t> next_to_fill_{0};
  std::size_t next_to_take_ = 0;
};

}  // namespace banter::native
