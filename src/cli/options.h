// options.h -- the command line of `banter`, parsed.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace banter::cli {

enum class Command { run, eval, test, image_build, image_run, abi };

struct Options {
  Command command = Command::run;
  std::string subject;                 // script, expression, image file or C declaration
  std::vector<std::string> arguments;  // what follows it
  std::string results;                 // --results of `test`; empty for none
  std::string abi;                     // --abi of `abi`: a name, "all", or empty for this host's
  std::string svg;                     // --svg of `abi`; empty for none
  std::string image;                   // --image; empty for the embedded one
  bool stress_gc = false;
  bool stress_stack = false;
  bool verify_heap = false;
  bool trace_gc = false;
  bool trace_ffi = false;
  std::optional<bool> record;  // --record, --no-record
  std::string trace_file;      // -o of `trace`; empty for the other commands
  std::optional<unsigned> watchdog_seconds;
  bool no_fast_callbacks = false;
};

// Parses argv. Answers nothing after --help, --version or a mistake, which have been printed;
// `exit_status` says then how the program ends.
std::optional<Options> parse_options(int argc, char** argv, int& exit_status);

}  // namespace banter::cli
