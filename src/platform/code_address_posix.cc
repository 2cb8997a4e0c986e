#include "platform/code_address.h"

#include <cxxabi.h>
#include <dlfcn.h>
#include <fmt/core.h>

#include <cstdlib>
#include <memory>

namespace banter::platform {

namespace {

std::string demangled(const char* symbol) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name(
      abi::__cxa_demangle(symbol, nullptr, nullptr, &status), std::free);
  return name == nullptr ? symbol : name.get();
}

std::string file_name(const char* path) {
  const std::string text = path;
  return text.substr(text.rfind('/') + 1);
}

}  // namespace

std::string describe_code(std::uintptr_t address) {
  Dl_info info = {};
  if (dladdr(reinterpret_cast<const void*>(address), &info) == 0 || info.dli_fname == nullptr)
    return fmt::format("{:#x}", address);
  const std::string file = file_name(info.dli_fname);
  if (info.dli_sname == nullptr)
    return fmt::format("+{:#x} ({})", address - reinterpret_cast<std::uintptr_t>(info.dli_fbase),
                       file);
  return fmt::format("{}+{:#x} ({})", demangled(info.dli_sname),
                     address - reinterpret_cast<std::uintptr_t>(info.dli_saddr), file);
}

bool is_own_code(std::uintptr_t address) {
  Dl_info there = {}, here = {};
  return dladdr(reinterpret_cast<const void*>(address), &there) != 0 &&
         dladdr(reinterpret_cast<const void*>(&is_own_code), &here) != 0 &&
         there.dli_fbase == here.dli_fbase;
}

}  // namespace banter::platform
