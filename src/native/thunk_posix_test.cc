// The pages of thunks as the kernel shows them, and the text of a thunk as binutils say it.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cinttypes>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "native/host.h"
#include "native/native_testing.h"

namespace banter::native {
namespace {

using namespace testing_support;

void do_nothing(VMCallbackContext* context) {
  return_word(context, 0);
}

// No page of this process is writable and executable, and thunk pages come from our own file.
TEST(Thunk, PagesAreBackedByOurFileAndNeverWritable) {
  ThunkRecord& record = make_thunk(do_nothing);
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
  ThunkRecord& record = make_thunk(do_nothing);
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
constexpr const char* kTargets[] = {"banter_thunk_page", "thunkEntry", "banter_ms_abi_thunk_entry",
                                    "banter_sysv_x64_call", "banter_ms_abi_call"};
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

}  // namespace
}  // namespace banter::native
