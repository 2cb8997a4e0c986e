// A Carrier in a child process made by fork().

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <memory>
#include <thread>

#include "carrier/carrier_testing.h"
#include "carrier/sanitizers.h"

namespace banter::carrier {
namespace {

using testing_support::Spares;

#ifndef BANTER_TSAN
TEST(Carrier, AForkedChildKnowsItAndEndsCleanly) {
  auto spares = std::make_unique<Spares>();
  spares->carrier.heartbeat().wake_spare();
  while (spares->runs == 0) std::this_thread::yield();
  EXPECT_FALSE(spares->carrier.in_forked_child());
  const pid_t child = fork();
  if (child == 0) {
    const bool known = spares->carrier.in_forked_child();
    spares.reset();
    _exit(known ? 42 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 42);
}
#endif

}  // namespace
}  // namespace banter::carrier
