// file_status.h -- what the system knows about a file, as the Arrays that primitives answer.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <optional>
#include <string>

#include "primitives/values.h"

namespace banter::primitives {

// Seconds between 1901, where Smalltalk's calendar begins, and 1970.
constexpr std::int64_t kSecondsFrom1901To1970 = 2177452800;

// Argument i as the UTF-8 of a path: a String or a ByteArray without zero bytes.
std::optional<std::string> path_argument(const Mutator& mutator, const Args& args, std::uint32_t i);

// Nothing when there is no such file: errno says why.
std::optional<struct stat> status_of(const std::string& path, bool follow_links);

// FilePlugin's directory entry: { name. created. modified. isDirectory. size. mode. isSymlink },
// times in seconds since 1901. May collect.
Oop directory_entry_array(Mutator& mutator, const std::string& folder, const std::string& name);

// FileAttributesPlugin's status: { target or nil. mode. inode. device. links. uid. gid. size.
// accessed. modified. changed. created. nil }, times in seconds since 1901. May collect.
Oop status_array(Mutator& mutator, const std::string& path, const struct stat& status);

// `file`, `directory`, `symlink`, `fifo`, `socket` or `device`.
const char* type_name(mode_t mode);

}  // namespace banter::primitives
