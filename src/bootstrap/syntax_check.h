// syntax_check.h -- compiles every method of Tonel packages without running anything.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace banter::bootstrap {

struct SyntaxReport {
  std::vector<std::string> errors;    // rendered, with file, line and column
  std::vector<std::string> warnings;  // likewise
  std::size_t classes = 0;            // of the checked packages
  std::size_t methods = 0;
};

// Reads the packages below `known` and `checked`; compiles the methods of the latter with a scope
// that knows the classes of both. Warns of selectors that are sent but implemented nowhere and of
// methods without a category.
SyntaxReport check_syntax(const std::vector<std::filesystem::path>& checked,
                          const std::vector<std::filesystem::path>& known);

}  // namespace banter::bootstrap
