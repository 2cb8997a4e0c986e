#include "abi/spelling.h"

#include <fmt/core.h>

#include <algorithm>

namespace banter::abi {
namespace {

struct Around {
  std::string_view before;
  std::string_view after;
};

Around around(const CType& type) {
  const std::string_view text = type.spelling;
  const std::size_t at = std::min(type.name_at, text.size());
  return {text.substr(0, at), text.substr(at)};
}

// A sign that stands in a declarator's place: after a word with a space, after another sign
// without.
std::string joined(std::string_view before, std::string_view sign) {
  std::string text(before);
  if (!text.ends_with('*') && !text.ends_with('(')) text += ' ';
  text += sign;
  return text;
}

std::string parameter_list(const Signature& signature) {
  std::string text;
  for (std::size_t i = 0; i < signature.parameters.size(); i++) {
    if (i > 0) text += ", ";
    if (signature.variadic && i == signature.fixed_count) text += "..., ";
    const Parameter& each = signature.parameters[i];
    text += declared(each.type, each.constant.empty() ? each.name : each.constant);
  }
  if (signature.variadic && signature.fixed_count == signature.parameters.size()) {
    text += text.empty() ? "..." : ", ...";
  }
  return text.empty() ? "void" : text;
}

}  // namespace

std::string declared(const CType& type, std::string_view name) {
  if (name.empty()) return type.spelling;
  const auto [before, after] = around(type);
  return joined(before, name).append(after);
}

std::string declared_function(const Signature& signature, std::string_view middle) {
  return declared(signature.result, fmt::format("{}({})", middle, parameter_list(signature)));
}

void spell(CType& type, std::string spelling) {
  type.spelling = std::move(spelling);
  type.name_at = kAtEnd;
}

void spell_pointer_to(CType& pointer, const CType& target) {
  const auto [before, after] = around(target);
  const bool binds_less = after.starts_with('[') || after.starts_with('(');
  std::string text = joined(before, binds_less ? "(*" : "*");
  const std::size_t at = text.size();
  if (binds_less) text += ')';
  text += after;
  pointer.name_at = after.empty() ? kAtEnd : at;
  pointer.spelling = std::move(text);
}

void spell_array_of(CType& array, const CType& element, std::string_view count) {
  const auto [before, after] = around(element);
  std::string text(before);
  const std::size_t at = text.size();
  text.append("[").append(count).append("]").append(after);
  array.name_at = at;
  array.spelling = std::move(text);
}

void spell_pointer_to_function(CType& pointer, const Signature& function) {
  const std::string head = fmt::format("({}*", word_of(function.convention));
  pointer.spelling = declared_function(function, head + ")");
  pointer.name_at = joined(around(function.result).before, head).size();
}

std::string_view word_of(Convention convention) {
  switch (convention) {
    case Convention::cdecl_call:
      return "";
    case Convention::stdcall_call:
      return "__stdcall ";
    case Convention::fastcall_call:
      return "__fastcall ";
    case Convention::thiscall_call:
      return "__thiscall ";
  }
  return "";
}

}  // namespace banter::abi
