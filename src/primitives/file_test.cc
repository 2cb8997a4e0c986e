#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "primitives/primitive_testing.h"

namespace banter::primitives {
namespace {

class FileTest : public PrimitiveTest {
 protected:
  FileTest() {
    std::string folder = (std::filesystem::temp_directory_path() / "banter-files-XXXXXX").string();
    EXPECT_NE(mkdtemp(folder.data()), nullptr);
    folder_ = folder;
  }
  ~FileTest() override { std::filesystem::remove_all(folder_); }

  Oop path(std::string_view name) { return string(folder_ + "/" + std::string(name)); }
  void write_file(std::string_view name, std::string_view contents) {
    std::ofstream(folder_ + "/" + std::string(name), std::ios::binary) << contents;
  }
  Oop small(std::int64_t value) { return Oop::small_int(value); }
  Outcome plugin(std::string_view name, std::initializer_list<Oop> operands) {
    return call("FilePlugin", name, operands);
  }
  // Expects the system's words in the detail.
  void expect_os_error(const Outcome& outcome, std::string_view words) {
    expect_failure(outcome, Failure::os_error);
    ASSERT_TRUE(outcome.detail());
    EXPECT_NE(text(*outcome.detail()).find(words), std::string::npos) << text(*outcome.detail());
  }

