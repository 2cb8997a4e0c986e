#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "platform/file_replacement.h"

namespace banter::platform {
namespace {

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

Error FileReplacement::error(const char* what) const {
  return Error{fmt::format("cannot {} '{}': {}", what, path_, std::strerror(errno))};
}

Result<FileReplacement> FileReplacement::begin(const std::string& path) {
  FileReplacement replacement;
  replacement.path_ = path;
  for (int attempt = 0; attempt < 100; ++attempt) {
    const std::string name = fmt::format("{}.{}-{}.new", path, getpid(), attempt);
    replacement.file_ = open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (replacement.file_ >= 0) {
      replacement.temporary_ = name;
      return replacement;
    }
    if (errno != EEXIST) break;
  }
  return replacement.error("create");
}

FileReplacement::~FileReplacement() {
  if (file_ >= 0) close(file_);
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

Result<void> FileReplacement::write(std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return error("write");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> FileReplacement::rewrite_start(std::span<const std::uint8_t> bytes) {
  if (lseek(file_, 0, SEEK_SET) != 0) return error("write");
  auto done = write(bytes);
  if (done.ok() && lseek(file_, 0, SEEK_END) < 0) return error("write");
  return done;
}

Result<void> FileReplacement::commit() {
  if (fsync(file_) != 0) return error("write");
  const int file = std::exchange(file_, -1);
  if (close(file) != 0) return error("write");
  if (rename(temporary_.c_str(), path_.c_str()) != 0) return error("replace");
  temporary_.clear();
  // The new name is safe once its folder is on the disk; not every file system can be told so.
  const int folder = open(folder_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) {
    fsync(folder);
    close(folder);
  }
  return {};
}

Result<InputFile> InputFile::open(const std::string& path) {
  InputFile input;
  input.path_ = path;
  input.file_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status;
  if (input.file_ < 0 || fstat(input.file_, &status) != 0)
    return Error{fmt::format("cannot open '{}': {}", path, std::strerror(errno))};
  if (!S_ISREG(status.st_mode)) return Error{fmt::format("'{}' is not a file", path)};
  input.size_ = static_cast<std::uint64_t>(status.st_size);
  return input;
}

InputFile::~InputFile() {
  if (file_ >= 0) close(file_);
}

Result<void> InputFile::read_at(std::uint64_t offset, std::span<std::uint8_t> bytes) const {
  while (!bytes.empty()) {
    const ssize_t got = pread(file_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Error{fmt::format("cannot read '{}': {}", path_, std::strerror(errno))};
    if (got == 0) return Error{fmt::format("'{}' ends at byte {}", path_, offset)};
    bytes = bytes.subspan(static_cast<std::size_t>(got));
    offset += static_cast<std::uint64_t>(got);
  }
  return {};
}

}  // namespace banter::platform
