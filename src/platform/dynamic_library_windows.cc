#include <fmt/format.h>
#include <windows.h>

#include <psapi.h>  // after windows.h

#include <algorithm>
#include <vector>

#include "platform/dynamic_library.h"
#include "platform/text_windows.h"

namespace banter::platform {

namespace {

// As it stands (the loader adds .dll to a name without a dot), and with the prefix that libraries
// from other systems keep.
std::vector<std::string> candidates(const std::string& name) {
  std::vector<std::string> result{name};
  if (name.find_first_of("/\\") == std::string::npos && !name.starts_with("lib"))
    result.push_back("lib" + name);
  return result;
}

// The program's own modules, in the order in which they were loaded.
void* find_in_modules(const std::string& name) {
  HMODULE modules[1024];
  DWORD bytes = 0;
  if (EnumProcessModules(GetCurrentProcess(), modules, sizeof modules, &bytes) == 0) return nullptr;
  const std::size_t count = std::min<std::size_t>(bytes, sizeof modules) / sizeof modules[0];
  for (std::size_t i = 0; i < count; i++) {
    if (auto* address = reinterpret_cast<void*>(GetProcAddress(modules[i], name.c_str())))
      return address;
  }
  return nullptr;
}

}  // namespace

Result<DynamicLibrary> DynamicLibrary::open(const std::string& name) {
  if (name.empty()) return Error{"cannot load a library with an empty name"};
  std::string tried;
  DWORD reason = 0;
  for (const std::string& candidate : candidates(name)) {
    if (HMODULE handle = LoadLibraryW(to_wide(candidate).c_str()))
      return DynamicLibrary(handle, candidate);
    // The reason of the first try, unless a later file exists and cannot be loaded.
    const DWORD why = GetLastError();
    if (reason == 0 || (reason == ERROR_MOD_NOT_FOUND && why != ERROR_MOD_NOT_FOUND)) reason = why;
    tried += (tried.empty() ? "" : ", ") + candidate;
  }
  return Error{
      fmt::format("cannot load the library '{}': {} (tried {})", name, reason_text(reason), tried)};
}

DynamicLibrary DynamicLibrary::program() {
  return DynamicLibrary(nullptr, "the running program");
}

DynamicLibrary::DynamicLibrary(DynamicLibrary&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)), name_(std::move(other.name_)) {}

DynamicLibrary& DynamicLibrary::operator=(DynamicLibrary&& other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(name_, other.name_);
  return *this;
}

DynamicLibrary::~DynamicLibrary() {
  if (handle_ != nullptr) FreeLibrary(static_cast<HMODULE>(handle_));
}

Result<void*> DynamicLibrary::symbol(const std::string& name) const {
  void* address =
      handle_ == nullptr
          ? find_in_modules(name)
          : reinterpret_cast<void*>(GetProcAddress(static_cast<HMODULE>(handle_), name.c_str()));
  if (address != nullptr) return address;
  return Error{
      fmt::format("no symbol '{}' in '{}': {}", name, name_, reason_text(ERROR_PROC_NOT_FOUND))};
}

}  // namespace banter::platform
