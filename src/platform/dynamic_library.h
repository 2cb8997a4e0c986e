// dynamic_library.h -- shared libraries by the names people use for them.
#pragma once

#include <string>

#include "base/result.h"

namespace banter::platform {

// A loaded library; closing is the destructor's. The main program's symbols are a library too.
class DynamicLibrary {
 public:
  // Tries `name` as it stands, then lib<name>.so, then with the versions that lie in the library
  // path (lib<name>.so.6). The error names the library, each try and the loader's reason.
  static Result<DynamicLibrary> open(const std::string& name);
  // The program itself and everything it was linked with.
  static DynamicLibrary program();

  DynamicLibrary(DynamicLibrary&& other) noexcept;
  DynamicLibrary& operator=(DynamicLibrary&& other) noexcept;
  DynamicLibrary(const DynamicLibrary&) = delete;
  DynamicLibrary& operator=(const DynamicLibrary&) = delete;
  ~DynamicLibrary();

  // The error names the symbol and the library.
  Result<void*> symbol(const std::string& name) const;
  // The name that was opened at last, e.g. "libsqlite3.so.0".
  const std::string& name() const { return name_; }

 private:
  DynamicLibrary(void* handle, std::string name) : handle_(handle), name_(std::move(name)) {}
  void* handle_;
  std::string name_;
};

}  // namespace banter::platform
