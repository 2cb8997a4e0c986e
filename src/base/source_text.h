// source_text.h -- source text that knows where it came from, and errors that point into it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace banter {

// A piece of a file. `line` and `column` (1-based, columns in bytes) say where `text` begins in
// `file`, so that positions inside a method count from the beginning of its file. A text that came
// from no file has the name that shall stand in its place, such as `<eval>`.
struct SourceText {
  std::string_view text;
  std::string file;
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

struct SourcePosition {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  friend bool operator==(const SourcePosition&, const SourcePosition&) = default;
};

// Where byte `offset` of `source` stands in its file. An offset behind the end means the end.
SourcePosition position_of(const SourceText& source, std::size_t offset);

// A mistake in a source text.
struct SourceError {
  std::string file;
  SourcePosition position;
  std::string offending;    // the text that is wrong; empty at the end of the text
  std::string message;      // one sentence without the place
  std::string source_line;  // the whole line, for the caret
  std::size_t offset = 0;   // of the offending text, in bytes from the beginning of the text

  // `file:line:column: message`, then the line and a caret below the offending text.
  std::string render() const;
};

// The error about the `length` bytes at `offset`.
SourceError error_at(const SourceText& source, std::size_t offset, std::size_t length,
                     std::string message);

}  // namespace banter
