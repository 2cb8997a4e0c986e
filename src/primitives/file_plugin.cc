// file_plugin.cc -- open files: module FilePlugin, and primitiveFileOpenMode of module Banter.
//
// The receiver is ignored. A handle is what file_table.h says; others fail with bad_argument. What
// the system refuses fails with os_error and its words as detail. Positions are 0-based bytes.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "interpreter/callback.h"
#include "interpreter/interpreter.h"
#include "primitives/elements.h"
#include "primitives/file_status.h"
#include "primitives/file_table.h"
#include "primitives/os_failure.h"
#include "primitives/table_list.h"

namespace banter::primitives {
namespace {

constexpr mode_t kNewFileMode = 0666;
constexpr std::size_t kLargestTransfer = std::size_t{1} << 30;

FileTable& table_of(const Args& args) {
  return args.vm.extensions().get<FileTable>();
}

OpenFile* file_argument(const Args& args) {
  return table_of(args).find(args.at(0));
}

Outcome open_file(Mutator& mutator, const Args& args, const std::string& path, int flags) {
  const int descriptor = open(path.c_str(), flags | O_CLOEXEC, kNewFileMode);
  if (descriptor < 0) return os_failure(mutator, errno, path);
  struct stat status {};
  if (fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
    close(descriptor);
    return os_failure(mutator, EISDIR, path);
  }
  const bool writable = (flags & O_ACCMODE) != O_RDONLY;
  return table_of(args).add(mutator, descriptor, writable, true, path);
}

// FilePlugin primitiveFileOpen(name, writable) -- a handle. A writable file is made if it is
// missing; its contents stay.  Fails: bad_argument, os_error.  May collect: yes.
Outcome file_open(Mutator& mutator, const Args& args) {
  const auto path = path_argument(mutator, args, 0);
  const auto writable = boolean_value(mutator.heap(), args.at(1));
  if (!path || !writable) return Failure::bad_argument;
  return open_file(mutator, args, *path, *writable ? O_RDWR | O_CREAT : O_RDONLY);
}

std::optional<int> flags_of_mode(std::string_view mode) {
  if (mode == "r") return O_RDONLY;
  if (mode == "r+") return O_RDWR;
  if (mode == "w") return O_RDWR | O_CREAT | O_TRUNC;
  if (mode == "a") return O_RDWR | O_CREAT | O_APPEND;
  if (mode == "x") return O_RDWR | O_CREAT | O_EXCL;
  return std::nullopt;
}

// Banter primitiveFileOpenMode(path, mode) -- a handle. Modes: r, r+, w (empties it), a (appends),
// x (must not exist).  Fails: bad_argument, os_error.  May collect: yes.
Outcome file_open_mode(Mutator& mutator, const Args& args) {
  const auto path = path_argument(mutator, args, 0);
  const auto mode = utf8_of(mutator.heap(), args.at(1));
  const auto flags = mode ? flags_of_mode(*mode) : std::nullopt;
  if (!path || !flags) return Failure::bad_argument;
  return open_file(mutator, args, *path, *flags);
}

// FilePlugin primitiveFileClose(handle) -- the receiver.  Fails: bad_argument, os_error.
// May collect: only to report an error.
Outcome file_close(Mutator& mutator, const Args& args) {
  OpenFile* file = file_argument(args);
  if (file == nullptr) return Failure::bad_argument;
  const int descriptor = file->descriptor;
  const bool owned = file->owned;
  const std::string name = file->name;
  table_of(args).remove(*file);
  if (owned && close(descriptor) != 0) return os_failure(mutator, errno, name);
  return args.receiver();
}

// FilePlugin primitiveFileStdioHandles -- an Array of handles for stdin, stdout and stderr.
// Fails: no.  May collect: yes.
Outcome stdio_handles(Mutator& mutator, const Args& args) {
  static constexpr const char* kNames[] = {"stdin", "stdout", "stderr"};
  Rooted<> handles(mutator, mutator.new_array(3));
  for (int descriptor = 0; descriptor < 3; ++descriptor) {
    const Oop handle = table_of(args).standard_stream(mutator, descriptor, kNames[descriptor]);
    handles.store(static_cast<std::size_t>(descriptor), handle);
  }
  return handles.oop();
}

// FilePlugin primitiveConnectToFileDescriptor(descriptor, writable) -- a handle; closing it closes
// the descriptor.  Fails: bad_argument, os_error.  May collect: yes.
Outcome connect_to_descriptor(Mutator& mutator, const Args& args) {
  const auto descriptor = args.argument<std::int32_t>(0);
  const auto writable = boolean_value(mutator.heap(), args.at(1));
  if (!descriptor || *descriptor < 0 || !writable) return Failure::bad_argument;
  struct stat status {};
  if (fstat(*descriptor, &status) != 0) return os_failure(mutator, errno, "file descriptor");
  const bool owned = *descriptor > STDERR_FILENO;
  return table_of(args).add(mutator, *descriptor, *writable, owned, "file descriptor");
}

// FilePlugin primitiveFileDescriptorType(descriptor) -- 1 a terminal, 2 a pipe, 3 a file, 0 another
// kind, -1 none.  Fails: bad_argument.  May collect: no.
Outcome descriptor_type(Mutator&, const Args& args) {
  const auto descriptor = args.argument<std::int32_t>(0);
  if (!descriptor) return Failure::bad_argument;
  struct stat status {};
  if (*descriptor < 0 || fstat(*descriptor, &status) != 0) return Oop::small_int(-1);
  if (isatty(*descriptor) != 0) return Oop::small_int(1);
  if (S_ISFIFO(status.st_mode)) return Oop::small_int(2);
  return Oop::small_int(S_ISREG(status.st_mode) ? 3 : 0);
}

// The elements [start, start + count) of a bits object that a transfer is about, in bytes.
struct Buffer {
  std::size_t offset = 0;
  std::size_t bytes = 0;
  std::size_t width = 1;
  std::optional<Failure> failure;
};

Buffer buffer_of(Oop object, Oop start, Oop count) {
  Buffer buffer;
  if (!is_bits(object) || !start.is_small_int() || !count.is_small_int()) {
    buffer.failure = Failure::bad_argument;
    return buffer;
  }
  buffer.width = element_width(*object.as_object());
  const auto size = static_cast<std::int64_t>(object.as_object()->byte_count() / buffer.width);
  if (start.as_int() < 1 || count.as_int() < 0 || start.as_int() - 1 > size ||
      count.as_int() > size - (start.as_int() - 1)) {
    buffer.failure = Failure::bad_index;
    return buffer;
  }
  buffer.offset = static_cast<std::size_t>(start.as_int() - 1) * buffer.width;
  buffer.bytes = static_cast<std::size_t>(count.as_int()) * buffer.width;
  buffer.bytes = std::min(buffer.bytes, kLargestTransfer / buffer.width * buffer.width);
  return buffer;
}

ssize_t read_some(int descriptor, void* to, std::size_t bytes) {
  ssize_t got = 0;
  do {
    got = read(descriptor, to, bytes);
  } while (got < 0 && errno == EINTR);
  return got;
}

// Reads from a terminal, pipe or the like into memory of our own, while others may have the VM.
ssize_t read_waiting(const Args& args, int descriptor, std::vector<char>& bytes, int* error) {
  const interpreter::Callout callout(args.vm, "read");
  const ssize_t got = read_some(descriptor, bytes.data(), bytes.size());
  *error = errno;
  return got;
}

// FilePlugin primitiveFileRead(handle, buffer, start, count) -- the number of elements read, 0 at
// the end. A terminal or pipe answers what there is.
// Fails: bad_argument, bad_index, no_modification, os_error.  May collect: yes.
Outcome file_read(Mutator& mutator, const Args& args) {
  OpenFile* file = file_argument(args);
  if (file == nullptr) return Failure::bad_argument;
  const Buffer buffer = buffer_of(args.at(1), args.at(2), args.at(3));
  if (buffer.failure) return *buffer.failure;
  if (args.at(1).as_object()->is_immutable()) return Failure::no_modification;
  if (buffer.bytes == 0) return Oop::small_int(0);
  if (file->regular) {
    const ssize_t got =
        read_some(file->descriptor, args.at(1).as_object()->bytes() + buffer.offset, buffer.bytes);
    if (got < 0) return os_failure(mutator, errno, file->name);
    return Oop::small_int(got / static_cast<ssize_t>(buffer.width));
  }
  const std::string name = file->name;
  std::vector<char> bytes(buffer.bytes);
  int error = 0;
  const ssize_t got = read_waiting(args, file->descriptor, bytes, &error);
  if (got < 0) return os_failure(mutator, error, name);
  const Oop* arguments = args.vm.arguments(args.count) + 1;
  OpenFile* same_file = table_of(args).find(arguments[0]);
  if (same_file != nullptr) same_file->at_end = got == 0;
  // Other processes have run: the buffer may have become something else.
  const Buffer now = buffer_of(arguments[1], arguments[2], arguments[3]);
  if (now.failure || now.bytes != buffer.bytes) return Failure::bad_argument;
  std::memcpy(arguments[1].as_object()->bytes() + now.offset, bytes.data(),
              static_cast<std::size_t>(got));
  return Oop::small_int(got / static_cast<ssize_t>(now.width));
}

// FilePlugin primitiveFileWrite(handle, buffer, start, count) -- the number of elements written.
// Fails: bad_argument (also a file not open for writing), bad_index, os_error.
// May collect: only to report an error.
Outcome file_write(Mutator& mutator, const Args& args) {
  const OpenFile* file = file_argument(args);
  if (file == nullptr || !file->writable) return Failure::bad_argument;
  const Buffer buffer = buffer_of(args.at(1), args.at(2), args.at(3));
  if (buffer.failure) return *buffer.failure;
  const std::uint8_t* from = args.at(1).as_object()->bytes() + buffer.offset;
  std::size_t written = 0;
  while (written < buffer.bytes) {
    const ssize_t now = write(file->descriptor, from + written, buffer.bytes - written);
    if (now < 0 && errno != EINTR) return os_failure(mutator, errno, file->name);
    if (now > 0) written += static_cast<std::size_t>(now);
  }
  return Oop::small_int(static_cast<std::int64_t>(written / buffer.width));
}

std::optional<std::int64_t> size_of(const OpenFile& file) {
  struct stat status {};
  if (fstat(file.descriptor, &status) != 0) return std::nullopt;
  return status.st_size;
}

// FilePlugin primitiveFileSize(handle) -- bytes.  Fails: bad_argument, os_error.
// May collect: only to report an error.
Outcome file_size(Mutator& mutator, const Args& args) {
  const OpenFile* file = file_argument(args);
  if (file == nullptr) return Failure::bad_argument;
  const auto size = size_of(*file);
  if (!size) return os_failure(mutator, errno, file->name);
  return Oop::small_int(*size);
}

// FilePlugin primitiveFileAtEnd(handle) -- a Boolean; for a terminal or pipe: whether the last read
// answered nothing.  Fails: bad_argument, os_error.  May collect: only to report an error.
Outcome file_at_end(Mutator& mutator, const Args& args) {
  const OpenFile* file = file_argument(args);
  if (file == nullptr) return Failure::bad_argument;
  if (!file->regular) return mutator.heap().boolean(file->at_end);
  const auto size = size_of(*file);
  const off_t position = lseek(file->descriptor, 0, SEEK_CUR);
  if (!size || position < 0) return os_failure(mutator, errno, file->name);
  return mutator.heap().boolean(position >= *size);
}

// FilePlugin primitiveFileGetPosition(handle).  Fails: bad_argument, os_error.
// May collect: only to report an error.
Outcome file_position(Mutator& mutator, const Args& args) {
  const OpenFile* file = file_argument(args);
  if (file == nullptr) return Failure::bad_argument;
  const off_t position = lseek(file->descriptor, 0, SEEK_CUR);
  if (position < 0) return os_failure(mutator, errno, file->name);
  return Oop::small_int(position);
}

// FilePlugin primitiveFileSetPosition(handle, position) -- the receiver.
// Fails: bad_argument, os_error.  May collect: only to report an error.
Outcome file_set_position(Mutator& mutator, const Args& args) {
  const OpenFile* file = file_argument(args);
  const auto position = args.argument<std::int64_t>(1);
  if (file == nullptr || !position || *position < 0) return Failure::bad_argument;
  if (lseek(file->descriptor, static_cast<off_t>(*position), SEEK_SET) < 0) {
    return os_failure(mutator, errno, file->name);
  }
  return args.receiver();
}

// FilePlugin primitiveFileTruncate(handle, size) -- the receiver.
// Fails: bad_argument, os_error.  May collect: only to report an error.
Outcome file_truncate(Mutator& mutator, const Args& args) {
  const OpenFile* file = file_argument(args);
  const auto size = args.argument<std::int64_t>(1);
  if (file == nullptr || !file->writable || !size || *size < 0) return Failure::bad_argument;
  if (ftruncate(file->descriptor, static_cast<off_t>(*size)) != 0) {
    return os_failure(mutator, errno, file->name);
  }
  return args.receiver();
}

// FilePlugin primitiveFileFlush(handle) -- the receiver: nothing is kept back here.
// Fails: bad_argument.  May collect: no.
Outcome file_flush(Mutator&, const Args& args) {
  if (file_argument(args) == nullptr) return Failure::bad_argument;
  return args.receiver();
}

// FilePlugin primitiveFileSync(handle) -- the receiver, when the contents are on the disk.
// Fails: bad_argument, os_error.  May collect: only to report an error.
Outcome file_sync(Mutator& mutator, const Args& args) {
  const OpenFile* file = file_argument(args);
  if (file == nullptr) return Failure::bad_argument;
  if (file->regular && fsync(file->descriptor) != 0) return os_failure(mutator, errno, file->name);
  return args.receiver();
}

constexpr NamedEntry kNamedTable[] = {
    {"FilePlugin", "primitiveFileOpen", 2, file_open},
    {"Banter", "primitiveFileOpenMode", 2, file_open_mode},
    {"FilePlugin", "primitiveFileClose", 1, file_close},
    {"FilePlugin", "primitiveFileStdioHandles", 0, stdio_handles},
    {"FilePlugin", "primitiveConnectToFileDescriptor", 2, connect_to_descriptor},
    {"FilePlugin", "primitiveFileDescriptorType", 1, descriptor_type},
    {"FilePlugin", "primitiveFileRead", 4, file_read},
    {"FilePlugin", "primitiveFileWrite", 4, file_write},
    {"FilePlugin", "primitiveFileSize", 1, file_size},
    {"FilePlugin", "primitiveFileAtEnd", 1, file_at_end},
    {"FilePlugin", "primitiveFileGetPosition", 1, file_position},
    {"FilePlugin", "primitiveFileSetPosition", 2, file_set_position},
    {"FilePlugin", "primitiveFileTruncate", 2, file_truncate},
    {"FilePlugin", "primitiveFileFlush", 1, file_flush},
    {"FilePlugin", "primitiveFileSync", 1, file_sync},
};

}  // namespace

NamedTable file_named_table() {
  return kNamedTable;
}

}  // namespace banter::primitives
