// Thunk pages are guarded: on processors that check branch targets, nothing but the start of a
// thunk may be jumped to.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/auxv.h>

#include "native/native_testing.h"

namespace banter::native {
namespace {

using namespace testing_support;

constexpr unsigned long kHwcap2Bti = 1ul << 17;

// The second instruction of a thunk does as well as the first where nobody checks.
TEST(BranchTarget, AJumpIntoAThunkFaults) {
  ThunkRecord& record = make_thunk([](VMCallbackContext* context) { return_word(context, 42); });
  EXPECT_EQ(function_of<int()>(record)(), 42);
  auto* second = reinterpret_cast<int (*)()>(static_cast<std::byte*>(record.thunk) + 4);
  if ((getauxval(AT_HWCAP2) & kHwcap2Bti) == 0) {
    EXPECT_EQ(second(), 42);
    GTEST_SKIP() << "this processor checks no branch targets";
  }
  EXPECT_EXIT(second(), testing::KilledBySignal(SIGILL), "");
}

}  // namespace
}  // namespace banter::native
