#include "compiled.h"

#include <dlfcn.h>
#include <fmt/core.h>

#include <cstdlib>
#include <fstream>

#include "base/check.h"

namespace banter::abi_oracle {

Compiled::Compiled(const Corpus& corpus, bool keep) : keep_(keep) {
  std::string name = std::filesystem::temp_directory_path() / "abi_oracle_XXXXXX";
  folder_ = mkdtemp(name.data());
  std::ofstream(folder_ / "oracle.c") << c_source(corpus);
  // -Wno-psabi: no notes on where the compiler's ABI changed between its versions.
  const std::string command = fmt::format(
      BANTER_C_COMPILER " -std=gnu11 -O1 -w -Wno-psabi -shared -fPIC -o {0}/oracle.so {0}/oracle.c",
      folder_.string());
  if (std::system(command.c_str()) != 0) {
    keep_ = true;
    problem_ = "failed: " + command;
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
