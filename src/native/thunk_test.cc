// Thunks as memory: many of them, freed ones, their pages, their text.

#include "native/thunk.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>

#include "carrier/sanitizers.h"
#include "native/host.h"
#include "native/native_testing.h"
#include "native/thunk_page.h"

namespace banter::native {
namespace {

using namespace testing_support;

#if defined(BANTER_TSAN) || defined(BANTER_ASAN)
constexpr int kMany = 50'000;
#else
constexpr int kMany = 1'000'000;
#endif

void answer_user(VMCallbackContext* context) {
  return_word(context, reinterpret_cast<std::intptr_t>(context->record->user));
}

long call(const ThunkRecord& record) {
  return function_of<long()>(record)();
}

TEST(Thunk, ManyAreMadeAndFreedInRandomOrder) {
  std::mt19937 random(42);
  std::vector<std::pair<ThunkRecord*, long>> live;
  auto& allocator = ThunkAllocator::instance();
  const auto before = allocator.counts();
  for (long i = 0; i < kMany; i++) {
    live.emplace_back(&make_thunk(answer_user, reinterpret_cast<void*>(i)), i);
    if (live.size() < 5000) continue;
    for (int k = 0; k < 2 && live.size() > 2500; k++) {
      std::swap(live[random() % live.size()], live.back());
      ASSERT_EQ(call(*live.back().first), live.back().second);
      allocator.free(*live.back().first);
      live.pop_back();
    }
  }
  for (auto& [record, value] : live) {
    ASSERT_EQ(call(*record), value);
    allocator.free(*record);
  }
  const auto after = allocator.counts();
  EXPECT_EQ(after.live, before.live);
  EXPECT_LE(after.pages, before.pages + 8) << "freed thunks are used again";
}

TEST(Thunk, ManyThreadsMakeCallAndFreeThem) {
  std::vector<std::thread> threads;
  for (int n = 0; n < 4; n++) {
    threads.emplace_back([n] {
      std::mt19937 random(static_cast<unsigned>(n));
      std::vector<std::pair<ThunkRecord*, long>> live;
      for (int i = 0; i < kMany / 50; i++) {
        const long value = n * 1'000'000L + i;
        live.emplace_back(&make_thunk(answer_user, reinterpret_cast<void*>(value)), value);
        std::swap(live[random() % live.size()], live.back());
        ASSERT_EQ(call(*live.back().first), live.back().second);
        if (live.size() < 100) continue;
        ThunkAllocator::instance().free(*live.back().first);
        live.pop_back();
      }
      for (auto& each : live) ThunkAllocator::instance().free(*each.first);
    });
  }
  for (auto& thread : threads) thread.join();
}

TEST(Thunk, AreFoundByTheirAddress) {
  ThunkRecord& record = make_thunk(answer_user);
  auto& allocator = ThunkAllocator::instance();
  EXPECT_EQ(allocator.find(record.thunk), &record);
  EXPECT_EQ(allocator.find(static_cast<char*>(record.thunk) + 1), nullptr);
  EXPECT_EQ(allocator.find(&record), nullptr);
  EXPECT_EQ(allocator.find(nullptr), nullptr);
  allocator.free(record);
}

TEST(Thunk, AFreedOneReturnsItsDefaultAndSaysSo) {
  auto& allocator = ThunkAllocator::instance();
  ThunkOwner& owner = allocator.add_owner(nullptr, nullptr);
  ThunkRequest request;
  request.handler = [](VMCallbackContext*) { FAIL() << "code of a freed callback ran"; };
  request.owner = &owner;
  request.default_code = ReturnCode::double_float;
  request.default_value[0] = std::bit_cast<std::uint64_t>(-1.5);
  request.signature = "double (*)(double)";
  request.creation_site = "ThunkTest>>testFreed (line 3)";
  ThunkRecord& record = *allocator.allocate(request).value();
  auto* function = function_of<double(double)>(record);
  allocator.free(record);
  EXPECT_EQ(function(1.0), -1.5);
  EXPECT_TRUE(owner.has_refused);
  const auto refused = allocator.take_refused(owner);
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_EQ(refused[0].reason, Refusal::freed);
  EXPECT_EQ(refused[0].thunk, reinterpret_cast<void*>(function));
  EXPECT_EQ(refused[0].signature, "double (*)(double)");
  EXPECT_EQ(refused[0].creation_site, "ThunkTest>>testFreed (line 3)");
  EXPECT_TRUE(allocator.take_refused(owner).empty());
}

TEST(Thunk, AFreedOneIsUsedAgainAsLateAsPossible) {
  auto& allocator = ThunkAllocator::instance();
  ThunkRecord& record = make_thunk(answer_user);
  allocator.free(record);
  for (int i = 0; i < 10'000; i++) {
    ThunkRecord& other = make_thunk(answer_user);
    ASSERT_NE(&other, &record);
    allocator.free(other);
  }
}

TEST(Thunk, LateCallsThatFindNoRoomAreCounted) {
  auto& allocator = ThunkAllocator::instance();
  ThunkOwner& owner = allocator.add_owner(nullptr, nullptr);
  ThunkRecord& record = make_thunk(answer_user, nullptr, owner);
  allocator.free(record);
  for (int i = 0; i < 1000; i++) EXPECT_EQ(call(record), 0);
  std::size_t lost = 0;
  const auto refused = allocator.take_refused(owner, &lost);
  EXPECT_GT(refused.size(), 0u);
  EXPECT_EQ(refused.size() + lost, 1000u);
}

// No page of this process is writable and executable, and thunk pages come from our own file.
TEST(Thunk, PagesAreBackedByOurFileAndNeverWritable) {
  ThunkRecord& record = make_thunk(answer_user);
  std::ifstream maps("/proc/self/maps");
  const auto address = reinterpret_cast<std::uintptr_t>(record.thunk);
  bool found = false;
  for (std::string line; std::getline(maps, line);) {
    std::uintptr_t start = 0, end = 0;
    char protection[5] = {};
    ASSERT_EQ(std::sscanf(line.c_str(), "%" SCNxPTR "-%" SCNxPTR " %4s", &start, &end, protection),
              3)
        << line;
    EXPECT_FALSE(protection[1] == 'w' && protection[2] == 'x') << line;
    if (address < start || address >= end) continue;
    found = true;
    EXPECT_STREQ(protection, "r-xp") << line;
    EXPECT_NE(line.find("native_test"), std::string::npos) << line;
  }
  EXPECT_TRUE(found);
  ThunkAllocator::instance().free(record);
}

// --- the text of a thunk -----------------------------------------------------------------------

// The mnemonics of a function's first instructions, as objdump has them.
std::vector<std::string> mnemonics_of(const char* function, int count) {
#if defined(BANTER_HOST_AAPCS64)
  const char* tool = "aarch64-linux-gnu-objdump";
#elif defined(BANTER_HOST_AAPCS32)
  const char* tool = "arm-linux-gnueabi-objdump";
#elif defined(BANTER_HOST_RISCV_LP64D)
  const char* tool = "riscv64-linux-gnu-objdump";
#else
  const char* tool = "objdump";
#endif
  const std::string command = fmt::format(
      "{0} -d --no-show-raw-insn --section=.text --disassemble={1} {2} 2>/dev/null | "
      "grep -A{3} '<{1}>:' | tail -{3}",
      tool, function, std::filesystem::read_symlink("/proc/self/exe").string(), count);
  std::vector<std::string> lines;
  std::FILE* output = popen(command.c_str(), "r");
  char line[512];
  while (output != nullptr && std::fgets(line, sizeof line, output) != nullptr) {
    const std::string text = line;
    const auto start = text.find_first_not_of(" \t", text.find(':') + 1);
    if (start == std::string::npos) continue;
    lines.push_back(text.substr(start, text.find_first_of(" \t\n", start) - start));
  }
  if (output != nullptr) pclose(output);
  return lines;
}

TEST(Thunk, ItsTextIsWhatObjdumpSays) {
  ThunkRecord& record = make_thunk(answer_user);
  const auto text = disassemble_thunk(record.thunk);
  ASSERT_TRUE(text.ok());
  const auto mnemonics = mnemonics_of("banter_thunk_page", 4);
  if (mnemonics.empty()) GTEST_SKIP() << "no objdump for this processor";
  ASSERT_EQ(mnemonics.size(), 4u) << text.value();
  std::istringstream lines(text.value());
  std::string line;
  for (const std::string& mnemonic : mnemonics) {
    ASSERT_TRUE(std::getline(lines, line));
    EXPECT_NE(line.find(mnemonic), std::string::npos) << line << " should say " << mnemonic;
  }
  ThunkAllocator::instance().free(record);
}

#if defined(BANTER_HOST_SYSV_X64)
constexpr const char* kLandingPad = "endbr64";
constexpr const char* kTargets[] = {"banter_thunk_page", "thunkEntry", "banter_win_x64_thunk_entry",
                                    "banter_sysv_x64_call", "banter_win_x64_call"};
#elif defined(BANTER_HOST_IA32)
constexpr const char* kLandingPad = "endbr32";
constexpr const char* kTargets[] = {"banter_thunk_page", "thunkEntry", "banter_ia32_call"};
#elif defined(BANTER_HOST_AAPCS64)
constexpr const char* kLandingPad = "bti";
constexpr const char* kTargets[] = {"banter_thunk_page", "thunkEntry", "banter_aapcs64_call"};
#endif

#if defined(BANTER_HOST_SYSV_X64) || defined(BANTER_HOST_IA32) || defined(BANTER_HOST_AAPCS64)
TEST(Thunk, WhatIsJumpedToBeginsWithALandingPad) {
  for (const char* each : kTargets) {
    const auto mnemonics = mnemonics_of(each, 1);
    ASSERT_EQ(mnemonics.size(), 1u) << each;
    EXPECT_EQ(mnemonics[0], kLandingPad) << each;
  }
}
#endif

TEST(Thunk, OtherAddressesHaveNoText) {
  int here = 0;
  EXPECT_FALSE(disassemble_thunk(&here).ok());
}

}  // namespace
}  // namespace banter::native
