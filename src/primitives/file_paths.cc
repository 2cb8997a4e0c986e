// file_paths.cc -- files by name: the rest of module FilePlugin, and shorter ways in module Banter.
//
// The receiver is ignored; most answer it. A path is a String, or a ByteArray of its UTF-8 bytes;
// anything else fails with bad_argument. What the system refuses fails with os_error and its words
// as detail. All may collect.
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "primitives/file_status.h"
#include "primitives/os_failure.h"
#include "primitives/table_list.h"

namespace banter::primitives {
namespace {

// FilePlugin primitiveFileDelete(name)
Outcome file_delete(Mutator& mutator, const Args& args) {
  const auto path = path_argument(mutator, args, 0);
  if (!path) return Failure::bad_argument;
  if (unlink(path->c_str()) != 0) return os_failure(mutator, errno, *path);
  return args.receiver();
}

// FilePlugin primitiveFileRename(old, new)
Outcome file_rename(Mutator& mutator, const Args& args) {
  const auto from = path_argument(mutator, args, 0);
  const auto to = path_argument(mutator, args, 1);
  if (!from || !to) return Failure::bad_argument;
  if (std::rename(from->c_str(), to->c_str()) != 0) return os_failure(mutator, errno, *from);
  return args.receiver();
}

// Banter primitiveFileStat(path, followLinks) -- nil when there is no such file, else { type. size.
// permissions. modified. accessed. changed. inode. uid. gid. device }, times in microseconds since
// 1970.
Outcome file_stat(Mutator& mutator, const Args& args) {
  constexpr mode_t kPermissionBits = 07777;
  const auto path = path_argument(mutator, args, 0);
  const auto follow = boolean_value(mutator.heap(), args.at(1));
  if (!path || !follow) return Failure::bad_argument;
  const auto status = status_of(*path, *follow);
  if (!status) {
    if (errno == ENOENT || errno == ENOTDIR) return mutator.nil();
    return os_failure(mutator, errno, *path);
  }
  const auto microseconds = [](const timespec& time) {
    return Oop::small_int(std::int64_t{time.tv_sec} * 1'000'000 + time.tv_nsec / 1000);
  };
  Rooted<> result(mutator, mutator.new_array(10));
  result.store(0, make_string(mutator, std::string_view(type_name(status->st_mode))));
  result.store(1, Oop::small_int(status->st_size));
  result.store(2, Oop::small_int(status->st_mode & kPermissionBits));
  result.store(3, microseconds(status->st_mtim));
  result.store(4, microseconds(status->st_atim));
  result.store(5, microseconds(status->st_ctim));
  result.store(6, mutator.new_integer(std::uint64_t{status->st_ino}));
  result.store(7, Oop::small_int(status->st_uid));
  result.store(8, Oop::small_int(status->st_gid));
  result.store(9, mutator.new_integer(std::uint64_t{status->st_dev}));
  return result.oop();
}

// Banter primitiveFileReadAll(path) -- a ByteArray of the whole file.
Outcome file_read_all(Mutator& mutator, const Args& args) {
  const auto path = path_argument(mutator, args, 0);
  if (!path) return Failure::bad_argument;
  const auto closer = [](std::FILE* file) { std::fclose(file); };
  const std::unique_ptr<std::FILE, decltype(closer)> file(std::fopen(path->c_str(), "rbe"), closer);
  if (file == nullptr) return os_failure(mutator, errno, *path);
  std::string contents;
  char chunk[1 << 16];
  while (const std::size_t got = std::fread(chunk, 1, sizeof chunk, file.get())) {
    contents.append(chunk, got);
  }
  if (std::ferror(file.get()) != 0) return os_failure(mutator, errno, *path);
  return make_byte_array(mutator, contents);
}

// Banter primitiveFileCopy(from, to) -- replaces what is there.
Outcome file_copy(Mutator& mutator, const Args& args) {
  const auto from = path_argument(mutator, args, 0);
  const auto to = path_argument(mutator, args, 1);
  if (!from || !to) return Failure::bad_argument;
  std::error_code error;
  std::filesystem::copy_file(*from, *to, std::filesystem::copy_options::overwrite_existing, error);
  if (error) return os_failure(mutator, error.value(), *from);
  return args.receiver();
}

// Banter primitiveFileResolve(path) -- the absolute path without links.
Outcome file_resolve(Mutator& mutator, const Args& args) {
  const auto path = path_argument(mutator, args, 0);
  if (!path) return Failure::bad_argument;
  std::error_code error;
  const std::filesystem::path real = std::filesystem::canonical(*path, error);
  if (error) return os_failure(mutator, error.value(), *path);
  return make_string(mutator, real.string());
}

// Banter primitiveFileSymlink(target, link)
Outcome file_symlink(Mutator& mutator, const Args& args) {
  const auto target = path_argument(mutator, args, 0);
  const auto link = path_argument(mutator, args, 1);
  if (!target || !link) return Failure::bad_argument;
  if (symlink(target->c_str(), link->c_str()) != 0) return os_failure(mutator, errno, *link);
  return args.receiver();
}

// Banter primitiveFileAccess(path, mask) -- whether all of 1 execute, 2 write, 4 read are allowed.
Outcome file_access(Mutator& mutator, const Args& args) {
  const auto path = path_argument(mutator, args, 0);
  const auto mask = args.argument<std::int32_t>(1);
  if (!path || !mask || *mask < 0 || *mask > 7) return Failure::bad_argument;
  return mutator.heap().boolean(access(path->c_str(), *mask) == 0);
}

// Banter primitiveTemporaryDirectory -- where files that nobody will miss belong.
Outcome temporary_directory(Mutator& mutator, const Args&) {
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::temp_directory_path(error);
  return make_string(mutator, error ? std::string("/tmp") : folder.string());
}

// Banter primitiveMakeTemporaryDirectory(prefix) -- the path of a new folder, named by the prefix
// and six random characters.
Outcome make_temporary_directory(Mutator& mutator, const Args& args) {
  const auto prefix = path_argument(mutator, args, 0);
  if (!prefix) return Failure::bad_argument;
  std::string path = *prefix + "XXXXXX";
  if (mkdtemp(path.data()) == nullptr) return os_failure(mutator, errno, *prefix);
  return make_string(mutator, path);
}

constexpr NamedEntry kNamedTable[] = {
    {"FilePlugin", "primitiveFileDelete", 1, file_delete},
    {"FilePlugin", "primitiveFileRename", 2, file_rename},
    {"Banter", "primitiveFileStat", 2, file_stat},
    {"Banter", "primitiveFileReadAll", 1, file_read_all},
    {"Banter", "primitiveFileCopy", 2, file_copy},
    {"Banter", "primitiveFileResolve", 1, file_resolve},
    {"Banter", "primitiveFileSymlink", 2, file_symlink},
    {"Banter", "primitiveFileAccess", 2, file_access},
    {"Banter", "primitiveTemporaryDirectory", 0, temporary_directory},
    {"Banter", "primitiveMakeTemporaryDirectory", 1, make_temporary_directory},
};

}  // namespace

NamedTable file_path_named_table() {
  return kNamedTable;
}

}  // namespace banter::primitives
