#include <windows.h>

#include <fmt/core.h>

#include "platform/code_address.h"
#include "platform/text_windows.h"

namespace banter::platform {

namespace {

HMODULE module_of(std::uintptr_t address) {
  HMODULE module = nullptr;
  const DWORD flags =
      GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT;
  return GetModuleHandleExW(flags, reinterpret_cast<LPCWSTR>(address), &module) != 0 ? module
                                                                                     : nullptr;
}

}  // namespace

std::string describe_code(std::uintptr_t address) {
  HMODULE module = module_of(address);
  char path[MAX_PATH];
  if (module == nullptr || GetModuleFileNameA(module, path, MAX_PATH) == 0)
    return fmt::format("{:#x}", address);
  const std::string file = path;
  return fmt::format("+{:#x} ({})", address - reinterpret_cast<std::uintptr_t>(module),
                     file.substr(file.rfind('\\') + 1));
}

bool is_own_code(std::uintptr_t address) {
  return module_of(address) == module_of(reinterpret_cast<std::uintptr_t>(&is_own_code));
}

}  // namespace banter::platform
