#include "cli/options.h"

#include <CLI/CLI.hpp>

#include "abi/abi_name.h"

namespace banter::cli {

namespace {

constexpr const char* kDescription =
    "Banter: Smalltalk in which every block can be a C function pointer and every C function a "
    "message.";

// What follows FILE belongs to the program that runs, options included.
CLI::App* add_command(CLI::App& app, const std::string& name, const std::string& description) {
  CLI::App* command = app.add_subcommand(name, description);
  command->prefix_command();
  return command;
}

std::vector<std::string> abi_names() {
  std::vector<std::string> names = {"all"};
  for (abi::AbiName each : abi::kAllAbis) names.emplace_back(name_of(each));
  return names;
}

struct Parser {
  Options options;
  std::vector<std::string> stress;
  std::vector<std::string> trace;
  CLI::App app{kDescription, "banter"};
  CLI::App* run = nullptr;
  CLI::App* tracing = nullptr;
  CLI::App* eval = nullptr;
  CLI::App* test = nullptr;
  CLI::App* image_build = nullptr;
  CLI::App* image_run = nullptr;
  CLI::App* abi = nullptr;

  Parser() {
    app.set_version_flag("--version", "banter " BANTER_VERSION);
    app.require_subcommand(1);
    app.add_option("--image", options.image, "Use this image file instead of the built-in one");
    app.add_option("--stress", stress,
                   "Provoke rare events: gc moves every object at every allocation, stack moves "
                   "a process's stack at every activation")
        ->delimiter(',')
        ->check(CLI::IsMember({"gc", "stack"}));
    app.add_option("--trace", trace,
                   "Print what happens: gc, one line a collection; ffi, each call of a C function "
                   "or of a callback")
        ->delimiter(',')
        ->check(CLI::IsMember({"gc", "ffi"}));
    app.add_flag_callback(
        "--record", [this] { options.record = true; },
        "Keep the last crossings between Smalltalk and C with their times");
    app.add_flag_callback(
        "--no-record", [this] { options.record = false; },
        "Keep none; without this option they are kept without their times");
    app.add_option("--watchdog", options.watchdog_seconds,
                   "Report when nothing could run for so many seconds while C functions were "
                   "waited for; 0 never, which is the default except for `test`: 10");
    app.add_flag("--verify-heap", options.verify_heap,
                 "Check the whole heap after each collection");
    app.add_flag("--no-fast-callbacks", options.no_fast_callbacks,
                 "Run every callback through Alien class >> invokeCallbackContext:");
    run = add_command(app, "run", "Run a script, or a program in an image file");
    run->add_option("FILE", options.subject, "The script")->required();
    tracing = add_command(app, "trace", "Run a script; all its calls of C and back go to a file");
    tracing
        ->add_option("-o,--output", options.trace_file,
                     "The file, for Perfetto or chrome://tracing")
        ->required();
    tracing->add_option("FILE", options.subject, "The script")->required();
    eval = app.add_subcommand("eval", "Print the value of an expression");
    eval->add_option("EXPR", options.subject, "Smalltalk statements")->required();
    test = app.add_subcommand("test", "Run the tests of packages, or all tests");
    test->add_option("PACKAGE", options.arguments, "Names of packages, or folders of packages");
    test->add_option("--results", options.results,
                     "Write PASS or FAIL and its name for each test to this file");
    abi = app.add_subcommand("abi", "Show where a C call's arguments and result travel, and why");
    abi->add_option("DECLARATION", options.subject,
                    "A C function, such as 'double f(struct { float x, y; } p, int n)'; typedefs "
                    "and structures may stand before it")
        ->required();
    abi->add_option("--abi", options.abi, "The calling convention, or all; this host's by default")
        ->check(CLI::IsMember(abi_names()));
    abi->add_option("--svg", options.svg, "Draw registers and stack into this file, too");
    CLI::App* image = app.add_subcommand("image", "Make and run image files");
    image->require_subcommand(1);
    image_build = image->add_subcommand("build", "Load packages and save an image");
    image_build->add_option("FILE", options.subject, "The image to write")->required();
    image_build->add_option("PACKAGE", options.arguments, "Folders of Tonel packages to load");
    image_run = add_command(*image, "run", "Go on where the image was saved");
    image_run->add_option("FILE", options.subject, "The image")->required();
  }

  void finish() {
    for (const std::string& what : stress)
      (what == "gc" ? options.stress_gc : options.stress_stack) = true;
    for (const std::string& what : trace)
      (what == "gc" ? options.trace_gc : options.trace_ffi) = true;
    if (eval->parsed()) options.command = Command::eval;
    if (test->parsed()) options.command = Command::test;
    if (image_build->parsed()) options.command = Command::image_build;
    if (image_run->parsed()) options.command = Command::image_run;
    if (abi->parsed()) options.command = Command::abi;
    if (run->parsed()) options.arguments = run->remaining();
    if (tracing->parsed()) options.arguments = tracing->remaining();
    if (image_run->parsed()) options.arguments = image_run->remaining();
  }
};

}  // namespace

std::optional<Options> parse_options(int argc, char** argv, int& exit_status) {
  Parser parser;
  try {
    parser.app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // CLI11's own codes for mistakes are above 100; a shell expects 2.
    exit_status = parser.app.exit(error) == 0 ? 0 : 2;
    return std::nullopt;
  }
  parser.finish();
  return parser.options;
}

}  // namespace banter::cli
