// specifiers.cc -- what stands before a declarator: a type, qualifiers, storage class, attributes.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "abi/declaration/parser.h"
#include "abi/spelling.h"

namespace banter::abi::declaration {
namespace {

constexpr std::array<std::string_view, 3> kConstWords = {"const", "__const", "__const__"};
// Nothing of these changes how a value travels. _Atomic is not here: it may change the alignment.
constexpr std::array<std::string_view, 23> kIgnoredWords = {
    "volatile",      "__volatile",    "__volatile__", "restrict",  "__restrict", "__restrict__",
    "register",      "extern",        "static",       "inline",    "__inline",   "__inline__",
    "__forceinline", "__extension__", "_Noreturn",    "noreturn",  "auto",       "_Thread_local",
    "thread_local",  "__thread",      "_Nonnull",     "_Nullable", "__ptr64"};

bool contains(const auto& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

}  // namespace

bool Parser::qualifier(bool* is_const) {
  if (!at_word()) return false;
  const bool makes_const = contains(kConstWords, token().text);
  if (!makes_const && !contains(kIgnoredWords, token().text)) return false;
  if (is_const && makes_const) *is_const = true;
  if (accept("extern")) {
    if (token().kind == TokenKind::string) advance();  // extern "C"
    return true;
  }
  advance();
  return true;
}

bool Parser::is_type_word(const Token& word) const {
  if (word.kind != TokenKind::word) return false;
  return contains(kConstWords, word.text) || contains(kIgnoredWords, word.text) ||
         is_attribute_word(word) || word.is("struct") || word.is("union") || word.is("enum") ||
         scope_.typedefs.contains(word.text) || lookup_.names.contains(word.text) ||
         KeywordCount().add(word.text) || type_named(word.text, abi_).has_value();
}

Specifiers Parser::specifiers() {
  const Nesting nesting(*this);
  Specifiers result;
  KeywordCount words;
  bool named = false;
  bool is_const = false;
  std::size_t at = token().at;
  for (;;) {
    if (attribute(result.attributes) || qualifier(&is_const)) continue;
    if (accept("typedef")) {
      result.is_typedef = true;
      continue;
    }
    if (words.empty() && !named) at = token().at;
    if (!specifier_word(result, words, named)) break;
  }
  if (words.empty() && !named) refuse("a type");
  if (!words.empty()) result.base.type = checked(type_of(words, abi_), at);
  result.base.at = at;
  apply_to_base(result.base, result.attributes);
  if (is_const) make_const(result.base);
  return result;
}

// One word that is, or belongs to, the type. False when the declarator begins.
bool Parser::specifier_word(Specifiers& result, KeywordCount& words, bool& named) {
  if (!at_word() || named) return false;
  const bool is_complex = token().is("complex") && (!words.empty() || ahead().is("float") ||
                                                    ahead().is("double") || ahead().is("long"));
  if (is_complex || words.add(token().text)) {
    if (is_complex) words.complexes++;
    advance();
    return true;
  }
  if (!words.empty()) return false;  // the word after `unsigned int` is a name
  named_type(result);
  named = true;
  return true;
}

// A type of one name, or of a tag.
void Parser::named_type(Specifiers& result) {
  const Token name = token();
  if (name.is("struct") || name.is("union") || name.is("enum")) return tagged_type(result);
  advance();
  Parsed& base = result.base;
  if (auto own = typedef_named(name.text, name.at)) {
    base = std::move(*own);
  } else if (auto programs = program_type(name.text, name.at)) {
    base = std::move(*programs);
  } else if (auto known = type_named(name.text, abi_)) {
    base.type = *known;
  } else {
    base.unusable = fmt::format("unknown type '{}'", name.text);
    if (name.is("FFIExternalStructure") || name.is("FFIExternalUnion")) {
      base.unusable = fmt::format("'{}' by value is not supported", name.text);
    }
    spell(base.type, std::string(name.text));
  }
}

// A typedef of this text. Its spelling is that of its type, unless the names are the answer.
std::optional<Parsed> Parser::typedef_named(std::string_view name, std::size_t at) {
  auto found = scope_.typedefs.find(name);
  if (found == scope_.typedefs.end()) return std::nullopt;
  Parsed parsed = found->second;
  parsed.at = at;
  if (keeps_names_ && !parsed.function && !parsed.type.function) {
    spell(parsed.type, std::string(name));
    parsed.named = true;
  }
  return parsed;
}

// A type that the program gave a text for. A name inside its own text is an unknown type, so that
// a structure can point to itself.
std::optional<Parsed> Parser::program_type(std::string_view name, std::size_t at) {
  auto text = lookup_.names.find(name);
  if (text == lookup_.names.end()) return std::nullopt;
  auto known = lookup_.known.find(name);
  if (known == lookup_.known.end()) {
    const std::string key(name);
    if (!lookup_.open.insert(key).second) {
      Parsed inside;
      inside.at = at;
      inside.unusable = fmt::format("'{}' stands for itself", name);
      spell(inside.type, key);
      return inside;
    }
    const Nesting nesting(*this);
    Parsed parsed = Parser(text->second, abi_, lookup_, depth_).type_name();
    lookup_.open.erase(key);
    if (!parsed.function && !parsed.type.function) {
      spell(parsed.type, key);
      parsed.named = true;
    }
    known = lookup_.known.emplace(key, std::move(parsed)).first;
  }
  Parsed parsed = known->second;
  parsed.at = at;
  return parsed;
}

// [GCC manual 6.50.1: vector_size belongs to the type that the declaration begins with]
void Parser::apply_to_base(Parsed& base, const Attributes& attributes) const {
  if (!attributes.vector_size) return;
  if (base.function || base.element || !base.tag.empty() || !base.unusable.empty()) {
    reject(base.at, "vector_size needs an integer or floating type");
  }
  base.type = checked(vector_of(base.type, {*attributes.vector_size}, abi_), base.at);
}

// A const pointer is spelled as one that is not: it is a copy, and nobody can tell. [C11 6.7.6.3
// p15]
void Parser::make_const(Parsed& base) const {
  const bool pointer = !base.named && base.type.spelling.find('*') != std::string::npos &&
                       base.type.value == ValueKind::address && !base.element;
  base.is_const = true;
  if (base.function || pointer || base.type.spelling.starts_with("const ")) return;
  base.type.spelling = "const " + base.type.spelling;
  if (base.type.name_at != kAtEnd) base.type.name_at += std::string_view("const ").size();
}

}  // namespace banter::abi::declaration
