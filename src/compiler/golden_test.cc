// Every construct's code, in golden.txt: a heading, the source, what it becomes. `compiler_test
// --update-golden` writes the answers anew; read the difference before you commit it.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "compiler/compiler_testing.h"

namespace banter::compiler {
namespace {

constexpr const char* kPath = BANTER_SOURCE_DIR "/src/compiler/golden.txt";
constexpr std::string_view kHeading = "========== ";
constexpr std::string_view kAnswer = "----------\n";

struct Case {
  std::string name;
  std::string source;
  std::string answer;
};

std::vector<Case> read_cases() {
  std::ifstream file(kPath);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  std::vector<Case> cases;
  for (std::size_t begin = text.find(kHeading); begin < text.size();) {
    const std::size_t end =
        std::min(text.find("\n" + std::string(kHeading), begin), text.size() - 1) + 1;
    const std::string part = text.substr(begin, end - begin);
    const std::size_t line = part.find('\n') + 1;
    const std::size_t answer = std::min(part.find(kAnswer, line), part.size());
    cases.push_back({part.substr(kHeading.size(), line - 1 - kHeading.size()),
                     part.substr(line, answer - line),
                     answer < part.size() ? part.substr(answer + kAnswer.size()) : ""});
    begin = end;
  }
  return cases;
}

// The name of a case says how it is compiled.
std::string answer_to(const Case& test) {
  SampleScope scope;
  scope.is_context = test.name.starts_with("context: ");
  scope.allows_script_variables = test.name.starts_with("script: ");
  const SourceText source{test.source, "golden.st", 1, 1};
  DoItOptions options;
  options.script_variables = scope.allows_script_variables;
  auto code = test.name.starts_with("doit: ") || options.script_variables
                  ? compile_doit(source, scope, options)
                  : compile_method(source, scope);
  if (!code.ok()) return code.error().render() + "\n\n";
  EXPECT_EQ(code_problem(code.value()), "") << test.name;
  return code_text(code.value()) + "\n";
}

bool updating() {
  for (const std::string& each : testing::internal::GetArgvs()) {
    if (each == "--update-golden") return true;
  }
  return false;
}

TEST(Golden, EveryConstructBecomesTheCodeOnRecord) {
  const std::vector<Case> cases = read_cases();
  ASSERT_GT(cases.size(), 50u);
  std::string updated;
  for (const Case& test : cases) {
    const std::string answer = answer_to(test);
    if (!updating()) {
      EXPECT_EQ(answer, test.answer) << test.name << "\n" << test.source;
    }
    updated +=
        std::string(kHeading) + test.name + "\n" + test.source + std::string(kAnswer) + answer;
  }
  if (updating()) std::ofstream(kPath) << updated;
}

}  // namespace
}  // namespace banter::compiler
