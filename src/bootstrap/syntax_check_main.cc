// banter-syntax: reports every mistake in Tonel packages without running anything.
#include <CLI/CLI.hpp>

#include <cstdio>

#include "bootstrap/syntax_check.h"

int main(int argc, char** argv) {
  CLI::App app{"Checks the syntax and the names of Tonel packages."};
  std::vector<std::filesystem::path> checked;
  std::vector<std::filesystem::path> known;
  bool no_warnings = false;
  app.add_option("path", checked, "Package folders, or folders of package folders")->required();
  app.add_option("--known", known, "Packages whose classes may be used, but that are not checked");
  app.add_flag("--no-warnings", no_warnings,
               "Do not tell of selectors nobody implements and of methods without a category");
  CLI11_PARSE(app, argc, argv);

  const auto report = banter::bootstrap::check_syntax(checked, known);
  if (!no_warnings) {
    for (const std::string& warning : report.warnings) std::printf("%s\n", warning.c_str());
  }
  for (const std::string& error : report.errors) std::printf("%s\n", error.c_str());
  std::printf("%zu classes, %zu methods, %zu errors, %zu warnings\n", report.classes,
              report.methods, report.errors.size(), report.warnings.size());
  return report.errors.empty() ? 0 : 1;
}
