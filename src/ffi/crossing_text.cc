#include "ffi/crossing_text.h"

#include <algorithm>
#include <bit>

#include "native/safe_memory.h"

namespace banter::ffi {

using abi::Role;
using abi::ValueKind;

namespace {

// At most this much of a text is printed.
constexpr std::size_t kMostText = 40;

void add_byte(Line& line, std::uint8_t byte) {
  if (byte == '"' || byte == '\\') {
    line.add("\\{}", static_cast<char>(byte));
  } else if (byte == '\n') {
    line.add_text("\\n");
  } else if (byte < ' ' || byte == 0x7F) {
    line.add("\\{:03o}", byte);
  } else {
    const char character = static_cast<char>(byte);
    line.add_text({&character, 1});
  }
}

// A cut in the middle of a character of UTF-8 goes back to its beginning.
std::size_t whole_characters(const std::uint8_t* bytes, std::size_t count) {
  while (count > 0 && (bytes[count] & 0xC0) == 0x80) count--;
  return count;
}

// False: it is not mapped.
bool add_text(Line& line, std::uint64_t address) {
  std::uint8_t bytes[kMostText + 1];
  std::size_t count = 0;
  bool ends = false;
  for (; count <= kMostText; count++) {
    std::uint64_t byte = 0;
    native::Unmapped fault{};
    if (!native::load(address + count, 1, &byte, &fault)) return false;
    bytes[count] = static_cast<std::uint8_t>(byte);
    ends = byte == 0;
    if (ends) break;
  }
  if (!ends) count = whole_characters(bytes, kMostText);
  line.add_text("\"");
  for (std::size_t i = 0; i < count; i++) add_byte(line, bytes[i]);
  line.add_text(ends ? "\"" : "\"...");
  return true;
}

void add_address(Line& line, std::uint64_t word) {
  word = static_cast<std::uintptr_t>(word);
  if (word == 0) {
    line.add_text("NULL");
  } else {
    line.add("{:#x}", word);
  }
}

void add_character(Line& line, std::uint64_t word) {
  const auto code = static_cast<std::uint8_t>(word);
  if (code >= ' ' && code < 0x7F) {
    line.add("'{}'", static_cast<char>(code));
  } else {
    line.add("'\\x{:02x}'", code);
  }
}

void add_number(Line& line, ValueKind kind, std::uint64_t word) {
  switch (kind) {
    case ValueKind::int8:
      return line.add("{}", static_cast<std::int8_t>(word));
    case ValueKind::uint8:
      return line.add("{}", static_cast<std::uint8_t>(word));
    case ValueKind::int16:
      return line.add("{}", static_cast<std::int16_t>(word));
    case ValueKind::uint16:
      return line.add("{}", static_cast<std::uint16_t>(word));
    case ValueKind::int32:
      return line.add("{}", static_cast<std::int32_t>(word));
    case ValueKind::uint32:
      return line.add("{}", static_cast<std::uint32_t>(word));
    case ValueKind::int64:
      return line.add("{}", static_cast<std::int64_t>(word));
    default:
      return line.add("{}", word);
  }
}

}  // namespace

void add_value(Line& line, const Subject::Value& value, std::uint64_t word, Texts texts) {
  switch (value.kind) {
    case ValueKind::nothing:
      return;
    case ValueKind::boolean:
      return line.add_text((word & 0xFF) != 0 ? "true" : "false");
    case ValueKind::float32:
      return line.add("{}", std::bit_cast<float>(static_cast<std::uint32_t>(word)));
    case ValueKind::float64:
      return line.add("{}", std::bit_cast<double>(word));
    case ValueKind::address: {
      const auto address = static_cast<std::uintptr_t>(word);
      const bool read = texts == Texts::contents && abi::is_text(value.role) && address != 0;
      if (!read || !add_text(line, address)) add_address(line, address);
      return;
    }
    default:
      if (value.role == Role::character) return add_character(line, word);
      if (!abi::is_integral(value.kind)) return line.add_text("{...}");
      return add_number(line, value.kind, word);
  }
}

void add_call(Line& line, const Subject& subject, const std::uint64_t* words, Texts texts) {
  if (subject.is_callback) line.add_text("callback ");
  line.add_text(subject.name);
  line.add_text(subject.is_callback ? " (" : "(");
  if (words == nullptr) {
    line.add_text("...)");
    return;
  }
  for (std::size_t i = 0; i < subject.word_count; i++) {
    if (i > 0) line.add_text(", ");
    add_value(line, subject.arguments[i], words[i], texts);
  }
  line.add_text(subject.has_more_arguments ? ", ...)" : ")");
}

void add_outcome(Line& line, const Subject& subject, std::uint64_t result, CrossingState state,
                 Texts texts) {
  if (state == CrossingState::left) {
    line.add_text(" was left");
  } else if (subject.result.kind == ValueKind::nothing) {
    line.add_text(" returned");
  } else {
    line.add_text(" = ");
    add_value(line, subject.result, result, texts);
  }
}

void add_thread(Line& line, carrier::ThreadKind kind, std::uint32_t number) {
  switch (kind) {
    case carrier::ThreadKind::main:
      return line.add_text("main thread");
    case carrier::ThreadKind::spare:
      return line.add("spare thread {}", number);
    case carrier::ThreadKind::foreign:
      return line.add("foreign thread {}", number);
  }
}

namespace {

// Counts as microseconds, in tenths.
void add_times(Line& line, const RecordedCrossing& crossing, double nanoseconds) {
  const auto since = [&](std::uint64_t from, std::uint64_t to, double unit) {
    const std::uint64_t counts = to > from ? to - from : 0;
    return static_cast<std::uint64_t>(static_cast<double>(counts) * nanoseconds / unit);
  };
  if (crossing.state != CrossingState::running) {
    const std::uint64_t tenths = since(crossing.begin, crossing.end, 100);
    line.add(", {}.{} us", tenths / 10, tenths % 10);
  }
  const std::uint64_t micros = since(recorder_clock().first(), crossing.begin, 1000);
  line.add(", began {}.{:06} s after the start", micros / 1'000'000, micros % 1'000'000);
}

void write_crossing(TextSink sink, const RecordedCrossing& each, double nanoseconds) {
  Line line;
  line.add_text("    ");
  for (std::uint32_t i = 0; i < std::min<std::uint32_t>(each.place.depth, 20); i++)
    line.add_text("  ");
  add_call(line, *each.subject, each.has_words ? each.words : nullptr, Texts::as_addresses);
  if (each.state == CrossingState::running) {
    line.add_text(" has not returned");
  } else {
    add_outcome(line, *each.subject, each.result, each.state, Texts::as_addresses);
  }
  line.add("  [process {}", each.place.process);
  if (each.subject->is_callback) line.add(", thunk {:#x}", each.place.address);
  if (each.timed) add_times(line, each, nanoseconds);
  line.add_text("]\n");
  sink(line);
}

std::size_t write_ring(TextSink sink, const RecorderRing& ring, std::size_t most,
                       double nanoseconds) {
  const std::uint64_t end = ring.next_serial();
  const std::uint64_t first = ring.first_serial();
  std::size_t count = 0;
  for (std::uint64_t serial = std::max(first, end > most ? end - most : 1); serial < end;
       serial++) {
    RecordedCrossing each;
    if (!ring.copy(serial, &each)) continue;
    if (count++ == 0) {
      Line line;
      line.add_text("  ");
      add_thread(line, ring.thread_kind(), ring.thread_number());
      line.add_text(":\n");
      sink(line);
    }
    write_crossing(sink, each, nanoseconds);
  }
  return count;
}

}  // namespace

std::size_t write_last_crossings(TextSink sink, std::size_t most) {
  const double nanoseconds = recorder_clock().nanoseconds_per_count();
  const RecorderRing* own = RecorderRing::of_this_thread_if_any();
  std::size_t count = own == nullptr ? 0 : write_ring(sink, *own, most, nanoseconds);
  for (const RecorderRing* ring = RecorderRing::first(); ring != nullptr; ring = ring->next_ring())
    if (ring != own) count += write_ring(sink, *ring, most, nanoseconds);
  return count;
}

}  // namespace banter::ffi
