// The protocol of who holds the VM, in every order of its threads, under weak memory; and that
// every step of it is needed. BANTER_INTERLEAVINGS=1 prints what happens when a step is taken out.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "carrier/model/scenarios.h"

namespace banter::carrier::model {

namespace {

// What is explored does not depend on the host: once is enough, where it is quick.
// BANTER_REDUCED_TESTS: only that it works.
bool reduced() {
  return std::getenv("BANTER_REDUCED_TESTS") != nullptr;
}

std::string text_of_run(const Scenario& scenario, const Outcome& outcome) {
  std::string text = fmt::format("{}: {}\n", scenario.name, outcome.violation);
  for (const std::string& line : outcome.trace) text += "  " + line + "\n";
  return text;
}

Outcome explore(Explorer& explorer, const Scenario& scenario) {
  return explorer.explore(static_cast<int>(scenario.bodies.size()),
                          [&](std::byte* place, std::size_t room) -> Run* {
                            BANTER_CHECK(sizeof(OwnershipRun) <= room, "a larger room, please");
                            return new (place) OwnershipRun(scenario);
                          });
}

std::string protocol_name(bool asymmetric) {
  return asymmetric ? "membarrier" : "exchange";
}

class OwnershipModelTest : public testing::TestWithParam<bool> {
 protected:
  OwnershipModelTest() { ModelPlatform::asymmetric_ = GetParam(); }
  Explorer explorer_;
};

INSTANTIATE_TEST_SUITE_P(Protocols, OwnershipModelTest, testing::Bool(),
                         [](const auto& test) { return test.param ? "Membarrier" : "Exchange"; });

TEST_P(OwnershipModelTest, HoldsInEveryOrder) {
  constexpr std::size_t kFew = 4;
  std::size_t explored = 0;
  for (const Scenario& scenario : scenarios()) {
    if (reduced() && explored++ == kFew) break;
    const Outcome outcome = explore(explorer_, scenario);
    fmt::print("{:8} runs {:8} states  {}\n", outcome.runs, outcome.states, scenario.name);
    EXPECT_EQ(outcome.violation, "") << text_of_run(scenario, outcome);
  }
}

// --- everything that the protocol does is needed
// --------------------------------------------------

struct Mutant {
  Mutation mutation;
  std::string name;
};

// Notes every site that a scenario comes to, and answers the scenarios from small to large.
std::vector<const Scenario*> visit_all_sites() {
  mutator().collecting = true;
  Explorer explorer;
  std::vector<std::pair<std::size_t, const Scenario*>> by_size;
  for (const Scenario& scenario : scenarios()) by_size.emplace_back(0, &scenario);
  for (auto& [size, scenario] : by_size)
    for (const bool asymmetric : {true, false}) {
      ModelPlatform::asymmetric_ = asymmetric;
      size += explore(explorer, *scenario).runs;
    }
  mutator().collecting = false;
  std::sort(by_size.begin(), by_size.end());
  std::vector<const Scenario*> sorted;
  for (const auto& each : by_size) sorted.push_back(each.second);
  return sorted;
}

std::vector<Mutant> mutants_of_sites() {
  std::vector<Mutant> mutants;
  for (const auto& [site, info] : mutator().sites) {
    const std::string name =
        fmt::format("{}:{} {}", site.function(), site.where.line(), info.operation);
    if (info.can_be_taken_out)
      mutants.push_back({{Change::taken_out, site, Step::none}, name + " taken out"});
    if (info.can_be_relaxed)
      mutants.push_back({{Change::relaxed, site, Step::none}, name + " relaxed"});
  }
  return mutants;
}

std::vector<Mutant> mutants_of_steps() {
  std::vector<Mutant> mutants;
  for (int i = 1; i < static_cast<int>(Step::count); i++)
    mutants.push_back(
        {{Change::none, {}, static_cast<Step>(i)},
         fmt::format("step '{}' taken out", kStepNames[static_cast<std::size_t>(i)])});
  return mutants;
}

// The first run that goes wrong.
std::optional<std::string> how_it_fails(const Mutation& mutation,
                                        const std::vector<const Scenario*>& from_small_to_large) {
  Explorer explorer;
  mutator().mutation = mutation;
  std::optional<std::string> text;
  for (const Scenario* scenario : from_small_to_large) {
    for (const bool asymmetric : {true, false}) {
      ModelPlatform::asymmetric_ = asymmetric;
      const Outcome outcome = explore(explorer, *scenario);
      if (outcome.violation.empty()) continue;
      text = protocol_name(asymmetric) + ": " + text_of_run(*scenario, outcome);
      break;
    }
    if (text) break;
  }
  mutator().mutation = {};
  return text;
}

TEST(OwnershipMutationTest, EveryOperationAndEveryStepIsNeeded) {
  if (reduced()) GTEST_SKIP() << "the same on every host; too much where everything is slow";
  const bool show = std::getenv("BANTER_INTERLEAVINGS") != nullptr;
  const auto ordered = visit_all_sites();
  std::vector<Mutant> mutants = mutants_of_sites();
  EXPECT_GT(mutants.size(), 35u);
  for (Mutant& each : mutants_of_steps()) mutants.push_back(std::move(each));
  for (const Mutant& mutant : mutants) {
    const auto text = how_it_fails(mutant.mutation, ordered);
    EXPECT_TRUE(text.has_value()) << mutant.name << ": nothing goes wrong without it";
    if (text) fmt::print("{}: {}\n", mutant.name, show ? *text : text->substr(0, text->find('\n')));
  }
}

}  // namespace
}  // namespace banter::carrier::model
