#include "apple_assembly.h"

#include <fmt/core.h>

#include <regex>
#include <sstream>

namespace banter::abi_oracle {
namespace {

// Most lines are none; regular expressions are slow, above all under an emulator.
bool is_directive(const std::string& line) {
  const auto first = line.find_first_not_of(" \t");
  return first != line.npos && line[first] == '.';
}

// A directive that says nothing to Linux.
bool is_dropped(const std::string& line) {
  static const std::regex dropped(
      R"(\s*\.(build_version|loh|subsections_via_symbols|no_dead_strip)\b.*)");
  return std::regex_match(line, dropped);
}

// ".section __TEXT,__text,regular,pure_instructions"
std::string section(const std::string& names) {
  if (names.starts_with("__TEXT,__text")) return "\t.text";
  return names.starts_with("__TEXT") ? "\t.section .rodata" : "\t.data";
}

// ".zerofill __DATA,__common,_oracle_in,20480,0": the last number is a power of two.
std::string zero_filled(const std::string& line) {
  static const std::regex parts(R"(.zerofill [^,]*,[^,]*,_(\w+),(\d+),(\d+))");
  std::smatch found;
  if (!std::regex_search(line, found, parts)) return line;
  return fmt::format("\t.comm {},{},{}", found.str(1), found.str(2),
                     1u << std::stoul(found.str(3)));
}

std::string instruction(std::string line) {
  static const std::pair<std::regex, const char*> places[] = {
      {std::regex(R"((\w+)@GOTPAGEOFF)"), ":got_lo12:$1"},
      {std::regex(R"((\w+)@GOTPAGE)"), ":got:$1"},
      {std::regex(R"((\w+)@PAGEOFF)"), ":lo12:$1"},
      {std::regex(R"((\w+)@PAGE)"), "$1"},
  };
  static const std::regex name(R"(\b_([A-Za-z]))");  // C's names have an underscore in front
  if (line.find('@') != line.npos) {
    for (const auto& [from, to] : places) line = std::regex_replace(line, from, to);
  }
  return line.find('_') == line.npos ? line : std::regex_replace(line, name, "$1");
}

}  // namespace

std::string from_apple(const std::string& assembly) {
  static const std::regex section_line(R"(\s*\.section\s+(.*))");
  std::istringstream lines(assembly);
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    line.erase(std::min(line.find(';'), line.size()));  // a comment
    std::smatch found;
    const bool directive = is_directive(line);
    if (directive && is_dropped(line)) continue;
    if (directive && std::regex_match(line, found, section_line)) {
      text += section(found.str(1));
    } else if (line.find(".zerofill") != line.npos) {
      text += zero_filled(line);
    } else {
      text += instruction(line);
    }
    text += '\n';
  }
  return text;
}

}  // namespace banter::abi_oracle
