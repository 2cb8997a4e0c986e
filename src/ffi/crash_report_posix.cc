#include <setjmp.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>

#include "base/check.h"
#include "ffi/c_stack.h"
#include "ffi/crash_report.h"
#include "ffi/crossing_text.h"
#include "ffi/trace_file.h"
#include "interpreter/crash_stack.h"
#include "native/fault.h"

namespace banter::ffi {

namespace {

using carrier::Thread;
using interpreter::ForeignFrame;
using interpreter::Interpreter;
using interpreter::ProcessStack;

constexpr int kSignals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};

constinit std::atomic<Interpreter*> crashing_vm{nullptr};

// The thread that writes a report, and where it goes on when a part of that faults.
constinit std::atomic<pid_t> reporting_thread{0};
sigjmp_buf end_of_part;

void write_error(void*, std::string_view text) {
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
}
constexpr TextSink kSink{write_error, nullptr};

std::string_view name_of(int number) {
  switch (number) {
    case SIGSEGV:
      return "SIGSEGV";
    case SIGBUS:
      return "SIGBUS";
    case SIGILL:
      return "SIGILL";
    case SIGFPE:
      return "SIGFPE";
    default:
      return "SIGABRT";
  }
}

struct Crash {
  int number;
  const siginfo_t* info;
  std::uintptr_t pc;
  Interpreter* vm;
  const ProcessStack* process;
};

void write_head(const Crash& crash) {
  Line line;
  line.add("banter: {}", name_of(crash.number));
  if (crash.info->si_code <= 0) {
    const bool own = crash.info->si_pid == getpid();
    own ? line.add_text(", sent by this program")
        : line.add(", sent by process {}", crash.info->si_pid);
  } else if (crash.number == SIGSEGV || crash.number == SIGBUS) {
    line.add(" at address {:#x}", reinterpret_cast<std::uintptr_t>(crash.info->si_addr));
  }
  const Thread* thread = Thread::current();
  line.add_text(", ");
  if (thread == nullptr) {
    line.add_text("a thread that Banter does not know");
  } else {
    add_thread(line, thread->kind(), thread->number());
  }
  const ForeignFrame* innermost = crash.process == nullptr ? nullptr : crash.process->foreign;
  if (innermost != nullptr && innermost->kind == ForeignFrame::Kind::callout) {
    line.add_text(", in ");
    add_foreign_frame(line, *innermost);
  }
  line.add_text("\n");
  kSink(line);
}

void write_smalltalk_stack(const Crash& crash) {
  if (crash.process == nullptr) return kSink("  This thread runs no Smalltalk process.\n");
  Line line;
  line.add("  Smalltalk stack of process {}:\n", crash.process->number());
  kSink(line);
  interpreter::write_crash_stack(*crash.vm, *crash.process, kSink);
}

void write_native_stack(const Crash& crash) {
  kSink("  C stack:\n");
  write_c_stack(crash.pc, kSink);
}

void write_crossings(const Crash&) {
  constexpr std::size_t kMost = 16;
  kSink("  Last crossings between Smalltalk and C, of each thread:\n");
  if (write_last_crossings(kSink, kMost) == 0) kSink("    none were recorded\n");
}

// A fault in the part ends it.
void write_part(const Crash& crash, void (*part)(const Crash&)) {
  if (sigsetjmp(end_of_part, 1) == 0) {
    part(crash);
  } else {
    kSink("    ... the rest cannot be read\n");
  }
}

// Another thread that crashes meanwhile waits for the end of the program.
void begin_report() {
  const pid_t self = gettid();
  pid_t nobody = 0;
  if (reporting_thread.compare_exchange_strong(nobody, self)) return;
  if (nobody == self) siglongjmp(end_of_part, 1);
  for (;;) pause();
}

void allow_faults() {
  sigset_t faults;
  sigemptyset(&faults);
  for (int each : kSignals) sigaddset(&faults, each);
  pthread_sigmask(SIG_UNBLOCK, &faults, nullptr);
}

void report(int number, void* info, void* context) {
  begin_report();
  sigset_t before;
  pthread_sigmask(SIG_SETMASK, nullptr, &before);
  allow_faults();
  Interpreter* vm = crashing_vm.load();
  const Crash crash{number, static_cast<const siginfo_t*>(info), native::fault_pc(context), vm,
                    interpreter::process_of_this_thread(*vm)};
  write_part(crash, write_head);
  write_part(crash, write_smalltalk_stack);
  write_part(crash, write_native_stack);
  write_part(crash, write_crossings);
  write_part(crash, [](const Crash&) { end_trace_file_in_crash(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

// For the signals that nothing but the report waits for. abort() sends its own again; an
// instruction that faults does it again.
void report_and_die(int number, siginfo_t* info, void* context) {
  report(number, info, context);
  signal(number, SIG_DFL);
  if (info->si_code <= 0) raise(number);
}

void handle(int number) {
  struct sigaction action = {}, earlier;
  BANTER_CHECK(sigaction(number, nullptr, &earlier) == 0);
  if ((earlier.sa_flags & SA_SIGINFO) != 0 || earlier.sa_handler != SIG_DFL) return;
  action.sa_sigaction = report_and_die;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  BANTER_CHECK(sigaction(number, &action, nullptr) == 0);
}

}  // namespace

void report_crashes(Interpreter& vm) {
  prepare_c_stack();
  crashing_vm.store(&vm);
  native::set_fault_reporter(report);
  for (int each : {SIGILL, SIGFPE, SIGABRT}) handle(each);
}

}  // namespace banter::ffi
