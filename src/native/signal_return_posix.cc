#include <pthread.h>
#include <signal.h>

#include <mutex>

#include "base/check.h"
#include "native/signal_return.h"

namespace banter::native {

namespace {

// By default it is ignored, and debuggers let it pass.
constexpr int kSignal = SIGURG;

const void* learned;

[[gnu::noinline]] void learn(int) {
  learned = __builtin_return_address(0);
}
[[gnu::noinline]] void learn_with_info(int, siginfo_t*, void*) {
  learned = __builtin_return_address(0);
}

const void* return_of(const struct sigaction& action) {
  struct sigaction before;
  BANTER_CHECK(sigaction(kSignal, &action, &before) == 0);
  learned = nullptr;
  pthread_kill(pthread_self(), kSignal);  // has been handled when it returns
  sigaction(kSignal, &before, nullptr);
  return learned;
}

}  // namespace

void learn_signal_returns() {
  static std::once_flag once;
  std::call_once(once, [] {
    sigset_t signals, before;
    sigemptyset(&signals);
    sigaddset(&signals, kSignal);
    pthread_sigmask(SIG_UNBLOCK, &signals, &before);
    struct sigaction action = {};
    sigfillset(&action.sa_mask);
    action.sa_handler = learn;
    signal_returns[0] = return_of(action);
    action.sa_sigaction = learn_with_info;
    action.sa_flags = SA_SIGINFO;
    signal_returns[1] = return_of(action);
    BANTER_CHECK(kTellsHandlersApart || signal_returns[0] == signal_returns[1]);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  });
}

}  // namespace banter::native
