#include "compiled.h"

#include <fmt/core.h>

#include <fstream>
#include <random>

#include "base/check.h"
#include "compiler.h"

namespace banter::abi_oracle {
namespace {

std::filesystem::path make_folder() {
  std::random_device random;
  while (true) {
    const auto folder = std::filesystem::temp_directory_path() /
                        fmt::format("abi_oracle_{:08x}{:08x}", random(), random());
    if (std::filesystem::create_directory(folder)) return folder;
  }
}

}  // namespace

Compiled::Compiled(const Corpus& corpus, bool keep) : folder_(make_folder()), keep_(keep) {
  std::ofstream(folder_ / "oracle.c") << c_source(corpus);
  std::ofstream(folder_ / "guard.c") << guard_source(corpus.abi);
  if (const std::string failed = compile(corpus.abi, folder_); !failed.empty()) {
    keep_ = true;
    problem_ = "failed: " + failed;
    return;
  }
  auto opened = platform::DynamicLibrary::open((folder_ / "oracle.so").string());
  if (opened.ok()) {
    library_ = std::move(opened).value();
  } else {
    problem_ = opened.error().message;
  }
}

Compiled::~Compiled() {
  library_.reset();
  std::error_code ignored;
  if (!keep_) std::filesystem::remove_all(folder_, ignored);
  if (keep_) fmt::print("kept {}\n", folder_.string());
}

void* Compiled::symbol(const std::string& name) const {
  const auto address = library_->symbol(name);
  BANTER_CHECK(address.ok(), "{} is not in {}", name, folder_.string());
  return address.value();
}

}  // namespace banter::abi_oracle
