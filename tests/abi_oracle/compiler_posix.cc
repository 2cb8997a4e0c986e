#include "compiler.h"

#include <fmt/core.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "apple_assembly.h"

namespace banter::abi_oracle {
namespace {

std::string read(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

// The command that failed, or nothing.
std::string run(const std::string& command) {
  return std::system(command.c_str()) == 0 ? "" : command;
}

// Apple's compiler makes Apple's assembly, which becomes Linux's: the placement is in the
// instructions, and those are the same.
std::string compile_for_apple(const std::filesystem::path& folder) {
  const std::string failed = run(fmt::format(
      "clang -target arm64-apple-macos11 -mllvm -aarch64-neon-syntax=generic -ffreestanding "
      "-fno-stack-protector -std=gnu11 -O1 -w -S -o {0}/apple.s {0}/oracle.c",
      folder.string()));
  if (failed.empty()) std::ofstream(folder / "oracle.s") << from_apple(read(folder / "apple.s"));
  return failed;
}

}  // namespace

// -Wno-psabi: no notes on where the compiler's ABI changed between its versions. -Bsymbolic:
// Apple's code reaches its own variables without a table.
std::string compile(abi::AbiName abi, const std::filesystem::path& folder) {
  const bool is_apple = abi == abi::AbiName::apple_arm64;
  const std::string failed = is_apple ? compile_for_apple(folder) : "";
  if (!failed.empty()) return failed;
  return run(fmt::format(BANTER_C_COMPILER
                         " -std=gnu11 -O1 -w -Wno-psabi -shared -fPIC -Wl,-Bsymbolic "
                         "-o {0}/oracle.so {0}/oracle.{1} {0}/guard.c",
                         folder.string(), is_apple ? "s" : "c"));
}

}  // namespace banter::abi_oracle
