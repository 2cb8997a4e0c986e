#include "base/arena.h"

#include <gtest/gtest.h>

#include <string>

namespace banter {
namespace {

TEST(Arena, ObjectsAreDestroyedWithItInReverseOrder) {
  struct Recorder {
    std::string& log;
    char name;
    ~Recorder() { log += name; }
  };
  std::string log;
  {
    Arena arena;
    arena.make<Recorder>(log, 'a');
    arena.make<Recorder>(log, 'b');
    EXPECT_EQ(log, "");
  }
  EXPECT_EQ(log, "ba");
}

TEST(Arena, ObjectsAreAlignedAndApart) {
  struct alignas(16) Wide {
    char bytes[48];
  };
  Arena arena;
  std::byte* last = nullptr;
  for (int i = 0; i < 2000; ++i) {
    arena.make<char>('x');
    auto* wide = reinterpret_cast<std::byte*>(arena.make<Wide>());
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(wide) % 16, 0u);
    EXPECT_TRUE(last == nullptr || wide >= last + sizeof(Wide) || wide + sizeof(Wide) <= last);
    last = wide;
  }
}

TEST(Arena, CopiesLists) {
  Arena arena;
  const std::vector<int> many(10000, 7);
  EXPECT_EQ(arena.copy(many).size(), 10000u);
  EXPECT_EQ(arena.copy(many)[9999], 7);
  EXPECT_TRUE(arena.copy(std::vector<int>{}).empty());
}

}  // namespace
}  // namespace banter
