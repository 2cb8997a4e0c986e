#include "tonel/traits.h"

#include <gtest/gtest.h>

namespace banter::tonel {
namespace {

using Names = std::vector<std::string>;
using Aliases = std::vector<std::pair<std::string, std::string>>;

std::vector<TraitUse> uses(const std::string& text) {
  const TraitsReading reading = read_traits(text);
  EXPECT_EQ(reading.problem, "") << text;
  return reading.uses;
}

TEST(Traits, NoTraits) {
  EXPECT_TRUE(uses("").empty());
  EXPECT_TRUE(uses("{}").empty());
  EXPECT_TRUE(uses(" { } ").empty());
}

TEST(Traits, Sums) {
  EXPECT_EQ(uses("TFoo"), (std::vector<TraitUse>{{"TFoo", false, {}, {}}}));
  EXPECT_EQ(uses("TFoo + TBar"),
            (std::vector<TraitUse>{{"TFoo", false, {}, {}}, {"TBar", false, {}, {}}}));
  EXPECT_EQ(uses("(TFoo + TBar)"), uses("TFoo+TBar"));
  EXPECT_EQ(uses("TFoo class + TBar classTrait"),
            (std::vector<TraitUse>{{"TFoo", true, {}, {}}, {"TBar", true, {}, {}}}));
}

TEST(Traits, ExclusionsAndAliasesBelongToTheTraitBefore) {
  const std::vector<TraitUse> expected = {
      {"TFoo", false, {}, {}},
      {"TBar", false, Names{"x", "at:put:", "+"}, Aliases{{"alias", "selector"}, {"a:", "b:"}}}};
  EXPECT_EQ(uses("TFoo + TBar - {#x. #at:put:. #+} @ {#alias->#selector. #a: -> #b:}"), expected);
  EXPECT_EQ(uses("TFoo + (TBar - #(x at:put: +) @ { #alias -> #selector. #a: -> #b: })"), expected);
  EXPECT_EQ(uses("TFoo - #x + TBar")[0].exclusions, Names{"x"});
}

TEST(Traits, Problems) {
  const auto problem = [](const std::string& text) { return read_traits(text).problem; };
  EXPECT_EQ(problem("TFoo +"), "expected the name of a trait, but the text ends here");
  EXPECT_EQ(problem("TFoo TBar"), "expected 'classTrait', not 'TBar'");
  EXPECT_EQ(problem("TFoo ; TBar"), "expected '+', '-' or '@', not ';'");
  EXPECT_EQ(problem("TFoo @ {#x}"), "expected '->', not '}'");
  EXPECT_EQ(problem("TFoo - {3}"), "expected a selector, not '3'");
  EXPECT_EQ(problem("(TFoo"), "expected ')', but the text ends here");
  EXPECT_EQ(problem(std::string(100000, '(')), "expected the name of a trait, not '('");
}

}  // namespace
}  // namespace banter::tonel
