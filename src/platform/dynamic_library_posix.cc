#include <dlfcn.h>
#include <fmt/format.h>

#include <vector>

#include "platform/dynamic_library.h"

namespace banter::platform {

namespace {

// The newest ABI versions first: C libraries are often installed without their lib<name>.so link.
constexpr int kHighestVersion = 20;

std::vector<std::string> candidates(const std::string& name) {
  std::vector<std::string> result{name};
  if (name.find('/') != std::string::npos) return result;
  std::string file = name;
  if (name.find(".so") == std::string::npos) {
    result.push_back(name + ".so");
    if (!name.starts_with("lib")) result.push_back("lib" + name + ".so");
    file = result.back();
  }
  if (file.ends_with(".so")) {
    for (int version = kHighestVersion; version >= 0; version--)
      result.push_back(fmt::format("{}.{}", file, version));
  }
  return result;
}

// The reason of the first try speaks of the name as it was given; a file that exists and cannot be
// loaded (wrong processor, missing dependency) is the better reason wherever it comes.
bool says_more_than_missing(const std::string& reason) {
  return reason.find("No such file") == std::string::npos;
}

}  // namespace

Result<DynamicLibrary> DynamicLibrary::open(const std::string& name) {
  if (name.empty()) return Error{"cannot load a library with an empty name"};
  std::string tried, reason;
  for (const std::string& candidate : candidates(name)) {
    if (void* handle = dlopen(candidate.c_str(), RTLD_NOW | RTLD_LOCAL))
      return DynamicLibrary(handle, candidate);
    const char* text = dlerror();
    const std::string why = text == nullptr ? "no reason given" : text;
    if (reason.empty() || (!says_more_than_missing(reason) && says_more_than_missing(why)))
      reason = why;
    tried += (tried.empty() ? "" : ", ") + candidate;
  }
  return Error{fmt::format("cannot load the library '{}': {} (tried {})", name, reason, tried)};
}

DynamicLibrary DynamicLibrary::program() {
  return DynamicLibrary(dlopen(nullptr, RTLD_NOW), "the running program");
}

DynamicLibrary::DynamicLibrary(DynamicLibrary&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)), name_(std::move(other.name_)) {}

DynamicLibrary& DynamicLibrary::operator=(DynamicLibrary&& other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(name_, other.name_);
  return *this;
}

DynamicLibrary::~DynamicLibrary() {
  if (handle_ != nullptr) dlclose(handle_);
}

Result<void*> DynamicLibrary::symbol(const std::string& name) const {
  dlerror();
  void* address = dlsym(handle_, name.c_str());
  const char* reason = dlerror();
  if (address != nullptr) return address;
  return Error{fmt::format("no symbol '{}' in '{}'{}{}", name, name_, ": ",
                           reason == nullptr ? "it is a null address" : reason)};
}

}  // namespace banter::platform
