#include "primitives/file_status.h"

#include <unistd.h>

#include <array>

namespace banter::primitives {
namespace {

using FileStatus = struct stat;

constexpr mode_t kPermissionBits = 07777;

Oop seconds_since_1901(time_t time) {
  return Oop::small_int(std::int64_t{time} + kSecondsFrom1901To1970);
}

Oop number(Mutator& mutator, std::uint64_t value) {
  return mutator.new_integer(value);
}

}  // namespace

std::optional<std::string> path_argument(const Mutator& mutator, const Args& args,
                                         std::uint32_t i) {
  auto path = utf8_of(mutator.heap(), args.at(i));
  if (path && path->find('\0') != path->npos) return std::nullopt;
  return path;
}

std::optional<struct stat> status_of(const std::string& path, bool follow_links) {
  struct stat status {};
  const int code = follow_links ? stat(path.c_str(), &status) : lstat(path.c_str(), &status);
  if (code != 0) return std::nullopt;
  return status;
}

Oop directory_entry_array(Mutator& mutator, const std::string& folder, const std::string& name) {
  const std::string path = folder.ends_with('/') ? folder + name : folder + "/" + name;
  const auto itself = status_of(path, false);
  const auto target = status_of(path, true);
  const FileStatus status = target ? *target : itself.value_or(FileStatus{});
  const Heap& heap = mutator.heap();
  Rooted<> entry(mutator, mutator.new_array(7));
  entry.store(0, make_string(mutator, name));
  entry.store(1, seconds_since_1901(status.st_ctime));
  entry.store(2, seconds_since_1901(status.st_mtime));
  entry.store(3, heap.boolean(S_ISDIR(status.st_mode)));
  entry.store(4, number(mutator, static_cast<std::uint64_t>(status.st_size)));
  entry.store(5, Oop::small_int(status.st_mode & kPermissionBits));
  entry.store(6, heap.boolean(itself && S_ISLNK(itself->st_mode)));
  return entry.oop();
}

Oop status_array(Mutator& mutator, const std::string& path, const struct stat& status) {
  Rooted<> array(mutator, mutator.new_array(13));
  if (S_ISLNK(status.st_mode)) {
    std::array<char, 4096> target{};
    const ssize_t size = readlink(path.c_str(), target.data(), target.size());
    if (size >= 0) {
      const std::string_view text(target.data(), static_cast<std::size_t>(size));
      array.store(0, make_byte_array(mutator, text));
    }
  }
  const std::uint64_t numbers[] = {status.st_mode,
                                   status.st_ino,
                                   status.st_dev,
                                   status.st_nlink,
                                   status.st_uid,
                                   status.st_gid,
                                   static_cast<std::uint64_t>(status.st_size)};
  std::size_t next = 1;
  for (const std::uint64_t value : numbers) array.store(next++, number(mutator, value));
  for (const time_t time : {status.st_atime, status.st_mtime, status.st_ctime, status.st_ctime}) {
    array.store(next++, seconds_since_1901(time));
  }
  return array.oop();
}

const char* type_name(mode_t mode) {
  if (S_ISREG(mode)) return "file";
  if (S_ISDIR(mode)) return "directory";
  if (S_ISLNK(mode)) return "symlink";
  if (S_ISFIFO(mode)) return "fifo";
  if (S_ISSOCK(mode)) return "socket";
  return "device";
}

}  // namespace banter::primitives
