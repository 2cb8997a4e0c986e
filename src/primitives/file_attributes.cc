// file_attributes.cc -- module FileAttributesPlugin, which Pharo's FileSystem calls.
//
// The receiver is ignored. A path is a String, or a ByteArray of its UTF-8 bytes; anything else
// fails with bad_argument. What the system refuses fails with os_error and its words as detail. All
// may collect.
#include <dirent.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "interpreter/interpreter.h"
#include "primitives/file_status.h"
#include "primitives/file_table.h"
#include "primitives/os_failure.h"
#include "primitives/table_list.h"

namespace banter::primitives {
namespace {

FileTable& table_of(const Args& args) {
  return args.vm.extensions().get<FileTable>();
}

// primitiveFileExists(path) -- a Boolean.
Outcome file_exists(Mutator& mutator, const Args& args) {
  const auto path = path_argument(mutator, args, 0);
  if (!path) return Failure::bad_argument;
  return mutator.heap().boolean(access(path->c_str(), F_OK) == 0);
}

constexpr std::int64_t kFirstStatusAttribute = 1;
constexpr std::int64_t kLastStatusAttribute = 12;
constexpr std::int64_t kReadable = 13;
constexpr std::int64_t kExecutable = 15;
constexpr std::int64_t kIsSymlink = 16;

// primitiveFileAttribute(path, n) -- 1 to 12: that element of the status array; 13 to 15: readable,
// writable, executable; 16: a symbolic link.
Outcome file_attribute(Mutator& mutator, const Args& args) {
  constexpr int kAccess[] = {R_OK, W_OK, X_OK};
  const auto path = path_argument(mutator, args, 0);
  const auto number = args.argument<std::int64_t>(1);
  if (!path || !number) return Failure::bad_argument;
  if (*number >= kReadable && *number <= kExecutable) {
    return mutator.heap().boolean(access(path->c_str(), kAccess[*number - kReadable]) == 0);
  }
  const auto status = status_of(*path, *number != kIsSymlink && *number != kFirstStatusAttribute);
  if (!status) return os_failure(mutator, errno, *path);
  if (*number == kIsSymlink) return mutator.heap().boolean(S_ISLNK(status->st_mode));
  if (*number < kFirstStatusAttribute || *number > kLastStatusAttribute) return Failure::bad_index;
  const Oop array = status_array(mutator, *path, *status);
  return array.as_object()->slot(static_cast<std::size_t>(*number - 1));
}

Oop access_array(Mutator& mutator, const std::string& path) {
  Object* array = mutator.new_array(3);
  const int modes[] = {R_OK, W_OK, X_OK};
  for (std::size_t i = 0; i < 3; ++i) {
    array->init_slot(i, mutator.heap().boolean(access(path.c_str(), modes[i]) == 0));
  }
  return array->oop();
}

// primitiveFileAttributes(path, mask) -- mask 1: the status array; 2: { readable. writable.
// executable }; 3: both in an Array; plus 4: of a link itself.
Outcome file_attributes(Mutator& mutator, const Args& args) {
  constexpr int kWantsStatus = 1;
  constexpr int kWantsAccess = 2;
  constexpr int kOfLink = 4;
  const auto path = path_argument(mutator, args, 0);
  const auto mask = args.argument<std::int32_t>(1);
  if (!path || !mask || (*mask & (kWantsStatus | kWantsAccess)) == 0 || *mask > 7 || *mask < 0) {
    return Failure::bad_argument;
  }
  const auto status = status_of(*path, (*mask & kOfLink) == 0);
  if (!status) return os_failure(mutator, errno, *path);
  if ((*mask & kWantsAccess) == 0) return status_array(mutator, *path, *status);
  if ((*mask & kWantsStatus) == 0) return access_array(mutator, *path);
  Rooted<> both(mutator, mutator.new_array(2));
  both.store(0, status_array(mutator, *path, *status));
  both.store(1, access_array(mutator, *path));
  return both.oop();
}

// primitiveFileMasks -- an Array of the mode's kinds: all, socket, link, file, block device,
// directory, character device, pipe.
Outcome file_masks(Mutator& mutator, const Args&) {
  constexpr mode_t kMasks[] = {S_IFMT,  S_IFSOCK, S_IFLNK, S_IFREG,
                               S_IFBLK, S_IFDIR,  S_IFCHR, S_IFIFO};
  Object* array = mutator.new_array(std::size(kMasks));
  for (std::size_t i = 0; i < std::size(kMasks); ++i) {
    array->init_slot(i, Oop::small_int(kMasks[i]));
  }
  return array->oop();
}

// The next entry of an open directory as { name bytes. status array }, with the handle as a third
// element when there is one to show; nil at the end.
Outcome next_entry(Mutator& mutator, OpenDirectory& directory, const Rooted<>* handle) {
  const dirent* entry = nullptr;
  do {
    errno = 0;
    entry = readdir(directory.stream);
  } while (entry != nullptr &&
           (std::strcmp(entry->d_name, ".") == 0 || std::strcmp(entry->d_name, "..") == 0));
  if (entry == nullptr) {
    if (errno != 0) return os_failure(mutator, errno, directory.path);
    return mutator.nil();
  }
  const std::string name = entry->d_name;
  const std::string path = directory.path + "/" + name;
  Rooted<> result(mutator, mutator.new_array(handle == nullptr ? 2 : 3));
  result.store(0, make_byte_array(mutator, name));
  if (const auto status = status_of(path, false)) {
    result.store(1, status_array(mutator, path, *status));
  }
  if (handle != nullptr) result.store(2, handle->oop());
  return result.oop();
}

// primitiveOpendir(path) -- { name. status. handle } of the first entry, nil for an empty folder.
Outcome open_directory(Mutator& mutator, const Args& args) {
  const auto path = path_argument(mutator, args, 0);
  if (!path) return Failure::bad_argument;
  DIR* stream = opendir(path->c_str());
  if (stream == nullptr) return os_failure(mutator, errno, *path);
  const Rooted<> handle(mutator, table_of(args).add_directory(mutator, stream, *path));
  const Outcome first = next_entry(mutator, *table_of(args).find_directory(handle.oop()), &handle);
  if (first.is_failure() || first.result() == mutator.nil()) {
    table_of(args).remove(*table_of(args).find_directory(handle.oop()));
    closedir(stream);
  }
  return first;
}

// primitiveReaddir(handle) -- { name. status } of the next entry, nil at the end.
Outcome read_directory(Mutator& mutator, const Args& args) {
  OpenDirectory* directory = table_of(args).find_directory(args.at(0));
  if (directory == nullptr) return Failure::bad_argument;
  return next_entry(mutator, *directory, nullptr);
}

// primitiveRewinddir(handle) -- { name. status } of the first entry.
Outcome rewind_directory(Mutator& mutator, const Args& args) {
  OpenDirectory* directory = table_of(args).find_directory(args.at(0));
  if (directory == nullptr) return Failure::bad_argument;
  rewinddir(directory->stream);
  return next_entry(mutator, *directory, nullptr);
}

// primitiveClosedir(handle) -- the receiver.
Outcome close_directory(Mutator&, const Args& args) {
  OpenDirectory* directory = table_of(args).find_directory(args.at(0));
  if (directory == nullptr) return Failure::bad_argument;
  DIR* stream = directory->stream;
  table_of(args).remove(*directory);
  closedir(stream);
  return args.receiver();
}

// primitivePathMax
Outcome path_max(Mutator&, const Args&) {
  return Oop::small_int(PATH_MAX);
}

// primitiveChangeMode(path, mode) -- the receiver.
Outcome change_mode(Mutator& mutator, const Args& args) {
  const auto path = path_argument(mutator, args, 0);
  const auto mode = args.argument<std::uint32_t>(1);
  if (!path || !mode || *mode > 07777) return Failure::bad_argument;
  if (chmod(path->c_str(), static_cast<mode_t>(*mode)) != 0) {
    return os_failure(mutator, errno, *path);
  }
  return args.receiver();
}

// primitiveChangeOwner(path, uid, gid), primitiveSymlinkChangeOwner -- the receiver.
template <int (*Function)(const char*, uid_t, gid_t)>
Outcome change_owner(Mutator& mutator, const Args& args) {
  const auto path = path_argument(mutator, args, 0);
  const auto owner = args.argument<std::uint32_t>(1);
  const auto group = args.argument<std::uint32_t>(2);
  if (!path || !owner || !group) return Failure::bad_argument;
  if (Function(path->c_str(), *owner, *group) != 0) return os_failure(mutator, errno, *path);
  return args.receiver();
}

// primitiveLogicalDrives -- 0: there are no drives here.
Outcome logical_drives(Mutator&, const Args&) {
  return Oop::small_int(0);
}

// primitiveStToPlatPath(path), primitivePlatToStPath(bytes) -- the UTF-8 bytes of the path, which
// the system and Smalltalk both take.
Outcome to_platform_path(Mutator& mutator, const Args& args) {
  const auto path = path_argument(mutator, args, 0);
  if (!path) return Failure::bad_argument;
  return make_byte_array(mutator, *path);
}

// primitiveVersionString
Outcome version_string(Mutator& mutator, const Args&) {
  return make_string(mutator, std::string_view("2.0.0"));
}

constexpr NamedEntry kNamedTable[] = {
    {"FileAttributesPlugin", "primitiveFileExists", 1, file_exists},
    {"FileAttributesPlugin", "primitiveFileAttribute", 2, file_attribute},
    {"FileAttributesPlugin", "primitiveFileAttributes", 2, file_attributes},
    {"FileAttributesPlugin", "primitiveFileMasks", 0, file_masks},
    {"FileAttributesPlugin", "primitiveOpendir", 1, open_directory},
    {"FileAttributesPlugin", "primitiveReaddir", 1, read_directory},
    {"FileAttributesPlugin", "primitiveRewinddir", 1, rewind_directory},
    {"FileAttributesPlugin", "primitiveClosedir", 1, close_directory},
    {"FileAttributesPlugin", "primitivePathMax", 0, path_max},
    {"FileAttributesPlugin", "primitiveChangeMode", 2, change_mode},
    {"FileAttributesPlugin", "primitiveChangeOwner", 3, change_owner<chown>},
    {"FileAttributesPlugin", "primitiveSymlinkChangeOwner", 3, change_owner<lchown>},
    {"FileAttributesPlugin", "primitiveLogicalDrives", 0, logical_drives},
    {"FileAttributesPlugin", "primitiveStToPlatPath", 1, to_platform_path},
    {"FileAttributesPlugin", "primitivePlatToStPath", 1, to_platform_path},
    {"FileAttributesPlugin", "primitiveVersionString", 0, version_string},
};

}  // namespace

NamedTable file_attributes_named_table() {
  return kNamedTable;
}

}  // namespace banter::primitives
