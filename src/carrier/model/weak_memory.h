// weak_memory.h -- atomic variables as processors and compilers may show them.
//
//   holder_   [A] [T] [A] [nil]          every value that was ever stored, in order
//              ^       ^    ^
//              |       |    '-- what the writer itself reads from now on
//              |       '------- the oldest that thread 2 may still read
//              '--------------- the oldest that thread 1 may still read
//
// A thread has a view: how far it has seen each location. A load answers any value that is not
// older than the view (so stores become visible late, as from a store buffer, and loads may be
// early); reading moves the view. A release store leaves the writer's view with its value, and an
// acquire load of that value joins it: the C++ rules for release and acquire. Operations that are
// seq_cst see at least the last seq_cst store to their location. Read-modify-write operations see
// the newest value. What is left out: a load that sees a store that is later in its own thread's
// future (load buffering), and values that are put in the middle of a location's order.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace banter::carrier::model {

inline constexpr std::size_t kMostLocations = 24;

// How far each location is seen: an index into its messages.
struct View {
  std::array<std::uint8_t, kMostLocations> at{};
  void join(const View& other) {
    for (std::size_t i = 0; i < kMostLocations; i++) at[i] = std::max(at[i], other.at[i]);
  }
};

struct Message {
  std::uint64_t value;
  View view;  // what an acquire load of it sees
};

struct Location {
  const char* name = "";
  std::vector<Message> messages;
  std::uint8_t last_strong = 0;  // the last seq_cst store
  std::uint64_t newest() const { return messages.back().value; }
};

// A running hash of 64 bits, for states.
class Fingerprint {
 public:
  void add(std::uint64_t value) {
    bits_ = (bits_ ^ value) * 0x9e3779b97f4a7c15u;
    bits_ ^= bits_ >> 29;
  }
  void add(const View& view, std::size_t count) {
    for (std::size_t i = 0; i < count; i++) add(view.at[i]);
  }
  std::uint64_t bits() const { return bits_ * 0xbf58476d1ce4e5b9u; }

 private:
  std::uint64_t bits_ = 0x243f6a8885a308d3u;
};

}  // namespace banter::carrier::model
