// abi_oracle_test.cc -- the program: a fixed seed as a test, any other on request.
//
//   abi_oracle_test [--seed=N] [--count=N] [--abi=NAME] [--keep]
//
// Each round compiles 400 signatures; --count is rounded up to whole rounds.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include "golden.h"
#include "native/host.h"
#include "oracle.h"

namespace banter::abi_oracle {
namespace {

constexpr std::size_t kRound = 400;

struct Options {
  std::uint64_t seed = 20250301;
  std::size_t count = kRound;
  abi::AbiName abi = native::kHostAbi;
  bool keep = false;
} options;

void expect_agreement(abi::AbiName abi) {
  for (std::size_t done = 0; done < options.count; done += kRound) {
    const std::uint64_t seed = options.seed + done / kRound;
    Corpus corpus = random_corpus(abi, seed, std::min(kRound, options.count - done));
    auto wrong = first_disagreement(corpus, seed, options.keep);
    if (wrong) {
      const Disagreement smallest = smallest_disagreement(corpus, *wrong, seed);
      FAIL() << name_of(abi) << ", seed " << seed << ", signature " << wrong->subject
             << ", reduced: " << smallest.text;
    }
  }
  fmt::print("{}: {} signatures agree with the compiler in both directions\n", name_of(abi),
             options.count);
}

TEST(AbiOracle, PlansAgreeWithTheCompiler) {
  expect_agreement(options.abi);
}

void expect_agreement_on_golden(abi::AbiName abi) {
  const Corpus corpus = golden_corpus(abi);
  EXPECT_GT(corpus.subjects.size(), 100u);
  const auto wrong = first_disagreement(corpus, 1, options.keep);
  if (wrong) FAIL() << name_of(abi) << ", " << wrong->text;
}

TEST(AbiOracleGolden, TheCompilerAgreesWithTheGoldenFile) {
  expect_agreement_on_golden(native::kHostAbi);
}

#if defined(BANTER_HOST_AAPCS64)
TEST(AbiOracleGolden, ApplesCompilerAgreesWithTheGoldenFile) {
  expect_agreement_on_golden(abi::AbiName::apple_arm64);
}
#endif

#if defined(BANTER_HOST_SYSV_X64)
// Functions with the ms_abi attribute.
TEST(AbiOracleWinX64, PlansAgreeWithTheCompiler) {
  expect_agreement(abi::AbiName::win_x64);
}
#elif defined(BANTER_HOST_AAPCS64)
// What Clang makes of C for macOS, in a program of Linux (apple_assembly.h).
TEST(AbiOracleApple, PlansAgreeWithTheCompiler) {
  expect_agreement(abi::AbiName::apple_arm64);
}
#endif

}  // namespace

// False: an option that is not one of ours.
bool read_option(const std::string& text) {
  if (text.starts_with("--seed=")) {
    options.seed = std::stoull(text.substr(7));
  } else if (text.starts_with("--count=")) {
    options.count = std::stoull(text.substr(8));
  } else if (text.starts_with("--abi=")) {
    auto abi = abi::abi_named(text.substr(6));
    if (!abi) return false;
    options.abi = *abi;
  } else if (text == "--keep") {
    options.keep = true;
  } else {
    return false;
  }
  return true;
}

}  // namespace banter::abi_oracle

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  for (int i = 1; i < argc; i++) {
    if (banter::abi_oracle::read_option(argv[i])) continue;
    fmt::print(stderr, "abi_oracle_test: unknown option {}\n", argv[i]);
    return 2;
  }
  return RUN_ALL_TESTS();
}
