// Any bytes at all: the compiler answers code that holds together, or an error that points into the
// text. It starts from the kernel's own sources and from golden.txt and breaks them.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "compiler/compiler_testing.h"

namespace banter::compiler {
namespace {

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Method bodies are found the crude way: from one line that ends in `[` to the line `]`.
std::vector<std::string> kernel_methods() {
  std::vector<std::string> result;
  std::vector<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(BANTER_SOURCE_DIR "/kernel")) {
    if (entry.path().extension() == ".st") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& path : files) {
    const std::string text = contents(path);
    for (std::size_t head = text.find(" >> "); head != std::string::npos;
         head = text.find(" >> ", head + 1)) {
      const std::size_t open = text.find(" [\n", head);
      const std::size_t close = text.find("\n]\n", head);
      if (open == std::string::npos || close == std::string::npos || open > close) continue;
      result.push_back(text.substr(head + 4, open - head - 4) +
                       text.substr(open + 2, close - open));
    }
  }
  return result;
}

// Knows every name, so that broken code gets as far as the generator.
class AnyScope : public SampleScope {
 public:
  std::optional<Binding> lookup(std::string_view name) override {
    return Binding{std::string(name), "", true, 0};
  }
};

void check(const std::string& text) {
  AnyScope scope;
  const SourceText source{text, "fuzz.st", 1, 1};
  for (const bool is_doit : {false, true}) {
    auto result = is_doit ? compile_doit(source, scope) : compile_method(source, scope);
    if (result.ok()) {
      ASSERT_EQ(code_problem(result.value()), "") << text;
    } else {
      ASSERT_LE(result.error().offset, text.size()) << text;
      ASSERT_FALSE(result.error().message.empty()) << text;
      ASSERT_FALSE(result.error().render().empty());
    }
  }
}

std::string broken(std::string text, const std::vector<std::string>& all, std::mt19937& random) {
  static constexpr std::string_view kPieces[] = {"[",
                                                 "]",
                                                 "(",
                                                 ")",
                                                 "{",
                                                 "}",
                                                 "|",
                                                 ":",
                                                 ":=",
                                                 ".",
                                                 ";",
                                                 "^",
                                                 "#",
                                                 "$",
                                                 "'",
                                                 "\"",
                                                 "#(",
                                                 "#[",
                                                 " ",
                                                 "\n",
                                                 "-",
                                                 "16r",
                                                 "1e",
                                                 "self ",
                                                 "super ",
                                                 "thisContext ",
                                                 "ifTrue: [ ",
                                                 "whileTrue: [ ",
                                                 "to: 3 do: [ :i | ",
                                                 "<primitive: 1 error: e>",
                                                 "\xC3",
                                                 "\xFF",
                                                 "\0x",
                                                 "| a b | ",
                                                 "and: [ ",
                                                 "ifNotNil: [ :x | ",
                                                 "timesRepeat: [ ",
                                                 "[ :each | ",
                                                 "x := ",
                                                 "9",
                                                 "s2"};
  const unsigned changes = 1 + random() % 4;
  for (unsigned i = 0; i < changes && !text.empty(); ++i) {
    const std::size_t at = random() % text.size();
    switch (random() % 5) {
      case 0:
        text.erase(at, 1 + random() % 10);
        break;
      case 1:
        text.insert(at, kPieces[random() % std::size(kPieces)]);
        break;
      case 2:
        text[at] = static_cast<char>(random());
        break;
      case 3:
        text.resize(at);
        break;
      default: {
        const std::string& other = all[random() % all.size()];
        const std::size_t from = random() % (other.size() + 1);
        text.insert(at, other.substr(from, random() % 60));
        break;
      }
    }
  }
  return text;
}

TEST(Fuzz, TheKernelCompilesToSoundCode) {
  for (const std::string& text : kernel_methods()) check(text);
}

TEST(Fuzz, BrokenSourcesNeverBreakTheCompiler) {
  std::vector<std::string> sources = kernel_methods();
  sources.push_back("foo ^ 3");
  const std::string golden = contents(BANTER_SOURCE_DIR "/src/compiler/golden.txt");
  for (std::size_t begin = golden.find("==========\n"); begin < golden.size(); begin += 300) {
    sources.push_back(golden.substr(begin, 300));
  }
  std::mt19937 random(20260101);
  for (int i = 0; i < 20000; ++i)
    check(broken(sources[random() % sources.size()], sources, random));
}

TEST(Fuzz, RandomBytes) {
  std::mt19937 random(7);
  for (int i = 0; i < 5000; ++i) {
    std::string text(random() % 40, '\0');
    for (char& c : text) c = static_cast<char>(random() % (i % 2 == 0 ? 128 : 256));
    check(text);
  }
}

}  // namespace
}  // namespace banter::compiler
