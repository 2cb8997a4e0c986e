// file_replacement.h -- a file that appears under its name all at once, or not at all.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "base/result.h"

namespace banter::platform {

// What is written goes to a new file in the same folder; commit() puts it on the disk and gives it
// the name. Without a commit the new file is removed and an older one of that name is untouched.
class FileReplacement {
 public:
  static Result<FileReplacement> begin(const std::string& path);
  ~FileReplacement();
  FileReplacement(FileReplacement&& other) noexcept { *this = std::move(other); }
  FileReplacement& operator=(FileReplacement&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(temporary_, other.temporary_);
    std::swap(file_, other.file_);
    return *this;
  }

  Result<void> write(std::span<const std::uint8_t> bytes);
  // Replaces the first bytes of what has been written.
  Result<void> rewrite_start(std::span<const std::uint8_t> bytes);
  Result<void> commit();

 private:
  FileReplacement() = default;
  Error error(const char* what) const;

  std::string path_, temporary_;
  int file_ = -1;
};

// A file read piece by piece.
class InputFile {
 public:
  static Result<InputFile> open(const std::string& path);
  ~InputFile();
  InputFile(InputFile&& other) noexcept { *this = std::move(other); }
  InputFile& operator=(InputFile&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(file_, other.file_);
    std::swap(size_, other.size_);
    return *this;
  }

  std::uint64_t size() const { return size_; }
  // All of `bytes`, from `offset` on; an end of the file before that is an error.
  Result<void> read_at(std::uint64_t offset, std::span<std::uint8_t> bytes) const;

 private:
  InputFile() = default;
  std::string path_;
  int file_ = -1;
  std::uint64_t size_ = 0;
};

}  // namespace banter::platform
