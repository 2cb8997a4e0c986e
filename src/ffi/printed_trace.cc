#include "ffi/printed_trace.h"

#include <unistd.h>

#include <algorithm>
#include <mutex>

#include "ffi/crossing_text.h"

namespace banter::ffi {

namespace {

using carrier::Thread;

// The one that a program begins with: it is not named.
constexpr std::uint32_t kFirstProcess = 1;

// The line that has been begun, if any. Never destroyed: threads may cross while the program ends.
struct Printer {
  std::mutex mutex;
  const Thread* thread = nullptr;
  std::uint32_t process = 0, depth = 0;

  bool is_of(const Thread* crosser, CrossingPlace place) const {
    return thread == crosser && process == place.process && depth == place.depth;
  }
};

Printer& printer() {
  static auto& one = *new Printer;
  return one;
}

// Keeps a signal handler's crossing from waiting for its own thread.
[[gnu::tls_model("initial-exec")]] constinit thread_local bool prints = false;

struct Turn {
  const bool taken = !prints;
  Turn() {
    if (!taken) return;
    prints = true;
    printer().mutex.lock();
  }
  ~Turn() {
    if (!taken) return;
    printer().mutex.unlock();
    prints = false;
  }
};

void print(const Line& line) {
  std::string_view text = line.view();
  while (!text.empty()) {
    const ssize_t written = write(STDERR_FILENO, text.data(), text.size());
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

void begin_line(Line& line, const Thread* thread, CrossingPlace place) {
  if (printer().thread != nullptr) line.add_text("\n");
  const bool is_main = thread == nullptr || thread->kind() == carrier::ThreadKind::main;
  if (!is_main || place.process != kFirstProcess) {
    line.add_text("[");
    if (!is_main) {
      add_thread(line, thread->kind(), thread->number());
      line.add_text(", ");
    }
    line.add("process {}] ", place.process);
  }
  for (std::uint32_t i = 0; i < std::min<std::uint32_t>(place.depth, 40); i++) line.add_text("  ");
}

}  // namespace

void print_begin(const Subject& subject, const std::uint64_t* words, CrossingPlace place) {
  const Turn turn;
  if (!turn.taken) return;
  const Thread* thread = Thread::current();
  Line line;
  begin_line(line, thread, place);
  add_call(line, subject, words, Texts::contents);
  print(line);
  printer().thread = thread;
  printer().process = place.process;
  printer().depth = place.depth;
}

void print_end(const Subject& subject, std::uint64_t result, CrossingPlace place,
               CrossingState state) {
  const Turn turn;
  if (!turn.taken) return;
  const Thread* thread = Thread::current();
  Line line;
  if (!printer().is_of(thread, place)) {
    begin_line(line, thread, place);
    line.add("... {}{}", subject.is_callback ? "callback " : "", subject.name);
  }
  add_outcome(line, subject, result, state, Texts::contents);
  line.add_text("\n");
  print(line);
  printer().thread = nullptr;
}

}  // namespace banter::ffi
