// file_table.h -- the files and directories that one virtual machine has open.
//
// Smalltalk holds a handle, a ByteArray of three 64-bit words:
//
//   [ session | index in the table | generation of the entry ]
//
// The session is a random number for each VM, the generation counts the uses of an entry: a handle
// from a saved image or of a closed file is refused and never means another file.
#pragma once

#include <dirent.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "primitives/values.h"

namespace banter::primitives {

struct OpenFile {
  int descriptor = -1;  // -1: the entry is free
  bool writable = false;
  bool regular = false;  // has a size and a position
  bool owned = false;    // closed when the VM ends (not the standard streams)
  bool at_end = false;   // the last read of one without a size answered nothing
  std::string name;      // for messages
  std::uint64_t generation = 0;
};

struct OpenDirectory {
  DIR* stream = nullptr;  // nullptr: the entry is free
  std::string path;
  std::uint64_t generation = 0;
};

class FileTable {
 public:
  FileTable();
  ~FileTable();
  FileTable(const FileTable&) = delete;
  FileTable& operator=(const FileTable&) = delete;

  // Makes a handle for a descriptor. May collect.
  Oop add(Mutator& mutator, int descriptor, bool writable, bool owned, std::string name);
  // A handle for standard input, output or error: the same entry each time. May collect.
  Oop standard_stream(Mutator& mutator, int descriptor, std::string name);
  // nullptr unless `handle` is that of an open file of this VM.
  OpenFile* find(Oop handle);
  // Forgets the file; the caller closes the descriptor. Requires an open file of this table.
  void remove(OpenFile& file);

  Oop add_directory(Mutator& mutator, DIR* stream, std::string path);
  OpenDirectory* find_directory(Oop handle);
  void remove(OpenDirectory& directory);

 private:
  Oop handle_for(Mutator& mutator, std::uint64_t index, std::uint64_t generation) const;
  struct Key {
    std::uint64_t index;
    std::uint64_t generation;
  };
  std::optional<Key> key_of(Oop handle) const;

  std::uint64_t session_;
  std::vector<OpenFile> files_;
  std::vector<OpenDirectory> directories_;
};

}  // namespace banter::primitives
