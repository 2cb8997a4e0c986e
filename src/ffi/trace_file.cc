#include "ffi/trace_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <vector>

#include "ffi/crossing_text.h"
#include "platform/clock.h"

namespace banter::ffi {

namespace {

using carrier::Thread;
using nlohmann::json;

// What has been written and is not yet in the file. A signal handler may write it out.
class Buffer {
 public:
  void open(int file) { file_ = file; }
  bool is_open() const { return file_ >= 0; }
  void add(std::string_view text) {
    for (std::size_t taken = 0; taken < text.size();) {
      if (size_ == sizeof text_) flush();
      const std::size_t part = std::min(text.size() - taken, sizeof text_ - size_);
      std::memcpy(text_ + size_, text.data() + taken, part);
      size_ += part;
      taken += part;
    }
  }
  void close() {
    flush();
    ::close(file_);
    file_ = -1;
  }

 private:
  void flush() {
    for (std::size_t at = 0; at < size_;) {
      const ssize_t written = write(file_, text_ + at, size_ - at);
      if (written <= 0) break;
      at += static_cast<std::size_t>(written);
    }
    size_ = 0;
  }

  int file_ = -1;
  std::size_t size_ = 0;
  char text_[1 << 16];
};

// One OS thread's time line.
struct Track {
  std::uint64_t id = 0;
  std::uint32_t process = 0;                        // whose bars are open
  std::map<std::uint32_t, std::vector<json>> bars;  // by process: their begin events
};

class TraceFile {
 public:
  Result<void> open(const std::string& path);
  void begin(const Subject& subject, const std::uint64_t* words, CrossingPlace place);
  void end(const Subject& subject, std::uint64_t result, CrossingPlace place, CrossingState state);
  void close();
  void end_in_crash();

 private:
  Track& track();
  void turn_to(Track& track, std::uint32_t process);
  void write(json event, const Track& track, double at);
  void write_end_of(const json& bar, const Track& track, double at, json arguments);
  double now() const {
    return static_cast<double>(platform::monotonic_nanoseconds() - start_) / 1e3;
  }

  std::mutex mutex_;
  Buffer buffer_;
  bool first_ = true;
  std::int64_t start_ = 0;
  std::map<const Thread*, Track> tracks_;
};

// Never destroyed: threads may cross while the program ends.
TraceFile& trace_file() {
  static auto& file = *new TraceFile;
  return file;
}

Result<void> TraceFile::open(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) return Error{fmt::format("{} cannot be written: {}", path, std::strerror(errno))};
  std::lock_guard lock(mutex_);
  buffer_.open(file);
  buffer_.add("[");
  start_ = platform::monotonic_nanoseconds();
  return {};
}

void TraceFile::write(json event, const Track& track, double at) {
  event["pid"] = getpid();
  event["tid"] = track.id;
  event["ts"] = at;
  buffer_.add(first_ ? "\n" : ",\n");
  buffer_.add(event.dump(-1, ' ', false, json::error_handler_t::replace));
  first_ = false;
}

void TraceFile::write_end_of(const json& bar, const Track& track, double at, json arguments) {
  write({{"ph", "E"}, {"name", bar["name"]}, {"args", std::move(arguments)}}, track, at);
}

Track& TraceFile::track() {
  const Thread* thread = Thread::current();
  Track& found = tracks_[thread];
  const auto id = static_cast<std::uint64_t>(gettid());
  // The memory of a Thread that ended may be another's now.
  if (found.id == id) return found;
  found = Track{};
  found.id = id;
  const std::string name = thread == nullptr ? "thread" : thread->description();
  write({{"ph", "M"}, {"name", "thread_name"}, {"args", {{"name", name}}}}, found, 0);
  return found;
}

// The bars of another process on this track wait.
void TraceFile::turn_to(Track& track, std::uint32_t process) {
  if (track.process == process) return;
  const double at = now();
  auto& waiting = track.bars[track.process];
  for (auto bar = waiting.rbegin(); bar != waiting.rend(); ++bar)
    write_end_of(*bar, track, at, {{"goes_on", true}});
  if (waiting.empty()) track.bars.erase(track.process);
  track.process = process;
  for (const json& bar : track.bars[process]) write(bar, track, at);
}

json arguments_of(const Subject& subject, const std::uint64_t* words) {
  json arguments = json::array();
  for (std::size_t i = 0; words != nullptr && i < subject.word_count; i++) {
    Line line;
    add_value(line, subject.arguments[i], words[i], Texts::contents);
    arguments.push_back(line.view());
  }
  return arguments;
}

void TraceFile::begin(const Subject& subject, const std::uint64_t* words, CrossingPlace place) {
  std::lock_guard lock(mutex_);
  if (!buffer_.is_open()) return;
  Track& track = this->track();
  turn_to(track, place.process);
  json bar = {{"ph", "B"},
              {"name", subject.name},
              {"cat", subject.is_callback ? "callback" : "callout"},
              {"args",
               {{"signature", subject.text},
                {"address", fmt::format("{:#x}", place.address)},
                {"arguments", arguments_of(subject, words)},
                {"process", place.process}}}};
  write(bar, track, now());
  track.bars[place.process].push_back(std::move(bar));
}

void TraceFile::end(const Subject& subject, std::uint64_t result, CrossingPlace place,
                    CrossingState state) {
  std::lock_guard lock(mutex_);
  if (!buffer_.is_open()) return;
  Track& track = this->track();
  turn_to(track, place.process);
  auto& bars = track.bars[place.process];
  if (bars.empty()) return;  // begun before the file was opened
  json arguments = json::object();
  if (state == CrossingState::left) {
    arguments["left"] = true;
  } else if (subject.result.kind != abi::ValueKind::nothing) {
    Line line;
    add_value(line, subject.result, result, Texts::contents);
    arguments["result"] = line.view();
  }
  write_end_of(bars.back(), track, now(), std::move(arguments));
  bars.pop_back();
}

void TraceFile::close() {
  std::lock_guard lock(mutex_);
  if (!buffer_.is_open()) return;
  const double at = now();
  for (auto& [thread, track] : tracks_) {
    auto& open = track.bars[track.process];
    for (auto bar = open.rbegin(); bar != open.rend(); ++bar)
      write_end_of(*bar, track, at, {{"has_not_returned", true}});
  }
  buffer_.add("\n]\n");
  buffer_.close();
}

// Without the lock, which this thread may have: then the last event may be cut off.
void TraceFile::end_in_crash() {
  if (!buffer_.is_open()) return;
  buffer_.add("\n]\n");
  buffer_.close();
}

}  // namespace

Result<void> open_trace_file(const std::string& path) {
  return trace_file().open(path);
}
void close_trace_file() {
  trace_file().close();
}
void end_trace_file_in_crash() {
  trace_file().end_in_crash();
}
void write_begin(const Subject& subject, const std::uint64_t* words, CrossingPlace place) {
  trace_file().begin(subject, words, place);
}
void write_end(const Subject& subject, std::uint64_t result, CrossingPlace place,
               CrossingState state) {
  trace_file().end(subject, result, place, state);
}

}  // namespace banter::ffi
