// declaration.cc -- the questions that may be asked of a text; the parser is in declaration/.
#include "abi/declaration.h"

#include <fmt/core.h>

#include <utility>

#include "abi/declaration/parser.h"

namespace banter::abi {
namespace {

constexpr std::size_t kLongestText = std::size_t{1} << 24;

template <class Answer>
Result<Answer> parsed(std::string_view text, AbiName abi, const TypeNames& names,
                      Answer (declaration::Parser::*question)()) {
  if (text.size() > kLongestText) {
    return Error{fmt::format("a text of {} bytes is longer than {}", text.size(), kLongestText)};
  }
  try {
    declaration::Lookup lookup(names);
    declaration::Parser parser(text, abi, lookup);
    return (parser.*question)();
  } catch (const declaration::Refusal& refusal) {
    return Error{refusal.message};
  }
}

}  // namespace

Result<Signature> parse_signature(std::string_view text, AbiName abi, const TypeNames& names) {
  return parsed(text, abi, names, &declaration::Parser::signature);
}

Result<CType> parse_type(std::string_view text, AbiName abi, const TypeNames& names) {
  return parsed(text, abi, names, &declaration::Parser::type);
}

Result<MemberRequest> parse_field(std::string_view text, AbiName abi, const TypeNames& names) {
  return parsed(text, abi, names, &declaration::Parser::field);
}

Result<Declarations> parse_declarations(std::string_view text, AbiName abi,
                                        const TypeNames& names) {
  return parsed(text, abi, names, &declaration::Parser::declarations);
}

}  // namespace banter::abi
