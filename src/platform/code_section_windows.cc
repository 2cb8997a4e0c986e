#include "platform/code_section.h"

#include <fmt/format.h>
#include <windows.h>

#include <cstring>
#include <optional>
#include <utility>

#include "platform/text_windows.h"

namespace banter::platform {

namespace {

// What an address in memory is in the program's or library's file.
std::optional<std::size_t> file_offset(HMODULE module, const void* address) {
  const auto* base = reinterpret_cast<const std::byte*>(module);
  const auto* dos = reinterpret_cast<const IMAGE_DOS_HEADER*>(base);
  const auto* headers = reinterpret_cast<const IMAGE_NT_HEADERS*>(base + dos->e_lfanew);
  const auto at = static_cast<std::size_t>(static_cast<const std::byte*>(address) - base);
  const IMAGE_SECTION_HEADER* section = IMAGE_FIRST_SECTION(headers);
  for (unsigned i = 0; i < headers->FileHeader.NumberOfSections; i++, section++) {
    if (at >= section->VirtualAddress && at - section->VirtualAddress < section->SizeOfRawData)
      return section->PointerToRawData + (at - section->VirtualAddress);
  }
  return std::nullopt;
}

std::wstring path_of(HMODULE module) {
  std::wstring path(MAX_PATH, 0);
  while (true) {
    const DWORD size = GetModuleFileNameW(module, path.data(), static_cast<DWORD>(path.size()));
    if (size < path.size()) return path.substr(0, size);
    path.resize(2 * path.size());
  }
}

HANDLE as_handle(std::intptr_t file) {
  return reinterpret_cast<HANDLE>(file);
}

}  // namespace

Result<CodeSection> CodeSection::find(const void* start, std::size_t size) {
  const auto failure = [&](const std::string& what) {
    return Error{
        fmt::format("cannot map code from the file that was loaded at {}: {}", start, what)};
  };
  HMODULE module = nullptr;
  const DWORD by_address =
      GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT;
  if (GetModuleHandleExW(by_address, static_cast<const wchar_t*>(start), &module) == 0)
    return failure("none is known");
  const auto offset = file_offset(module, start);
  if (!offset) return failure("no section of it has that address");
  const std::size_t skipped = -*offset & (size - 1);

  const std::wstring wide_path = path_of(module);
  const std::string path = to_utf8(wide_path);
  const auto refused = [&] { return failure(path + ": " + reason_text(GetLastError())); };
  const HANDLE file = CreateFileW(wide_path.c_str(), GENERIC_READ | GENERIC_EXECUTE,
                                  FILE_SHARE_READ | FILE_SHARE_DELETE, nullptr, OPEN_EXISTING,
                                  FILE_ATTRIBUTE_NORMAL, nullptr);
  if (file == INVALID_HANDLE_VALUE) return refused();
  const HANDLE mapping = CreateFileMappingW(file, nullptr, PAGE_EXECUTE_READ, 0, 0, nullptr);
  if (mapping == nullptr) {
    const Error error = refused();
    CloseHandle(file);
    return error;
  }
  CloseHandle(file);  // the mapping keeps it open
  return CodeSection(static_cast<const std::byte*>(start) + skipped, size,
                     reinterpret_cast<File>(mapping), path, *offset + skipped);
}

CodeSection::CodeSection(CodeSection&& other) noexcept
    : start_(other.start_),
      size_(other.size_),
      file_(std::exchange(other.file_, kNoFile)),
      path_(std::move(other.path_)),
      offset_(other.offset_) {}

CodeSection::~CodeSection() {
  if (file_ != kNoFile) CloseHandle(as_handle(file_));
}

// A view cannot replace a part of a reservation, so that room which was found must be given up
// before it is filled; another thread may take it then, and the next room is tried.
Result<std::byte*> CodeSection::map_with_data(std::size_t data_size) const {
  constexpr int kTries = 100;
  const std::size_t total = size_ + data_size;
  const auto failure = [&](const char* what) {
    return Error{fmt::format("cannot {} {} bytes of code from {} at offset {}: {}", what, size_,
                             path_, offset_, reason_text(GetLastError()))};
  };
  for (int i = 0; i < kTries; i++) {
    void* room = VirtualAlloc(nullptr, total, MEM_RESERVE, PAGE_NOACCESS);
    if (room == nullptr) return failure("reserve room for");
    VirtualFree(room, 0, MEM_RELEASE);
    auto* data = static_cast<std::byte*>(room) + size_;
    if (VirtualAlloc(data, data_size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE) == nullptr)
      continue;
    void* code = MapViewOfFileEx(as_handle(file_), FILE_MAP_READ | FILE_MAP_EXECUTE,
                                 static_cast<DWORD>(std::uint64_t{offset_} >> 32),
                                 static_cast<DWORD>(offset_), size_, room);
    const Error error = failure("map");
    if (code == room && std::memcmp(code, start_, size_) == 0) return static_cast<std::byte*>(code);
    VirtualFree(data, 0, MEM_RELEASE);
    if (code == room) {
      UnmapViewOfFile(code);
      return Error{fmt::format("{} no longer holds the code that is running", path_)};
    }
    MEMORY_BASIC_INFORMATION there{};
    const bool was_taken = VirtualQuery(room, &there, sizeof there) != 0 && there.State != MEM_FREE;
    if (!was_taken) return error;
  }
  return failure("find room for");
}

}  // namespace banter::platform
