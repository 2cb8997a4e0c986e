#include <dlfcn.h>
#include <execinfo.h>

#include <algorithm>
#include <string_view>

#include "ffi/c_stack.h"
#include "native/call.h"

extern "C" void thunkEntry();

namespace banter::ffi {

namespace {

constexpr int kMostFrames = 64;

std::string_view file_name(const char* path) {
  const std::string_view whole(path == nullptr ? "?" : path);
  return whole.substr(whole.rfind('/') + 1);
}

// The ways into C and out of it; the dynamic linker does not know them.
struct Routine {
  const char* name;
  std::uintptr_t start;
};

const Routine* routine_at(std::uintptr_t pc) {
  constexpr std::uintptr_t kLongest = 512;
  static const Routine routines[] = {
      {"thunkEntry", reinterpret_cast<std::uintptr_t>(&thunkEntry)},
      {"the call of C", reinterpret_cast<std::uintptr_t>(native::call_routine())}};
  for (const Routine& each : routines)
    if (pc >= each.start && pc - each.start < kLongest) return &each;
  return nullptr;
}

void write_frame(int number, std::uintptr_t pc, bool is_return_address, TextSink sink) {
  Line line;
  line.add("    #{:<2} {:#x}", number, pc);
  Dl_info info;
  // A call may be the last instruction of its function.
  const std::uintptr_t inside = pc - (is_return_address ? 1 : 0);
  if (dladdr(reinterpret_cast<void*>(inside), &info) != 0) {
    if (const Routine* routine = routine_at(inside)) {
      line.add(" {}+{:#x}", routine->name, pc - routine->start);
    } else if (info.dli_sname != nullptr) {
      line.add(" {}+{:#x}", info.dli_sname, pc - reinterpret_cast<std::uintptr_t>(info.dli_saddr));
    }
    line.add(" ({})", file_name(info.dli_fname));
  }
  line.add_text("\n");
  sink(line);
}

}  // namespace

void prepare_c_stack() {
  void* frame = nullptr;
  (void)backtrace(&frame, 1);
}

void write_c_stack(std::uintptr_t pc, TextSink sink) {
  write_frame(0, pc, false, sink);
  void* frames[kMostFrames];
  void** end = frames + backtrace(frames, kMostFrames);
  // Above the interrupted instruction are the handler's own frames.
  void** interrupted = std::find(frames, end, reinterpret_cast<void*>(pc));
  int number = 0;
  for (void** each = interrupted == end ? end : interrupted + 1; each < end; each++)
    write_frame(++number, reinterpret_cast<std::uintptr_t>(*each), true, sink);
  if (end == frames + kMostFrames) sink("    ... and more\n");
}

}  // namespace banter::ffi
