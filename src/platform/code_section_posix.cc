#include "platform/code_section.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <link.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <vector>

namespace banter::platform {

namespace {

// A file that may be the one we were loaded from.
struct Candidate {
  std::string path;
  std::size_t offset = 0;  // of the code
};

struct Search {
  std::uintptr_t address;
  std::vector<Candidate> found;
};

int look_into_object(dl_phdr_info* object, std::size_t, void* data) {
  auto& search = *static_cast<Search*>(data);
  for (int i = 0; i < object->dlpi_phnum; i++) {
    const auto& segment = object->dlpi_phdr[i];
    const std::uintptr_t start = object->dlpi_addr + segment.p_vaddr;
    if (segment.p_type != PT_LOAD || search.address < start ||
        search.address - start >= segment.p_filesz)
      continue;
    const bool is_program = object->dlpi_name == nullptr || object->dlpi_name[0] == '\0';
    const std::size_t offset = segment.p_offset + (search.address - start);
    search.found.push_back({is_program ? "/proc/self/exe" : object->dlpi_name, offset});
    if (const auto* name = reinterpret_cast<const char*>(getauxval(AT_EXECFN));
        is_program && name != nullptr)
      search.found.push_back({name, offset});
    return 1;
  }
  return 0;
}

// What the kernel says: a whole path, where the loader may only know "./plugin.so" from before a
// chdir, and the program itself where ld.so was told to run it.
void look_into_maps(Search& search) {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    std::uintptr_t start = 0;
    std::uintptr_t end = 0;
    unsigned long long offset = 0;
    int path = 0;
    if (std::sscanf(line.c_str(), "%" SCNxPTR "-%" SCNxPTR " %*s %llx %*s %*s %n", &start, &end,
                    &offset, &path) < 3)
      continue;
    if (search.address < start || search.address >= end) continue;
    if (path > 0 && line[static_cast<std::size_t>(path)] == '/') {
      search.found.push_back({line.substr(static_cast<std::size_t>(path)),
                              static_cast<std::size_t>(offset) + (search.address - start)});
    }
    return;
  }
}

bool holds(int file, std::size_t offset, const void* code, std::size_t size) {
  std::byte chunk[4096];
  const auto* expected = static_cast<const std::byte*>(code);
  for (std::size_t at = 0; at < size;) {
    const std::size_t wanted = std::min(size - at, sizeof chunk);
    const ssize_t count = pread(file, chunk, wanted, static_cast<off_t>(offset + at));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0 || std::memcmp(chunk, expected + at, static_cast<std::size_t>(count)) != 0)
      return false;
    at += static_cast<std::size_t>(count);
  }
  return true;
}

// Guarded pages let an indirect jump land on `bti` instructions only; a thunk begins with one.
int executable_protection() {
  int protection = PROT_READ | PROT_EXEC;
#if defined(__aarch64__)
  constexpr unsigned long kHwcap2Bti = 1ul << 17;
  constexpr int kProtBti = 0x10;
  if ((getauxval(AT_HWCAP2) & kHwcap2Bti) != 0) protection |= kProtBti;
#endif
  return protection;
}

}  // namespace

Result<CodeSection> CodeSection::find(const void* start, std::size_t size) {
  Search search{reinterpret_cast<std::uintptr_t>(start), {}};
  look_into_maps(search);
  dl_iterate_phdr(look_into_object, &search);
  std::string tried;
  for (const Candidate& each : search.found) {
    const int file = ::open(each.path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file >= 0 && holds(file, each.offset, start, size))
      return CodeSection(start, size, file, each.path, each.offset);
    tried += fmt::format("{}{}: {}", tried.empty() ? "" : "; ", each.path,
                         file < 0 ? std::strerror(errno) : "not the code that is running");
    if (file >= 0) close(file);
  }
  return Error{fmt::format("cannot map code from the file that was loaded at {}: {}", start,
                           tried.empty() ? "none is known" : tried)};
}

CodeSection::CodeSection(CodeSection&& other) noexcept
    : start_(other.start_),
      size_(other.size_),
      file_(std::exchange(other.file_, kNoFile)),
      path_(std::move(other.path_)),
      offset_(other.offset_) {}

CodeSection::~CodeSection() {
  if (file_ != kNoFile) close(static_cast<int>(file_));
}

Result<std::byte*> CodeSection::map_with_data(std::size_t data_size) const {
  const std::size_t total = size_ + data_size;
  const auto failure = [&](const char* what) {
    return Error{fmt::format("cannot {} {} bytes of code from {} at offset {}: {}", what, size_,
                             path_, offset_, std::strerror(errno))};
  };
  void* reserved =
      mmap(nullptr, total + size_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (reserved == MAP_FAILED) return failure("reserve room for");
  auto* low = static_cast<std::byte*>(reserved);
  const std::size_t before = -reinterpret_cast<std::uintptr_t>(low) & (size_ - 1);
  std::byte* code = low + before;
  if (before != 0) munmap(low, before);
  if (before != size_) munmap(code + total, size_ - before);

  void* mapped = mmap(code, size_, executable_protection(), MAP_PRIVATE | MAP_FIXED,
                      static_cast<int>(file_), static_cast<off_t>(offset_));
  if (mapped == MAP_FAILED || mprotect(code + size_, data_size, PROT_READ | PROT_WRITE) != 0) {
    const Error error = failure("map");
    munmap(code, total);
    return error;
  }
  if (std::memcmp(code, start_, size_) != 0) {
    munmap(code, total);
    return Error{fmt::format("{} no longer holds the code that is running", path_)};
  }
  return code;
}

}  // namespace banter::platform
