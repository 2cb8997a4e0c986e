// foreign_unwinding.h -- leaving frames of C by the platform's forced unwinding.
//
//   callout ─▶ C ─▶ thunkEntry ─▶ handler: unwind_to_callout()
//      ▲                                      │  cleanups of C++ frames run, handlers do not
//      └──────── catch (forced_unwind&) ◀─────┘
//
// Only frames with unwind tables can be left: frames_up_to() looks before anything is done.
#pragma once

#include <string>
#include <vector>

namespace banter::native {

struct FrameWalk {
  bool complete = false;  // every frame could be walked
  // The functions of others between, innermost first: "qsort_r+0x1a4 (libc.so.6)". When the walk is
  // not complete the last one is where it ended.
  std::vector<std::string> functions;
};

// Walks the calling thread's frames up to the one that holds `target`, an object on this stack.
FrameWalk frames_up_to(const void* target);

// Leaves the calling frames one by one. Must be caught, as __cxxabiv1::__forced_unwind, by a frame
// of ours that frames_up_to() has reached; there it ends.
[[noreturn]] void unwind_to_callout();

}  // namespace banter::native
