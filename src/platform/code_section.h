// code_section.h -- maps a stretch of our own executable file a second time.
//
// This is how code comes to lie beside data of its own without any page ever being writable and
// executable, and without executable memory that no file backs: what is mapped are the bytes that
// were linked. Works where mmap and mprotect refuse everything else (SELinux execmem, seccomp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.h"

namespace banter::platform {

class CodeSection {
 public:
  // The section of `size` bytes at `start`, in the program or in the shared library that we are
  // linked into, whether it was linked statically, dynamically or opened with dlopen. Keeps the
  // file open. Fails when no file is found that can be opened and holds that code.
  static Result<CodeSection> find(const void* start, std::size_t size);

  CodeSection(CodeSection&& other) noexcept;
  CodeSection& operator=(CodeSection&&) = delete;
  ~CodeSection();

  // Maps the section, r-x, at an address aligned to its size, and `data_size` zeroed bytes, rw-,
  // right behind it. Both sizes are multiples of the page size. The mapping stays for ever.
  // Fails when the file no longer holds the code that runs, or the system refuses.
  Result<std::byte*> map_with_data(std::size_t data_size) const;

 private:
  // A descriptor, or on Windows the handle of a file mapping.
  using File = std::intptr_t;
  static constexpr File kNoFile = -1;
  CodeSection(const void* start, std::size_t size, File file, std::string path, std::size_t offset)
      : start_(start), size_(size), file_(file), path_(std::move(path)), offset_(offset) {}
  const void* start_;
  std::size_t size_;
  File file_;
  std::string path_;
  std::size_t offset_;
};

}  // namespace banter::platform
