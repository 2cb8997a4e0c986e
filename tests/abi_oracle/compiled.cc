#include "compiled.h"

#include <dlfcn.h>
#include <fmt/core.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "apple_assembly.h"
#include "base/check.h"

namespace banter::abi_oracle {

namespace {

void write(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file) << text;
}

std::string read(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

// The command that failed, or nothing.
std::string run(const std::string& command) {
  return std::system(command.c_str()) == 0 ? "" : "failed: " + command;
}

// Apple's compiler makes Apple's assembly, which becomes Linux's: the placement is in the
// instructions, and those are the same.
std::string compile_for_apple(const std::string& folder) {
  std::string problem = run(fmt::format(
      "clang -target arm64-apple-macos11 -mllvm -aarch64-neon-syntax=generic -ffreestanding "
      "-fno-stack-protector "
      "-std=gnu11 -O1 -w -S -o {0}/apple.s {0}/oracle.c",
      folder));
  if (problem.empty()) write(folder + "/oracle.s", from_apple(read(folder + "/apple.s")));
  return problem;
}

// -Wno-psabi: no notes on where the compiler's ABI changed between its versions. -Bsymbolic:
// Apple's code reaches its own variables without a table.
std::string compile(const Corpus& corpus, const std::string& folder) {
  const bool is_apple = corpus.abi == abi::AbiName::apple_arm64;
  std::string problem = is_apple ? compile_for_apple(folder) : "";
  if (!problem.empty()) return problem;
  return run(fmt::format(BANTER_C_COMPILER
                         " -std=gnu11 -O1 -w -Wno-psabi -shared -fPIC -Wl,-Bsymbolic "
                         "-o {0}/oracle.so {0}/oracle.{1} {0}/guard.c",
                         folder, is_apple ? "s" : "c"));
}

}  // namespace

Compiled::Compiled(const Corpus& corpus, bool keep) : keep_(keep) {
  std::string name = std::filesystem::temp_directory_path() / "abi_oracle_XXXXXX";
  folder_ = mkdtemp(name.data());
  write(folder_ / "oracle.c", c_source(corpus));
  write(folder_ / "guard.c", guard_source(corpus.abi));
  problem_ = compile(corpus, folder_.string());
  if (!problem_.empty()) {
    keep_ = true;
    return;
  }
  handle_ = dlopen((folder_ / "oracle.so").c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle_ == nullptr) problem_ = dlerror();
}

Compiled::~Compiled() {
  if (handle_ != nullptr) dlclose(handle_);
  std::error_code ignored;
  if (!keep_) std::filesystem::remove_all(folder_, ignored);
  if (keep_) fmt::print("kept {}\n", folder_.string());
}

void* Compiled::symbol(const std::string& name) const {
  void* address = dlsym(handle_, name.c_str());
  BANTER_CHECK(address != nullptr, "{} is not in {}", name, folder_.string());
  return address;
}

}  // namespace banter::abi_oracle
