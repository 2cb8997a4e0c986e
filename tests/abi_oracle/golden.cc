#include "golden.h"

#include <fmt/core.h>

#include <cctype>
#include <filesystem>
#include <fstream>
#include <map>

#include "abi/declaration.h"
#include "base/check.h"

namespace banter::abi_oracle {
namespace {

using abi::AbiName;
using abi::CType;
using abi::ValueKind;

std::filesystem::path file_of(AbiName abi) {
  const std::filesystem::path folder = BANTER_SOURCE_DIR "/src/abi";
  if (abi == AbiName::aapcs32_soft) return folder / "aapcs32" / "golden_soft.txt";
  return folder / abi::name_of(abi) / "golden.txt";
}

// What this compiler cannot be asked about: Clang 14 differs from later ones where a bit-field of
// no width is between the members of an HFA (src/abi/apple_arm64/classify.cc), vectors need
// instructions that Debian's i686 does not assume, and the long double of GCC for Windows is not
// the ABI's.
bool is_left_out(AbiName abi, const std::string& line) {
  const auto has = [&](const char* text) { return line.find(text) != line.npos; };
  return (abi == AbiName::apple_arm64 && has(": 0;")) ||
         (abi == AbiName::ia32 && has("vector_size")) ||
         (abi == AbiName::win_x64 && has("long double"));
}

class Author {
 public:
  explicit Author(AbiName abi) : corpus_{abi, {}, {}} {}

  void add(const abi::Signature& signature) {
    Subject subject;
    subject.result = name_of(signature.result);
    for (const abi::Parameter& each : signature.parameters) {
      subject.parameters.push_back(name_of(each.type));
    }
    subject.fixed_count = signature.variadic ? signature.fixed_count : signature.parameters.size();
    subject.variadic = signature.variadic;
    corpus_.subjects.push_back(std::move(subject));
  }

  Corpus corpus() && { return std::move(corpus_); }

 private:
  // C's own name, or that of a definition.
  std::string name_of(const CType& type) {
    if (type.value == ValueKind::nothing) return "void";
    if (type.value == ValueKind::address) return "void *";
    if (type.value == ValueKind::boolean) return "_Bool";
    // Where long double has this format, __float128 is no name.
    if (type.value == ValueKind::float128 && type.value == abi::long_double(corpus_.abi).value) {
      return "long double";
    }
    if (!abi::is_aggregate(type.value)) return type.spelling;
    auto [found, is_new] =
        names_.try_emplace(type.spelling, fmt::format("G{}", corpus_.types.size()));
    if (is_new) corpus_.types.push_back({found->second, type.spelling});
    return found->second;
  }

  Corpus corpus_;
  std::map<std::string, std::string> names_;
};

bool fits(const abi::Signature& signature) {
  return signature.parameters.size() <= kMostParameters;
}

}  // namespace

Corpus golden_corpus(AbiName abi) {
  std::ifstream file(file_of(abi));
  BANTER_CHECK(file.good(), "{} is not there", file_of(abi).string());
  Author author(abi);
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || std::isspace(line[0]) || is_left_out(abi, line)) continue;
    const auto signature = abi::parse_signature(line, abi);
    if (signature.ok() && fits(signature.value())) author.add(signature.value());
  }
  return std::move(author).corpus();
}

}  // namespace banter::abi_oracle