  std::string folder_;
};

TEST_F(FileTest, WritesAndReads) {
  const Rooted<> handle(mutator(), plugin("primitiveFileOpen", {nil(), path("a"), yes()}).result());
  EXPECT_EQ(plugin("primitiveFileWrite", {nil(), handle.oop(), string("hello"), small(2), small(3)})
                .result(),
            small(3));
  EXPECT_EQ(plugin("primitiveFileSize", {nil(), handle.oop()}).result(), small(3));
  EXPECT_EQ(plugin("primitiveFileGetPosition", {nil(), handle.oop()}).result(), small(3));
  EXPECT_EQ(plugin("primitiveFileAtEnd", {nil(), handle.oop()}).result(), yes());
  EXPECT_TRUE(plugin("primitiveFileSetPosition", {nil(), handle.oop(), small(1)}).is_success());
  const Rooted<> buffer(mutator(), bytes("......"));
  EXPECT_EQ(
      plugin("primitiveFileRead", {nil(), handle.oop(), buffer.oop(), small(3), small(4)}).result(),
      small(2));
  EXPECT_EQ(text(buffer.oop()), "..ll..");
  EXPECT_EQ(
      plugin("primitiveFileRead", {nil(), handle.oop(), buffer.oop(), small(1), small(4)}).result(),
      small(0));
  EXPECT_TRUE(plugin("primitiveFileTruncate", {nil(), handle.oop(), small(1)}).is_success());
  EXPECT_EQ(plugin("primitiveFileSize", {nil(), handle.oop()}).result(), small(1));
  EXPECT_TRUE(plugin("primitiveFileSync", {nil(), handle.oop()}).is_success());
  EXPECT_TRUE(plugin("primitiveFileClose", {nil(), handle.oop()}).is_success());
}

TEST_F(FileTest, RefusesStaleAndForgedHandles) {
  const Rooted<> handle(mutator(), plugin("primitiveFileOpen", {nil(), path("a"), yes()}).result());
  const Rooted<> copy(mutator(), mutator().clone(handle.oop()));
  EXPECT_TRUE(plugin("primitiveFileClose", {nil(), handle.oop()}).is_success());
  const Rooted<> other(mutator(), plugin("primitiveFileOpen", {nil(), path("b"), yes()}).result());
  expect_failure(plugin("primitiveFileSize", {nil(), copy.oop()}), Failure::bad_argument);
  EXPECT_TRUE(plugin("primitiveFileSize", {nil(), other.oop()}).is_success());
  expect_failure(plugin("primitiveFileSize", {nil(), bytes(std::string(24, '\0'))}),
                 Failure::bad_argument);
  expect_failure(plugin("primitiveFileSize", {nil(), small(3)}), Failure::bad_argument);
}

TEST_F(FileTest, ChecksTheBuffer) {
  const Rooted<> handle(mutator(), plugin("primitiveFileOpen", {nil(), path("a"), yes()}).result());
  const Rooted<> buffer(mutator(), bytes("abc"));
  const auto write = [&](Oop what, std::int64_t start, std::int64_t count) {
    return plugin("primitiveFileWrite", {nil(), handle.oop(), what, small(start), small(count)});
  };
  expect_failure(write(buffer.oop(), 0, 1), Failure::bad_index);
  expect_failure(write(buffer.oop(), 1, 4), Failure::bad_index);
  expect_failure(write(buffer.oop(), 4, 1), Failure::bad_index);
  expect_failure(write(buffer.oop(), 1, -1), Failure::bad_index);
  EXPECT_EQ(write(buffer.oop(), 4, 0).result(), small(0));
  expect_failure(write(nil(), 1, 1), Failure::bad_argument);
  expect_failure(write(array({nil()}), 1, 1), Failure::bad_argument);
  const Oop read_only = call("primitiveFileOpenMode", {nil(), path("a"), string("r")}).result();
  expect_failure(plugin("primitiveFileWrite", {nil(), read_only, buffer.oop(), small(1), small(1)}),
                 Failure::bad_argument);
}

TEST_F(FileTest, SaysWhatTheSystemSays) {
  expect_os_error(plugin("primitiveFileOpen", {nil(), path("none"), no()}),
                  "none: No such file or directory");
  expect_os_error(plugin("primitiveFileDelete", {nil(), path("none")}), "No such file");
  expect_os_error(plugin("primitiveDirectoryCreate", {nil(), string(folder_)}), "File exists");
  expect_os_error(call("primitiveFileOpenMode", {nil(), string(folder_), string("r")}),
                  "Is a directory");
  expect_failure(call("primitiveFileOpenMode", {nil(), path("a"), string("q")}),
                 Failure::bad_argument);
  expect_failure(plugin("primitiveFileOpen", {nil(), bytes(std::string("a\0b", 3)), no()}),
                 Failure::bad_argument);
}

TEST_F(FileTest, ReadsAndCopiesWholeFiles) {
  write_file("a", "caf\xC3\xA9!");
  EXPECT_EQ(text(call("primitiveFileReadAll", {nil(), path("a")})), "caf\xC3\xA9!");
  EXPECT_TRUE(call("primitiveFileCopy", {nil(), path("a"), path("b")}).is_success());
  EXPECT_EQ(text(call("primitiveFileReadAll", {nil(), path("b")})), "caf\xC3\xA9!");
  EXPECT_TRUE(plugin("primitiveFileRename", {nil(), path("b"), path("c")}).is_success());
  EXPECT_EQ(call("FileAttributesPlugin", "primitiveFileExists", {nil(), path("b")}).result(), no());
  EXPECT_EQ(call("FileAttributesPlugin", "primitiveFileExists", {nil(), path("c")}).result(),
            yes());
}

TEST_F(FileTest, DescribesFiles) {
  write_file("a", "12345");
  const Rooted<> status(mutator(), call("primitiveFileStat", {nil(), path("a"), yes()}).result());
  EXPECT_EQ(text(status->slot(0)), "file");
  EXPECT_EQ(status->slot(1), small(5));
  EXPECT_EQ(call("primitiveFileStat", {nil(), path("none"), yes()}).result(), nil());
  EXPECT_TRUE(call("primitiveFileSymlink", {nil(), path("a"), path("link")}).is_success());
  const Rooted<> link(mutator(), call("primitiveFileStat", {nil(), path("link"), no()}).result());
  EXPECT_EQ(text(link->slot(0)), "symlink");
  EXPECT_EQ(text(call("primitiveFileResolve", {nil(), path("link")})),
            std::filesystem::canonical(folder_).string() + "/a");
  EXPECT_EQ(call("primitiveFileAccess", {nil(), path("a"), small(4)}).result(), yes());
  EXPECT_EQ(call("primitiveFileAccess", {nil(), path("none"), small(4)}).result(), no());
}

TEST_F(FileTest, ListsFolders) {
  EXPECT_TRUE(plugin("primitiveDirectoryCreate", {nil(), path("sub")}).is_success());
  write_file("file", "abc");
  const Rooted<> names(mutator(),
                       call("primitiveDirectoryEntries", {nil(), string(folder_)}).result());
  ASSERT_EQ(names->slot_count(), 2u);
  EXPECT_EQ(text(names->slot(0)), "file");
  EXPECT_EQ(text(names->slot(1)), "sub");
  const Rooted<> first(
      mutator(), plugin("primitiveDirectoryLookup", {nil(), string(folder_), small(1)}).result());
  EXPECT_EQ(text(first->slot(0)), "file");
  EXPECT_EQ(first->slot(3), no());
  EXPECT_EQ(first->slot(4), small(3));
  EXPECT_EQ(plugin("primitiveDirectoryLookup", {nil(), string(folder_), small(3)}).result(), nil());
  const Rooted<> sub(
      mutator(),
      plugin("primitiveDirectoryEntry", {nil(), string(folder_), string("sub")}).result());
  EXPECT_EQ(sub->slot(3), yes());
  EXPECT_TRUE(plugin("primitiveDirectoryDelete", {nil(), path("sub")}).is_success());
}

TEST_F(FileTest, WalksFoldersAsPharoDoes) {
  const auto ask = [this](std::string_view name, std::initializer_list<Oop> operands) {
    return call("FileAttributesPlugin", name, operands);
  };
  EXPECT_EQ(ask("primitiveOpendir", {nil(), string(folder_)}).result(), nil());
  write_file("a", "x");
  const Rooted<> first(mutator(), ask("primitiveOpendir", {nil(), string(folder_)}).result());
  EXPECT_EQ(text(first->slot(0)), "a");
  EXPECT_EQ(first->slot(1).as_object()->slot_count(), 13u);
  EXPECT_EQ(ask("primitiveReaddir", {nil(), first->slot(2)}).result(), nil());
  EXPECT_TRUE(ask("primitiveRewinddir", {nil(), first->slot(2)}).is_success());
  EXPECT_TRUE(ask("primitiveClosedir", {nil(), first->slot(2)}).is_success());
  expect_failure(ask("primitiveReaddir", {nil(), first->slot(2)}), Failure::bad_argument);
  EXPECT_EQ(ask("primitiveFileAttribute", {nil(), path("a"), small(8)}).result(), small(1));
  EXPECT_EQ(ask("primitiveFileAttributes", {nil(), path("a"), small(3)})
                .result()
                .as_object()
                ->slot_count(),
            2u);
}

TEST_F(FileTest, KnowsTheEnvironment) {
  EXPECT_TRUE(call("primitiveSetenv", {nil(), string("BANTER_TEST"), string("x y")}).is_success());
  EXPECT_EQ(text(call("", "primitiveGetenv", {nil(), string("BANTER_TEST")})), "x y");
  EXPECT_TRUE(call("primitiveSetenv", {nil(), string("BANTER_TEST"), nil()}).is_success());
  EXPECT_EQ(call("", "primitiveGetenv", {nil(), string("BANTER_TEST")}).result(), nil());
  EXPECT_EQ(text(call("primitiveGetWorkingDirectory", {nil()})),
            std::filesystem::current_path().string());
  EXPECT_EQ(call("primitiveRandomBytes", {nil(), small(32)}).result().as_object()->byte_count(),
            32u);
  expect_failure(call("primitiveRandomBytes", {nil(), small(-1)}), Failure::bad_argument);
  expect_os_error(call("primitiveSetWorkingDirectory", {nil(), path("none")}), "No such file");
}

}  // namespace
}  // namespace banter::primitives
