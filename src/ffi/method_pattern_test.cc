#include "ffi/method_pattern.h"

#include <gtest/gtest.h>

namespace banter::ffi {
namespace {

using Names = std::vector<std::string>;

TEST(MethodPattern, NamesTheArguments) {
  EXPECT_EQ(argument_names("size\n\t^ 3"), Names{});
  EXPECT_EQ(argument_names("+ other ^ 1"), Names{"other"});
  EXPECT_EQ(argument_names("abs: n\n\t^ self ffiCall: #( int abs(int n) )"), Names{"n"});
  EXPECT_EQ(argument_names("at: index \"comment\" put: value\n\tx := 3"),
            (Names{"index", "value"}));
  EXPECT_EQ(argument_names("at: index\n\tx := 3"), Names{"index"});
  EXPECT_EQ(argument_names("a:b c:d"), (Names{"b", "d"}));
  EXPECT_EQ(argument_names(""), Names{});
}

}  // namespace
}  // namespace banter::ffi
