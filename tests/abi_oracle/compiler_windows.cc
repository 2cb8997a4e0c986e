// compiler_windows.cc -- the compiler that built the test: one for Windows on Windows, and under
// Wine the cross compiler, which is a program of the system below.
#include "compiler.h"

#include <fmt/core.h>
#include <windows.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <thread>

namespace banter::abi_oracle {
namespace {

constexpr const char* kOptions = "-std=gnu11 -O1 -w -shared -static-libgcc";

// Wine's own function: the name that the system below has for a file. Null on Windows.
using UnixName = char*(CDECL*)(const wchar_t*);
UnixName unix_name_function() {
  return reinterpret_cast<UnixName>(reinterpret_cast<void*>(
      GetProcAddress(GetModuleHandleW(L"kernel32.dll"), "wine_get_unix_file_name")));
}

// Wine starts programs of the system below, but has no handle to wait for them: the shell writes
// their exit status to a file.
int run_below(const std::string& command, const std::filesystem::path& status_file,
              const std::string& status_name) {
  std::string line = fmt::format("sh -c \"{}; echo $? > '{}'\"", command, status_name);
  STARTUPINFOA startup{};
  startup.cb = sizeof startup;
  PROCESS_INFORMATION process{};
  if (CreateProcessA("\\\\?\\unix\\bin\\sh", line.data(), nullptr, nullptr, FALSE, 0, nullptr,
                     nullptr, &startup, &process) == 0)
    return -1;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(5);
  while (std::chrono::steady_clock::now() < deadline) {
    std::ifstream file(status_file);
    std::string status;
    if (std::getline(file, status) && !file.eof()) return std::stoi(status);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return -1;
}

}  // namespace

std::string compile(abi::AbiName /*win_x64*/, const std::filesystem::path& folder) {
  const UnixName unix_name = unix_name_function();
  const std::string folder_name =
      unix_name == nullptr ? folder.string() : unix_name(folder.wstring().c_str());
  const std::string command = fmt::format(
      BANTER_C_COMPILER " {0} -o {1}/oracle.so {1}/oracle.c {1}/guard.c", kOptions, folder_name);
  const int status = unix_name == nullptr
                         ? std::system(command.c_str())
                         : run_below(command, folder / "status", folder_name + "/status");
  return status == 0 ? "" : command;
}

}  // namespace banter::abi_oracle
