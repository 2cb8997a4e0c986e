// printed_trace.h -- `--trace=ffi`: each crossing on standard error as it happens, indented by
// depth.
//
//   qsort(0x5580, 2, 4, 0x7f01)
//     callback int (*)(const int *, const int *) (0x5580, 0x5584)
//       abs(-7) = 7
//     ... callback int (*)(const int *, const int *) = -1
//   ... qsort returned
//
// A line is begun when the call is made, so that the last line of a program that dies in C names
// the call. Lines of other threads than the main one, and of other processes than the first, say
// so.
#pragma once

#include "ffi/recorder.h"

namespace banter::ffi {

// On the crossing thread, inside C as far as the VM is concerned. Without allocation; what a signal
// handler crosses while its thread prints is not printed.
void print_begin(const Subject& subject, const std::uint64_t* words, CrossingPlace place);
void print_end(const Subject& subject, std::uint64_t result, CrossingPlace place,
               CrossingState state);

}  // namespace banter::ffi
