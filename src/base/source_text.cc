#include "base/source_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace banter {

SourcePosition position_of(const SourceText& source, std::size_t offset) {
  offset = std::min(offset, source.text.size());
  SourcePosition position{source.line, source.column};
  for (std::size_t i = 0; i < offset; ++i) {
    if (source.text[i] == '\n' ||
        (source.text[i] == '\r' && (i + 1 == source.text.size() || source.text[i + 1] != '\n'))) {
      ++position.line;
      position.column = 1;
    } else {
      ++position.column;
    }
  }
  return position;
}

SourceError error_at(const SourceText& source, std::size_t offset, std::size_t length,
                     std::string message) {
  const std::string_view text = source.text;
  offset = std::min(offset, text.size());
  length = std::min(length, text.size() - offset);
  SourceError error;
  error.file = source.file;
  error.position = position_of(source, offset);
  error.offending = std::string(text.substr(offset, length));
  error.message = std::move(message);
  error.offset = offset;
  std::size_t first = offset;
  while (first > 0 && text[first - 1] != '\n' && text[first - 1] != '\r') --first;
  std::size_t last = offset;
  while (last < text.size() && text[last] != '\n' && text[last] != '\r') ++last;
  // The first line of a text may begin in the middle of a line of its file: blanks stand for what
  // is left out, so that the caret agrees with the column.
  if (first == 0) error.source_line.assign(source.column - 1, ' ');
  error.source_line += text.substr(first, last - first);
  return error;
}

std::string SourceError::render() const {
  std::string result = fmt::format("{}:{}:{}: {}", file, position.line, position.column, message);
  if (source_line.find_first_not_of(" \t") == std::string::npos) return result;
  std::string caret;
  for (std::size_t i = 0; i + 1 < position.column; ++i) {
    // Bytes inside a UTF-8 sequence take no room on the screen; tabs take the same room as above.
    const char c = i < source_line.size() ? source_line[i] : ' ';
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) caret += c == '\t' ? '\t' : ' ';
  }
  return fmt::format("{}\n{}\n{}^", result, source_line, caret);
}

}  // namespace banter
