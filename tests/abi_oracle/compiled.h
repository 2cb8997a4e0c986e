// compiled.h -- a corpus as the platform's C compiler sees it: a loaded library.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "generator.h"
#include "platform/dynamic_library.h"

namespace banter::abi_oracle {

class Compiled {
 public:
  // Compiles and loads; `problem()` says what went wrong. `keep` leaves the source on disk.
  Compiled(const Corpus& corpus, bool keep);
  ~Compiled();
  Compiled(const Compiled&) = delete;
  Compiled& operator=(const Compiled&) = delete;

  const std::string& problem() const { return problem_; }
  const std::filesystem::path& folder() const { return folder_; }
  // Never null.
  void* symbol(const std::string& name) const;
  using Cell = unsigned char[kCellSize];
  Cell* cells(const char* name) const { return static_cast<Cell*>(symbol(name)); }

 private:
  std::filesystem::path folder_;
  bool keep_;
  std::optional<platform::DynamicLibrary> library_;
  std::string problem_;
};

}  // namespace banter::abi_oracle
