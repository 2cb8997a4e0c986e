#include "primitives/file_table.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <random>

namespace banter::primitives {
namespace {

constexpr std::size_t kHandleWords = 3;

bool is_regular(int descriptor) {
  struct stat status {};
  return fstat(descriptor, &status) == 0 && (S_ISREG(status.st_mode) || S_ISBLK(status.st_mode));
}

// The first free entry of a table, or a new one.
template <class Entry, class Predicate>
std::size_t free_entry(std::vector<Entry>& entries, Predicate is_free) {
  const auto found = std::find_if(entries.begin(), entries.end(), is_free);
  if (found != entries.end()) return static_cast<std::size_t>(found - entries.begin());
  entries.emplace_back();
  return entries.size() - 1;
}

}  // namespace

FileTable::FileTable() {
  std::random_device random;
  session_ = std::uint64_t{random()} << 32 | random();
}

FileTable::~FileTable() {
  for (const OpenFile& file : files_) {
    if (file.descriptor >= 0 && file.owned) close(file.descriptor);
  }
  for (const OpenDirectory& directory : directories_) {
    if (directory.stream != nullptr) closedir(directory.stream);
  }
}

Oop FileTable::handle_for(Mutator& mutator, std::uint64_t index, std::uint64_t generation) const {
  Object* handle = mutator.new_bytes(ClassIndex::kByteArray, kHandleWords * 8);
  handle->set_raw(0, session_);
  handle->set_raw(1, index);
  handle->set_raw(2, generation);
  return handle->oop();
}

std::optional<FileTable::Key> FileTable::key_of(Oop handle) const {
  if (!is_byte_object(handle)) return std::nullopt;
  const Object& bytes = *handle.as_object();
  if (bytes.byte_count() != kHandleWords * 8 || bytes.raw(0) != session_) return std::nullopt;
  return Key{bytes.raw(1), bytes.raw(2)};
}

Oop FileTable::add(Mutator& mutator, int descriptor, bool writable, bool owned, std::string name) {
  const std::size_t index =
      free_entry(files_, [](const OpenFile& file) { return file.descriptor < 0; });
  OpenFile& file = files_[index];
  const std::uint64_t generation = file.generation + 1;
  file = {descriptor, writable, is_regular(descriptor), owned, false, std::move(name), generation};
  return handle_for(mutator, index, generation);
}

Oop FileTable::standard_stream(Mutator& mutator, int descriptor, std::string name) {
  for (std::size_t i = 0; i < files_.size(); ++i) {
    if (files_[i].descriptor == descriptor && !files_[i].owned) {
      return handle_for(mutator, i, files_[i].generation);
    }
  }
  return add(mutator, descriptor, descriptor != STDIN_FILENO, false, std::move(name));
}

OpenFile* FileTable::find(Oop handle) {
  const auto key = key_of(handle);
  if (!key || key->index >= files_.size()) return nullptr;
  OpenFile& file = files_[static_cast<std::size_t>(key->index)];
  return file.descriptor >= 0 && file.generation == key->generation ? &file : nullptr;
}

void FileTable::remove(OpenFile& file) {
  const std::uint64_t generation = file.generation;
  file = OpenFile{};
  file.generation = generation;
}

Oop FileTable::add_directory(Mutator& mutator, DIR* stream, std::string path) {
  const std::size_t index = free_entry(
      directories_, [](const OpenDirectory& directory) { return directory.stream == nullptr; });
  OpenDirectory& directory = directories_[index];
  const std::uint64_t generation = directory.generation + 1;
  directory = {stream, std::move(path), generation};
  return handle_for(mutator, index, generation);
}

OpenDirectory* FileTable::find_directory(Oop handle) {
  const auto key = key_of(handle);
  if (!key || key->index >= directories_.size()) return nullptr;
  OpenDirectory& directory = directories_[static_cast<std::size_t>(key->index)];
  const bool open = directory.stream != nullptr && directory.generation == key->generation;
  return open ? &directory : nullptr;
}

void FileTable::remove(OpenDirectory& directory) {
  const std::uint64_t generation = directory.generation;
  directory = OpenDirectory{};
  directory.generation = generation;
}

}  // namespace banter::primitives
