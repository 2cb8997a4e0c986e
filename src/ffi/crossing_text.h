// crossing_text.h -- crossings as C writes them: `abs(-7) = 7`, from raw words and a Subject.
#pragma once

#include <cstdint>

#include "base/line.h"
#include "ffi/recorder.h"

namespace banter::ffi {

// Whether texts are read where a word points: only while the crossing begins or ends is that what
// C gets. What is not mapped is printed as its address.
enum class Texts : std::uint8_t { as_addresses, contents };

// None of these allocates, and all are async-signal-safe.

// "abs(-7)"; for a callback its signature and the arguments: "int (*)(int)(-7)" reads badly, so it
// is "callback int (*)(int) (-7)". Null words: they are not known.
void add_call(Line& line, const Subject& subject, const std::uint64_t* words, Texts texts);
// "-7", "0x7f00", "3.5", "'a'", "\"text\"", "{...}" for a structure; nothing for void.
void add_value(Line& line, const Subject::Value& value, std::uint64_t word, Texts texts);
// " = 7"; " returned" for void, " was left".
void add_outcome(Line& line, const Subject& subject, std::uint64_t result, CrossingState state,
                 Texts texts);
// "main thread", "foreign thread 3".
void add_thread(Line& line, carrier::ThreadKind kind, std::uint32_t number);

// The newest crossings of each thread, at most `most` of each, a line for each, oldest first, below
// a line that names the thread:
//
//   main thread:
//     abs(-7) = 7  [process 1]
//     abs(-7) = 7  [process 1, 0.3 us, began 1.234567 s after the start]
//     callback int (*)(int) (3) = 4  [process 2, thunk 0x7f00]
//
// The calling thread's come first. Answers how many crossings there were.
std::size_t write_last_crossings(TextSink sink, std::size_t most);

}  // namespace banter::ffi
