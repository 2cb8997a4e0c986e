#include "platform/dynamic_library.h"

#include <gtest/gtest.h>

namespace banter::platform {
namespace {

TEST(DynamicLibrary, FindsALibraryByItsBareName) {
  auto library = DynamicLibrary::open("m");
  ASSERT_TRUE(library.ok()) << library.error().message;
  auto symbol = library.value().symbol("cos");
  ASSERT_TRUE(symbol.ok());
  auto* cosine = reinterpret_cast<double (*)(double)>(symbol.value());
  EXPECT_EQ(cosine(0.0), 1.0);
}

TEST(DynamicLibrary, FindsALibraryByItsFullName) {
  auto library = DynamicLibrary::open("libc.so.6");
  ASSERT_TRUE(library.ok());
  EXPECT_EQ(library.value().name(), "libc.so.6");
}

TEST(DynamicLibrary, SaysWhatWasTriedForAMissingLibrary) {
  auto library = DynamicLibrary::open("no_such_thing");
  ASSERT_FALSE(library.ok());
  const std::string& message = library.error().message;
  EXPECT_NE(message.find("'no_such_thing'"), std::string::npos) << message;
  EXPECT_NE(message.find("libno_such_thing.so"), std::string::npos) << message;
  EXPECT_NE(message.find("libno_such_thing.so.0"), std::string::npos) << message;
}

TEST(DynamicLibrary, SaysWhyAFileIsNotALibrary) {
  auto library = DynamicLibrary::open(BANTER_SOURCE_DIR "/CMakeLists.txt");
  ASSERT_FALSE(library.ok());
  EXPECT_NE(library.error().message.find("invalid ELF header"), std::string::npos)
      << library.error().message;
}

TEST(DynamicLibrary, NamesLibraryAndSymbolWhenTheSymbolIsMissing) {
  auto library = DynamicLibrary::open("libc.so.6");
  auto symbol = library.value().symbol("no_such_function");
  ASSERT_FALSE(symbol.ok());
  EXPECT_NE(symbol.error().message.find("no_such_function"), std::string::npos);
  EXPECT_NE(symbol.error().message.find("libc.so.6"), std::string::npos);
}

TEST(DynamicLibrary, ProgramHasTheSymbolsOfItsLibraries) {
  EXPECT_TRUE(DynamicLibrary::program().symbol("malloc").ok());
}

}  // namespace
}  // namespace banter::platform
