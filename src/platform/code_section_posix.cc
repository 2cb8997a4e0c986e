#include "platform/code_section.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <link.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

namespace banter::platform {

namespace {

struct Search {
  std::uintptr_t address;
  std::string path;
  std::size_t offset = 0;
  bool found = false;
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
    search.path = is_program ? "/proc/self/exe" : object->dlpi_name;
    search.offset = segment.p_offset + (search.address - start);
    search.found = true;
    return 1;
  }
  return 0;
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
  dl_iterate_phdr(look_into_object, &search);
  if (!search.found) return Error{fmt::format("no loaded file holds the code at {}", start)};
  const int file = ::open(search.path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return Error{
        fmt::format("cannot open {} to map code from it: {}", search.path, std::strerror(errno))};
  return CodeSection(start, size, file, search.path, search.offset);
}

CodeSection::CodeSection(CodeSection&& other) noexcept
    : start_(other.start_),
      size_(other.size_),
      file_(std::exchange(other.file_, -1)),
      path_(std::move(other.path_)),
      offset_(other.offset_) {}

CodeSection::~CodeSection() {
  if (file_ >= 0) close(file_);
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

  void* mapped = mmap(code, size_, executable_protection(), MAP_PRIVATE | MAP_FIXED, file_,
                      static_cast<off_t>(offset_));
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
