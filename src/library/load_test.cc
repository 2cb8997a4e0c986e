// Many callbacks, many threads, many calls. BANTER_REDUCED_TESTS: fewer of them, where a processor
// is emulated or a sanitizer looks on.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include "banter/native.hpp"
#include "library/resident_testing.h"

namespace {

using banter::library::testing_support::resident_bytes;

bool is_reduced() {
  return std::getenv("BANTER_REDUCED_TESTS") != nullptr;
}

using Increment = banter::Callback<int(int)>;
using Callbacks = std::vector<std::unique_ptr<Increment>>;

constexpr int kThreads = 8;

// What threads leave for others to free.
class Exchange {
 public:
  // Takes `mine` and gives what another thread left.
  Callbacks swap(Callbacks mine) {
    const std::lock_guard<std::mutex> hold(lock_);
    std::swap(mine, left_);
    return mine;
  }

 private:
  std::mutex lock_;
  Callbacks left_;
};

// The second half goes, in an order that is not that of creation.
void drop_half(Callbacks& callbacks, std::mt19937& random) {
  std::shuffle(callbacks.begin(), callbacks.end(), random);
  callbacks.resize(callbacks.size() / 2);
}

void live(unsigned number, std::size_t count, Exchange& exchange, std::atomic<long>& wrong) {
  std::mt19937 random(number);
  Callbacks mine;
  for (int round = 0; round < 3; round++) {
    while (mine.size() < count) {
      const int added = static_cast<int>(random() % 1000);
      mine.push_back(std::make_unique<Increment>([added](int n) { return n + added; }));
      int (*const function)(int) = *mine.back();
      if (function(5) != 5 + added) wrong++;
    }
    drop_half(mine, random);
    mine = exchange.swap(std::move(mine));
    for (const auto& each : mine) {
      int (*const function)(int) = *each;
      if (function(1) < 1) wrong++;
    }
  }
}

TEST(Load, AMillionCallbacksOfEightThreads) {
  const std::size_t alive = is_reduced() ? 40'000 : 1'000'000;
  std::atomic<long> wrong{0};
  Exchange exchange;
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < kThreads; i++) {
    threads.emplace_back([&, i] { live(i, alive / kThreads, exchange, wrong); });
  }
  for (std::thread& each : threads) each.join();
  EXPECT_EQ(wrong, 0);
}

// `releases` may be null; else it counts, at any time from then on.
void make_and_free(const banter_signature* signature, int* releases) {
  banter_callback_options options{};
  if (releases != nullptr) options.release = [](void* user) { ++*static_cast<int*>(user); };
  banter_callback* callback = banter_callback_new(
      signature, [](void*, void* const*, void*) {}, releases, &options, nullptr);
  ASSERT_NE(callback, nullptr);
  banter_callback_free(callback, nullptr);
}

// Those of earlier tests wait in quarantine before ours.
TEST(Load, EachCallbackIsReleasedOnce) {
  static std::vector<int> releases(20'000, 0);
  banter_signature* signature = banter_signature_new("void (*)(void)", nullptr, nullptr);
  ASSERT_NE(signature, nullptr);
  for (int& each : releases) make_and_free(signature, &each);
  for (int i = 0; i < 4'000'000 && releases.back() == 0; i++) {
    make_and_free(signature, nullptr);
  }
  banter_signature_free(signature);
  EXPECT_EQ(std::count(releases.begin(), releases.end(), 1), 20'000);
}

TEST(Load, CallsDoNotGrowMemory) {
  const long calls = is_reduced() ? 500'000 : 100'000'000;
  long sum = 0;
  banter::Callback<long(long, long)> add{[&](long a, long b) {
    sum += a;
    return a + b;
  }};
  long (*volatile function)(long, long) = add;
  function(0, 0);
  const std::size_t before = resident_bytes();
  for (long i = 0; i < calls; i++) function(1, i);
  EXPECT_EQ(sum, calls);
  EXPECT_LT(resident_bytes(), before + 1'000'000);
}

}  // namespace
