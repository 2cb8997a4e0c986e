// trace_file.h -- all crossings in a file that chrome://tracing and Perfetto open: Chrome's trace
// event format, a JSON array of begin and end events.
//
// Each OS thread has a track. Where its Smalltalk processes take turns inside C, the bars of the
// one that waits end and begin again, so that bars on a track are always nested.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "ffi/recorder.h"

namespace banter::ffi {

// Creates the file; the observer kTraceFile writes to it from then on. Once in a program.
// Fails when the file cannot be written.
Result<void> open_trace_file(const std::string& path);
// Completes the file, calls that have not returned included. Does nothing when none is open.
void close_trace_file();
// The same without a look at those calls: async-signal-safe, for a program that is about to die.
void end_trace_file_in_crash();

// On the crossing thread; allocates.
void write_begin(const Subject& subject, const std::uint64_t* words, CrossingPlace place);
void write_end(const Subject& subject, std::uint64_t result, CrossingPlace place,
               CrossingState state);

}  // namespace banter::ffi
