// statements.cc -- whole declarations, one after the other, and lines of the preprocessor.
#include <fmt/core.h>

#include <algorithm>
#include <bit>

#include "abi/declaration/parser.h"
#include "abi/spelling.h"

namespace banter::abi::declaration {

Signature Parser::signature() {
  const Specifiers base = last_specifiers();
  const Declarator what = declarator();
  expect_end();
  const Parsed result = derived(base, what);
  std::shared_ptr<const Signature> function = result.function;
  if (!function && result.unusable.empty() && result.type.role == Role::code) {
    function = result.type.function;
  }
  if (!function) {
    refuse_at(base.base.at, "a function declaration", "one that declares no function");
  }
  Signature signature = *function;
  signature.name = what.name;
  return signature;
}

MemberRequest Parser::field() {
  const Specifiers base = last_specifiers();
  AggregateRequest request;
  request.abi = abi_;
  std::vector<Parsed> types;
  const std::size_t at = base.base.at;
  member(base, request, types);
  expect_end();
  if (request.members[0].name.empty()) refuse_at(at, "the name of a field", "none");
  checked(lay_out(request), at);
  return request.members[0];
}

CType Parser::type() {
  Parsed parsed = type_name();
  if (parsed.is_flexible) reject(parsed.at, "an array without a size");
  return value(std::move(parsed), false);
}

// The whole text as a type, perhaps a function's.
Parsed Parser::type_name() {
  const Specifiers base = last_specifiers();
  const Declarator what = declarator();
  if (!what.name.empty()) refuse_at(what.at, "a type alone", "the name " + what.name);
  expect_end();
  Attributes all = base.attributes;
  merge(all, what.attributes);
  Parsed parsed = derived(base, what);
  if (scope_.tags.contains(parsed.tag)) complete(parsed);
  return with_alignment(std::move(parsed), all.alignment);
}

Declarations Parser::declarations() {
  keeps_names_ = true;
  int blocks = 0;  // of extern "C"
  while (!at_end()) {
    if (token().kind == TokenKind::directive) {
      directive();
    } else if (accept(";")) {
      continue;
    } else if (token().is("extern") && ahead().kind == TokenKind::string && ahead(2).is("{")) {
      position_ += 3;
      blocks++;
    } else if (blocks > 0 && accept("}")) {
      blocks--;
    } else {
      statement();
    }
  }
  if (blocks > 0) refuse("'}'");
  return std::move(scope_.found);
}

// Everything before the last declaration, and the specifiers of that one.
Specifiers Parser::last_specifiers() {
  for (;;) {
    while (token().kind == TokenKind::directive) directive();
    Specifiers base = specifiers();
    if (base.is_typedef) {
      define_typedefs(base);
      continue;
    }
    const bool more = token().is(";") && ahead().kind != TokenKind::end;
    if (!base.is_definition || !more) return base;
    advance();
  }
}

void Parser::statement() {
  const Specifiers base = specifiers();
  if (base.is_typedef) return define_typedefs(base);
  if (accept(";")) {
    const bool declares_tag = base.is_definition || !base.base.tag.empty();
    if (!declares_tag) refuse_at(base.base.at, "a declaration", "a type alone");
    return;
  }
  do {
    const Declarator what = declarator();
    if (what.name.empty()) refuse("a name");
    record(base, what);
    if (token().is("{") && scope_.found.functions.size() > 0) return skip_balanced();
    if (!accept("=")) continue;
    while (!at_end() && !token().is(",") && !token().is(";")) skip_balanced();
  } while (accept(","));
  expect(";");
}

void Parser::record(const Specifiers& base, const Declarator& what) {
  Parsed parsed = derived(base, what);
  if (parsed.function) {
    Signature function = *parsed.function;
    function.name = what.name;
    scope_.found.functions.push_back(std::move(function));
    return;
  }
  complete(parsed);
  const bool is_extern_array = parsed.element && parsed.is_flexible;
  scope_.found.variables.push_back(
      {what.name, is_extern_array ? parsed.type : value(std::move(parsed), false)});
}

void Parser::define_typedefs(const Specifiers& base) {
  do {
    const Declarator what = declarator();
    if (what.name.empty()) refuse("the name of a type");
    define_typedef(base, what);
  } while (accept(","));
  expect(";");
}

void Parser::define_typedef(const Specifiers& base, const Declarator& what) {
  Attributes all = base.attributes;
  merge(all, what.attributes);
  Parsed parsed = derived(base, what);
  const Bytes alignment = all.alignment;
  if (alignment > Bytes{0} && !parsed.tag.empty()) reject(what.at, needs_definition(parsed));
  parsed = with_alignment(std::move(parsed), alignment);
  const auto [entry, is_new] = scope_.typedefs.try_emplace(what.name, parsed);
  if (!is_new) {  // [C11 6.7 p3]
    const Parsed& first = entry->second;
    if (first.type.spelling != parsed.type.spelling || first.type.size != parsed.type.size) {
      reject(what.at, fmt::format("{} is defined twice, differently", what.name));
    }
    return;
  }
  std::string text = parsed.type.spelling;
  if (parsed.function) text = declared_function(*parsed.function, "");
  if (alignment > Bytes{0})
    text = fmt::format("__attribute__((aligned({}))) {}", alignment.count, text);
  scope_.found.names[what.name] = text;
  const bool usable = !parsed.function && parsed.unusable.empty() && !parsed.is_flexible;
  if (!usable || (!parsed.tag.empty() && !scope_.tags[parsed.tag].type)) return;
  CType type = value(parsed, false);
  if (!type.function) spell(type, what.name);
  scope_.found.types.push_back({what.name, std::move(type)});
}

// aligned(n) on a typedef sets the alignment, up or down; arguments do not follow it. [GCC manual
// 6.33.1 "aligned"]
Parsed Parser::with_alignment(Parsed parsed, Bytes alignment) {
  if (alignment == Bytes{0} || parsed.function) return parsed;
  if (!parsed.plain_alignment) parsed.plain_alignment = parsed.type.alignment;
  parsed.type.alignment = alignment;
  return parsed;
}

void Parser::directive() {
  const Token line = token();
  const std::vector<Token> words = tokens_of_directive(line);
  advance();
  const std::string_view what = words[0].text;
  if (what.starts_with("if") || what.starts_with("el") || what == "endif") {
    reject(line.at, fmt::format("#{} needs the preprocessor: cc -E", what));
  }
  if (what == "error") reject(line.at, "#error");
  if (what != "pragma" || words.size() < 3) return;
  if (words[1].is("pack")) return pragma_pack(words);
  if (words[1].is("ms_struct") || words[1].is("options") || words[1].is("scalar_storage_order")) {
    reject(line.at, fmt::format("#pragma {} is not supported", words[1].text));
  }
}

// #pragma pack(), (2), (push), (push, 2), (pop); `push` and `pop` may have a label.
void Parser::pragma_pack(const std::vector<Token>& words) {
  for (std::size_t i = 2; i < words.size(); i++) {
    const Token& word = words[i];
    if (word.kind == TokenKind::end || word.is("(") || word.is(",")) continue;
    if (word.is(")")) {
      if (words[i - 1].is("(")) pack_ = {0};
    } else if (word.is("push")) {
      saved_packs_.push_back(pack_);
    } else if (word.is("pop")) {
      if (saved_packs_.empty()) reject(word.at, "#pragma pack(pop) without a push");
      pack_ = saved_packs_.back();
      saved_packs_.pop_back();
    } else if (word.is("1") || word.is("2") || word.is("4") || word.is("8") || word.is("16")) {
      pack_ = {static_cast<std::uint32_t>(std::stoul(std::string(word.text)))};
    } else if (word.kind != TokenKind::word) {
      refuse_at(word.at, "1, 2, 4, 8, 16, push or pop", fmt::format("'{}'", word.text));
    }
  }
}

}  // namespace banter::abi::declaration
