// definition_text.cc -- a structure or union written out, so that reading it gives the same layout.
#include <fmt/core.h>

#include <algorithm>

#include "abi/declaration/parser.h"
#include "abi/spelling.h"

namespace banter::abi::declaration {
namespace {

std::string attributes_text(const std::vector<std::string>& list) {
  if (list.empty()) return "";
  std::string text;
  for (const std::string& each : list) text += (text.empty() ? "" : ", ") + each;
  return "__attribute__((" + text + ")) ";
}

std::string member_attributes(const MemberRequest& member) {
  std::vector<std::string> list;
  if (member.packed) list.emplace_back("packed");
  if (member.alignment > Bytes{0}) {
    list.push_back(fmt::format("aligned({})", member.alignment.count));
  }
  return attributes_text(list);
}

std::string declarator_text(const MemberRequest& member) {
  std::string text = declared(member.type, member.name);
  if (member.bits) text += fmt::format(" : {}", *member.bits);
  return text;
}

// True for `int x`, to which another name can be added: `int x, y`.
bool is_plain(const CType& type) {
  return type.name_at == kAtEnd && !type.spelling.ends_with('*');
}

}  // namespace

std::string definition_text(const AggregateRequest& request) {
  std::vector<std::string> list;
  if (request.packed) list.emplace_back("packed");
  if (request.pack > Bytes{0}) list.push_back(fmt::format("pack({})", request.pack.count));
  if (request.alignment > Bytes{0}) {
    list.push_back(fmt::format("aligned({})", request.alignment.count));
  }
  if (request.ms_bit_fields && request.abi != AbiName::win_x64) list.emplace_back("ms_struct");
  std::string text = request.is_union ? "union " : "struct ";
  text += attributes_text(list);
  if (!request.tag.empty()) text += request.tag + " ";
  text += "{";
  std::string before;  // what the member before this one begins with
  for (const MemberRequest& member : request.members) {
    const CType& type = member.type;
    const std::string prefix = member_attributes(member);
    const std::string start = prefix + type.spelling + " ";
    const bool joins = is_plain(type) && !member.name.empty() && start == before;
    if (joins) {
      text.pop_back();
      text += ", " + declarator_text(member).substr(type.spelling.size() + 1) + ";";
    } else {
      text += " " + prefix + declarator_text(member) + ";";
    }
    before = is_plain(type) && !member.name.empty() ? start : "";
    if (text.size() > 2 * kLongestSpelling) break;  // refused by whoever asked
  }
  return text + " }";
}

}  // namespace banter::abi::declaration
