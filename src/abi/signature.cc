#include "abi/signature.h"

#include <memory>
#include <string_view>
#include <utility>

#include "base/check.h"

namespace banter::abi {
namespace {

// "int" and "n" to "int n"; "int (*)(int)" and "f" to "int (*f)(int)".
std::string declare(const std::string& type, std::string_view name) {
  if (name.empty()) return type;
  if (auto inside = type.find("(*"); inside != std::string::npos) {
    auto end = type.find_first_of("])", inside);
    return type.substr(0, end) + std::string(name) + type.substr(end);
  }
  const bool glued = type.ends_with('*');
  return type + (glued ? "" : " ") + std::string(name);
}

std::string parameter_list(const Signature& signature) {
  std::string text;
  for (std::size_t i = 0; i < signature.parameters.size(); i++) {
    if (i > 0) text += ", ";
    if (signature.variadic && i == signature.fixed_count) text += "..., ";
    const Parameter& each = signature.parameters[i];
    text += declare(each.type.spelling, each.constant.empty() ? each.name : each.constant);
  }
  if (signature.variadic && signature.fixed_count == signature.parameters.size()) {
    text += text.empty() ? "..." : ", ...";
  }
  return text.empty() ? "void" : text;
}

std::string_view convention_word(Convention convention) {
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

}  // namespace

std::string to_text(const Signature& signature) {
  const std::string convention(convention_word(signature.convention));
  std::string head = signature.name.empty() ? "(" + convention + "*)" : convention + signature.name;
  return declare(signature.result.spelling, head + "(" + parameter_list(signature) + ")");
}

namespace {

CType without_names(const CType& type) {
  if (!type.function) return type;
  CType bare = type;
  auto function = std::make_shared<Signature>(without_names(*type.function));
  if (type.spelling == to_text(*type.function)) bare.spelling = to_text(*function);
  bare.function = std::move(function);
  return bare;
}

}  // namespace

Signature without_names(const Signature& signature) {
  Signature bare = signature;
  bare.name.clear();
  bare.result = without_names(signature.result);
  for (Parameter& each : bare.parameters) {
    each.name.clear();
    each.type = without_names(each.type);
  }
  return bare;
}

Signature with_extra_arguments(const Signature& signature, const std::vector<CType>& extra) {
  BANTER_CHECK(signature.variadic, "'{}' is not variadic", signature.name);
  Signature call = signature;
  for (const CType& each : extra) {
    call.parameters.push_back({promoted(each, signature.abi), "", ""});
  }
  return call;
}

}  // namespace banter::abi
