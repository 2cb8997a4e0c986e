// directory.cc -- folders: module FilePlugin's and Banter's.
//
// The receiver is ignored. A path is a String, or a ByteArray of its UTF-8 bytes; anything else
// fails with bad_argument. What the system refuses fails with os_error and its words as detail. All
// may collect.
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string>
#include <vector>

#include "primitives/file_status.h"
#include "primitives/os_failure.h"
#include "primitives/table_list.h"

namespace banter::primitives {
namespace {

constexpr mode_t kNewDirectoryMode = 0777;

// The sorted names in a folder, without . and ..; nothing when it cannot be read: errno says why.
std::optional<std::vector<std::string>> names_in(const std::string& path) {
  const auto closer = [](DIR* stream) { closedir(stream); };
  const std::unique_ptr<DIR, decltype(closer)> stream(opendir(path.c_str()), closer);
  if (stream == nullptr) return std::nullopt;
  std::vector<std::string> names;
  while (const dirent* entry = readdir(stream.get())) {
    std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

// FilePlugin primitiveDirectoryDelimitor
Outcome delimiter(Mutator&, const Args&) {
  return Oop::character('/');
}

// FilePlugin primitiveDirectoryCreate(path) -- the receiver.
Outcome create(Mutator& mutator, const Args& args) {
  const auto path = path_argument(mutator, args, 0);
  if (!path) return Failure::bad_argument;
  if (mkdir(path->c_str(), kNewDirectoryMode) != 0) return os_failure(mutator, errno, *path);
  return args.receiver();
}

// FilePlugin primitiveDirectoryDelete(path) -- the receiver; the folder must be empty.
Outcome remove(Mutator& mutator, const Args& args) {
  const auto path = path_argument(mutator, args, 0);
  if (!path) return Failure::bad_argument;
  if (rmdir(path->c_str()) != 0) return os_failure(mutator, errno, *path);
  return args.receiver();
}

// An empty path means the root here, as in Squeak and Pharo.
std::string folder_of(const std::string& path) {
  return path.empty() ? "/" : path;
}

// FilePlugin primitiveDirectoryLookup(path, index) -- the index-th entry (see file_status.h), nil
// behind the last one.
Outcome lookup(Mutator& mutator, const Args& args) {
  const auto path = path_argument(mutator, args, 0);
  const auto index = args.argument<std::int64_t>(1);
  if (!path || !index || *index < 1) return Failure::bad_argument;
  const auto names = names_in(folder_of(*path));
  if (!names) return os_failure(mutator, errno, *path);
  if (*index > static_cast<std::int64_t>(names->size())) return mutator.nil();
  return directory_entry_array(mutator, folder_of(*path),
                               (*names)[static_cast<std::size_t>(*index - 1)]);
}

// FilePlugin primitiveDirectoryEntry(path, name) -- that entry, or nil.
Outcome entry(Mutator& mutator, const Args& args) {
  const auto path = path_argument(mutator, args, 0);
  const auto name = path_argument(mutator, args, 1);
  if (!path || !name) return Failure::bad_argument;
  const std::string folder = folder_of(*path);
  if (!status_of(folder.ends_with('/') ? folder + *name : folder + "/" + *name, false)) {
    return mutator.nil();
  }
  return directory_entry_array(mutator, folder, *name);
}

// Banter primitiveDirectoryEntries(path) -- an Array of the sorted names in a folder.
Outcome entries(Mutator& mutator, const Args& args) {
  const auto path = path_argument(mutator, args, 0);
  if (!path) return Failure::bad_argument;
  const auto names = names_in(*path);
  if (!names) return os_failure(mutator, errno, *path);
  Rooted<> array(mutator, mutator.new_array(names->size()));
  for (std::size_t i = 0; i < names->size(); ++i) array.store(i, make_string(mutator, (*names)[i]));
  return array.oop();
}

constexpr NamedEntry kNamedTable[] = {
    {"FilePlugin", "primitiveDirectoryDelimitor", 0, delimiter},
    {"FilePlugin", "primitiveDirectoryCreate", 1, create},
    {"FilePlugin", "primitiveDirectoryDelete", 1, remove},
    {"FilePlugin", "primitiveDirectoryLookup", 2, lookup},
    {"FilePlugin", "primitiveDirectoryEntry", 2, entry},
    {"Banter", "primitiveDirectoryEntries", 1, entries},
};

}  // namespace

NamedTable directory_named_table() {
  return kNamedTable;
}

}  // namespace banter::primitives
