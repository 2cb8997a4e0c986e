// banter_main.cc -- the `banter` command: an image, a virtual machine, one message.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <new>
#include <span>
#include <string>
#include <string_view>

#include "cli/abi_command.h"
#include "cli/options.h"
#include "ffi/crash_report.h"
#include "ffi/install.h"
#include "ffi/observer.h"
#include "ffi/trace_file.h"
#include "heap/layouts.h"
#include "heap/rooted.h"
#include "image/image_file.h"
#include "interpreter/interpreter.h"
#include "primitives/image_tables.h"
#include "primitives/symbols.h"
#include "primitives/system_state.h"
#include "primitives/tables.h"
#include "primitives/values.h"

extern "C" const std::uint8_t banter_embedded_image[];
extern "C" const std::uint8_t banter_embedded_image_end[];

namespace banter::cli {
namespace {

using heap::Oop;
using heap::Rooted;

constexpr int kFailed = 1;

heap::HeapOptions heap_options(const Options& options) {
  heap::HeapOptions result;
  result.verify_after_collection = options.verify_heap;
  result.trace = options.trace_gc;
  return result;
}

Result<std::unique_ptr<heap::Heap>> open_image(const Options& options) {
  if (options.command == Command::image_run)
    return image::read_image_file(options.subject, heap_options(options));
  if (!options.image.empty()) return image::read_image_file(options.image, heap_options(options));
  return image::read_image({banter_embedded_image, banter_embedded_image_end}, "the built-in image",
                           heap_options(options), image::Trust::kBuiltByUs);
}

Result<Oop> global(heap::Mutator& mutator, std::string_view name) {
  heap::Heap& heap = mutator.heap();
  const Oop symbol = primitives::intern(mutator, name);
  const auto binding =
      primitives::identity_dictionary_find(heap, heap.special(heap::Special::kSmalltalk), symbol);
  if (!binding) return Error{fmt::format("the image has no global {}", name)};
  return binding->as_object()->slot(heap::slots::association::kValue);
}

Oop strings(heap::Mutator& mutator, const std::vector<std::string>& texts) {
  heap::RootedVector values(mutator);
  for (const std::string& text : texts) values.push_back(mutator.new_string(text));
  return values.to_array()->oop();
}

// Sends the message of the command to BanterCommandLine, which answers the exit status.
Result<Oop> send_command(interpreter::Interpreter& vm, const Options& options) {
  heap::Mutator& mutator = vm.mutator();
  Rooted<> subject(mutator, mutator.new_string(options.subject));
  Rooted<> arguments(mutator, strings(mutator, options.arguments));
  Rooted<> results(mutator, mutator.new_string(options.results));
  auto receiver = global(mutator, "BanterCommandLine");
  if (!receiver.ok()) return receiver;
  Rooted<> command_line(mutator, receiver.value());
  const auto send = [&](std::string_view selector, std::initializer_list<Oop> values) {
    std::vector<Oop> operands(values);
    return vm.run(command_line.oop(), primitives::intern(mutator, selector), operands);
  };
  switch (options.command) {
    case Command::run:
      return send("runFile:arguments:", {subject.oop(), arguments.oop()});
    case Command::eval:
      return send("evaluate:", {subject.oop()});
    case Command::test:
      return send("testPackages:results:", {arguments.oop(), results.oop()});
    case Command::image_build:
      return send("buildImage:from:", {subject.oop(), arguments.oop()});
    case Command::image_run:
    case Command::abi:
      break;
  }
  return vm.resume_saved_process();
}

// Lets Smalltalk find out how it was started: primitives 121, 142 and 149.
void describe_start(interpreter::Interpreter& vm, const Options& options) {
  auto& state = vm.extensions().get<primitives::SystemState>();
  std::error_code error;
  state.vm_path = std::filesystem::read_symlink("/proc/self/exe", error).string();
  state.image_path = options.command == Command::image_run ? options.subject : options.image;
  state.image_arguments = options.arguments;
}

int exit_status(const Result<Oop>& answer) {
  if (!answer.ok()) {
    std::fprintf(stderr, "banter: %s\n", answer.error().message.c_str());
    return kFailed;
  }
  return answer.value().is_small_int() ? static_cast<int>(answer.value().as_int()) : 0;
}

// For what happens at the end of the program.
interpreter::Interpreter* running_vm = nullptr;

// The virtual machine is not taken down: a thread may be inside C for a process and not come back
// soon. This thread keeps the VM, so that no other runs Smalltalk while the program ends.
[[noreturn]] void leave(int status) {
  ffi::end(*running_vm);
  running_vm->end_of_program(status);
  std::exit(status);
}

// The first function given to atexit runs last: after those of libraries, which may call blocks.
void report_late_calls() {
  // A child made by fork() has told its own at once.
  if (running_vm != nullptr && !running_vm->carrier().in_forked_child())
    ffi::report_refused(*running_vm);
}

// The heap answers nullptr when its memory is short; this is about what C++ itself needs.
void die_without_memory() {
  constexpr std::string_view kText = "banter: out of memory for the virtual machine itself\n";
  constexpr int kStatus = 70;  // as Interpreter::fatal
  std::fwrite(kText.data(), 1, kText.size(), stderr);
  std::_Exit(kStatus);
}

// Who watches the crossings into C. False: there is no trace file.
bool begin_observing(const Options& options) {
  using ffi::observe;
  if (options.record) {
    observe(ffi::kRecorder, *options.record);
    observe(ffi::kTimes, *options.record);
  }
  if (options.trace_ffi) observe(ffi::kPrintedTrace, true);
  if (options.trace_file.empty()) return true;
  if (auto opened = ffi::open_trace_file(options.trace_file); !opened.ok()) {
    std::fprintf(stderr, "banter: %s\n", opened.error().message.c_str());
    return false;
  }
  std::atexit(ffi::close_trace_file);
  observe(ffi::kTraceFile, true);
  return true;
}

// Tests wait for nobody; any other program may wait for its user as long as it likes.
std::chrono::seconds watchdog_limit(const Options& options) {
  constexpr unsigned kForTests = 10;
  const unsigned usual = options.command == Command::test ? kForTests : 0;
  return std::chrono::seconds(options.watchdog_seconds.value_or(usual));
}

int run(const Options& options) {
  if (options.command == Command::abi) return run_abi_command(options);
  auto heap = open_image(options);
  if (!heap.ok()) {
    std::fprintf(stderr, "banter: %s\n", heap.error().message.c_str());
    return kFailed;
  }
  interpreter::InterpreterOptions vm_options;
  vm_options.stress_stack = options.stress_stack;
  auto vm = interpreter::Interpreter::create(*heap.value(), vm_options);
  primitives::install_all(*vm);
  ffi::install(*vm);
  ffi::report_crashes(*vm);
  if (!begin_observing(options)) return kFailed;
  vm->set_watchdog(watchdog_limit(options));
  describe_start(*vm, options);
  if (options.no_fast_callbacks) ffi::set_fast_callbacks(*vm, false);
  heap.value()->set_stress_gc(options.stress_gc);
  running_vm = vm.get();
  vm->set_end_elsewhere([](const Result<Oop>& answer) { leave(exit_status(answer)); });
  leave(exit_status(send_command(*vm, options)));
}

}  // namespace
}  // namespace banter::cli

int main(int argc, char** argv) {
  std::set_new_handler(banter::cli::die_without_memory);
  std::atexit(banter::cli::report_late_calls);
  int exit_status = 0;
  const auto options = banter::cli::parse_options(argc, argv, exit_status);
  return options ? banter::cli::run(*options) : exit_status;
}
