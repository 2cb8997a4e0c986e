// The tables of primitives against the `<primitive: ...>` pragmas of the kernel's methods, both
// ways.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>

#include "primitives/primitive_testing.h"
#include "primitives/tables.h"

namespace banter::primitives {
namespace {

// Modules whose primitives other layers of the VM define.
const std::set<std::string> kForeignModules = {"BanterFFI", "IA32ABI"};
// Numbers that the interpreter knows without a table, or that src/ffi defines.
bool is_elsewhere(int number) {
  return (number >= 256 && number <= 519) || number == 117 || number == 120 || number == 19;
}

struct Pragmas {
  std::map<int, std::string> numbers;                                // and a file that names it
  std::map<std::pair<std::string, std::string>, std::string> names;  // module, name
};

Pragmas kernel_pragmas() {
  static const std::regex kNumbered(R"(<primitive:\s*(\d+))");
  static const std::regex kNamed(R"(<primitive:\s*'(\w+)'(?:\s*module:\s*'(\w*)')?)");
  Pragmas pragmas;
  const std::filesystem::path root = std::filesystem::path(BANTER_SOURCE_DIR) / "kernel";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (entry.path().extension() != ".st") continue;
    std::ifstream file(entry.path());
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const std::string name = entry.path().filename().string();
    for (std::sregex_iterator i(text.begin(), text.end(), kNumbered), end; i != end; ++i) {
      pragmas.numbers.emplace(std::stoi((*i)[1]), name);
    }
    for (std::sregex_iterator i(text.begin(), text.end(), kNamed), end; i != end; ++i) {
      pragmas.names.emplace(std::pair((*i)[2].str(), (*i)[1].str()), name);
    }
  }
  return pragmas;
}

class PragmasTest : public PrimitiveTest {};

TEST_F(PragmasTest, EveryPrimitiveThatTheKernelNamesExists) {
  const Pragmas pragmas = kernel_pragmas();
  ASSERT_FALSE(pragmas.numbers.empty());
  for (const auto& [number, file] : pragmas.numbers) {
    if (is_elsewhere(number)) continue;
    EXPECT_NE(vm().find_primitive(static_cast<std::uint16_t>(number)), nullptr)
        << file << " names primitive " << number;
  }
  for (const auto& [name, file] : pragmas.names) {
    if (kForeignModules.contains(name.first)) continue;
    EXPECT_NE(vm().find_named_primitive(name.first, name.second), nullptr)
        << file << " names " << name.second << " of module '" << name.first << "'";
  }
}

// The other modules are there for code that comes from other systems.
TEST_F(PragmasTest, TheKernelUsesEveryPrimitiveOfModuleBanter) {
  const Pragmas pragmas = kernel_pragmas();
  for (const auto table : named_tables()) {
    for (const NamedEntry& entry : table) {
      if (std::string_view(entry.module) != "Banter") continue;
      EXPECT_TRUE(pragmas.names.contains({"Banter", entry.name})) << entry.name;
    }
  }
}

TEST_F(PragmasTest, NoNumberOrNameIsTakenTwice) {
  std::set<int> numbers;
  for (const auto table : numbered_tables()) {
    for (const Entry& entry : table) EXPECT_TRUE(numbers.insert(entry.number).second) << entry.name;
  }
  std::set<std::pair<std::string, std::string>> names;
  for (const auto table : named_tables()) {
    for (const NamedEntry& entry : table) {
      EXPECT_TRUE(names.insert({entry.module, entry.name}).second) << entry.name;
    }
  }
}

}  // namespace
}  // namespace banter::primitives
