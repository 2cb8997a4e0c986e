// declaration.cc -- a recursive-descent parser for one C declaration.
//
//   declaration  specifiers declarator
//   declarator   ('*' qualifiers)* ( '(' declarator ')' | name | nothing )
//                ( '(' parameters ')' | '[' size ']' )*
//
// A declarator is read inside out: `(*f)(double)` says that f is a pointer to a function. So it is
// collected as a list of derivations that stand from the name outwards, and applied to the type of
// the specifiers from the list's end. [C11 6.7.6]
#include "abi/declaration.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>
#include <variant>

#include "abi/tokens.h"
#include "abi/type_names.h"

namespace banter::abi {
namespace {

constexpr int kMaximumDepth = 64;  // of parentheses and of aliases: a declaration nests less

// Thrown inside this file only, and caught by the two entry points below.
struct Refusal {
  std::string message;
};

// A type on its way: `type` is usable, unless it is a function or `unusable` says why a value of
// it cannot be passed (a pointer to it can).
struct Parsed {
  CType type;
  std::shared_ptr<Signature> function;
  std::string unusable;
  std::size_t column = 1;
  bool is_const = false;
};

struct PointerTo {};
struct ArrayOf {
  std::optional<std::uint32_t> count;  // nothing: `[]`
};
struct FunctionTaking {
  std::vector<Parameter> parameters;
  bool variadic;
  std::size_t fixed_count;  // with `variadic`: parameters before the `...`
};
using Derivation = std::variant<PointerTo, ArrayOf, FunctionTaking>;

struct Declarator {
  std::string name;
  std::vector<Derivation> derivations;  // from the name outwards
};

constexpr std::array kIgnoredWords = {"const",    "volatile",      "restrict", "__restrict",
                                      "register", "extern",        "static",   "inline",
                                      "__inline", "__extension__", "__const",  "_Noreturn"};
constexpr std::pair<std::string_view, Convention> kConventionWords[] = {
    {"__cdecl", Convention::cdecl_call},       {"cdecl", Convention::cdecl_call},
    {"__stdcall", Convention::stdcall_call},   {"stdcall", Convention::stdcall_call},
    {"WINAPI", Convention::stdcall_call},      {"CALLBACK", Convention::stdcall_call},
    {"APIENTRY", Convention::stdcall_call},    {"__fastcall", Convention::fastcall_call},
    {"__thiscall", Convention::thiscall_call},
};

class Parser {
 public:
  Parser(std::string_view text, AbiName abi, const TypeNames& names, int depth)
      : text_(text), tokens_(tokens_of(text)), abi_(abi), names_(names), depth_(depth) {}

  Signature signature() {
    Parsed base = specifiers();
    Declarator what = declarator();
    expect_end();
    const std::size_t column = base.column;
    Parsed result = derived(std::move(base), what);
    std::shared_ptr<const Signature> function = result.function;
    if (!function && result.unusable.empty() && result.type.role == Role::code) {
      function = result.type.function;
    }
    if (!function) refuse_at(column, "a function declaration", "one that declares no function");
    Signature signature = *function;
    signature.name = what.name;
    return signature;
  }

  Field field() {
    Parsed base = specifiers();
    Declarator what = declarator();
    if (what.name.empty()) refuse("the name of a field");
    Field field;
    field.name = what.name;
    if (!what.derivations.empty() && std::holds_alternative<ArrayOf>(what.derivations.front())) {
      auto count = std::get<ArrayOf>(what.derivations.front()).count;
      if (!count) reject(base.column, "a field's array needs its size");
      field.count = *count;
      field.is_array = true;
      what.derivations.erase(what.derivations.begin());
    }
    expect_end();
    const std::size_t column = base.column;
    field.type = value(derived(std::move(base), what), false);
    if (field.type.size == Bytes{0}) reject(column, "void is not the type of a field");
    return field;
  }

  CType type() {
    Parsed base = specifiers();
    Declarator what = declarator();
    if (!what.name.empty()) refuse_at(base.column, "a type alone", "the name " + what.name);
    expect_end();
    return value(derived(std::move(base), what), false);
  }

 private:
  const Token& token() const { return tokens_[position_]; }
  const Token& ahead() const { return tokens_[std::min(position_ + 1, tokens_.size() - 1)]; }
  void advance() {
    if (token().kind != TokenKind::end) position_++;
  }
  bool accept(std::string_view sign) {
    if (!token().is(sign)) return false;
    advance();
    return true;
  }

  [[noreturn]] void refuse_at(std::size_t column, std::string_view expected,
                              std::string_view found) const {
    throw Refusal{
        fmt::format("column {}: expected {}, found {} in '{}'", column, expected, found, text_)};
  }
  [[noreturn]] void refuse(std::string_view expected) const {
    refuse_at(token().column, expected,
              token().kind == TokenKind::end ? "the end" : fmt::format("'{}'", token().text));
  }
  [[noreturn]] void reject(std::size_t column, std::string_view what) const {
    throw Refusal{fmt::format("column {}: {} in '{}'", column, what, text_)};
  }
  void expect(std::string_view sign) {
    if (!accept(sign)) refuse(fmt::format("'{}'", sign));
  }
  void expect_end() {
    accept(";");
    if (token().kind != TokenKind::end) refuse("the end of the declaration");
  }

  // Words that say nothing about a type's place: qualifiers, storage classes, conventions.
  bool skip_qualifier(bool* is_const) {
    if (token().kind != TokenKind::word) return false;
    for (const auto& [word, convention] : kConventionWords) {
      if (!token().is(word)) continue;
      convention_ = convention;
      advance();
      return true;
    }
    for (std::string_view word : kIgnoredWords) {
      if (!token().is(word)) continue;
      if (is_const && word.ends_with("const")) *is_const = true;
      advance();
      return true;
    }
    return false;
  }

  bool is_type_word(const Token& token) const {
    if (token.kind != TokenKind::word) return false;
    for (std::string_view word : kIgnoredWords) {
      if (token.is(word)) return true;
    }
    return token.is("struct") || token.is("union") || token.is("enum") ||
           names_.find(token.text) != names_.end() || type_named(token.text, abi_).has_value();
  }

  Parsed specifiers() {
    Parsed parsed;
    KeywordCount words;
    bool named = false;
    while (skip_qualifier(&parsed.is_const)) {
    }
    parsed.column = token().column;
    if (token().kind != TokenKind::word) refuse("a type");
    while (token().kind == TokenKind::word) {
      if (skip_qualifier(&parsed.is_const)) continue;
      if (named) break;
      const bool first = words.empty();
      if (words.add(token().text)) {
        advance();
        continue;
      }
      if (!first) break;  // the word after `unsigned int` is a name
      parsed = named_type(std::move(parsed));
      named = true;
    }
    if (!words.empty()) {
      auto type = type_of(words, abi_);
      if (!type) reject(parsed.column, unknown_combination(words));
      parsed.type = *type;
    }
    if (parsed.is_const) parsed.type.spelling = "const " + parsed.type.spelling;
    return parsed;
  }

  static std::string_view unknown_combination(const KeywordCount& words) {
    return words.longs && words.doubles ? "long double is not supported"
                                        : "these words make no C type together";
  }

  // One type of one name, or of a tag: `struct tm`.
  Parsed named_type(Parsed parsed) {
    const Token name = token();
    advance();
    if (name.is("struct") || name.is("union") || name.is("enum")) {
      if (token().kind != TokenKind::word) refuse(fmt::format("the name of a {}", name.text));
      const std::string spelling = fmt::format("{} {}", name.text, token().text);
      advance();
      if (name.is("enum")) {
        parsed.type = type_of(ValueKind::int32, abi_);
      } else {
        parsed.unusable = fmt::format("{} by value is not supported", spelling);
      }
      parsed.type.spelling = spelling;
      return parsed;
    }
    if (auto alias = names_.find(name.text); alias != names_.end()) {
      if (depth_ >= kMaximumDepth) reject(name.column, "a type name that stands for itself");
      parsed.type = Parser(alias->second, abi_, names_, depth_ + 1).type();
      if (!parsed.type.function) parsed.type.spelling = name.text;
      return parsed;
    }
    if (auto known = type_named(name.text, abi_)) {
      parsed.type = *known;
      return parsed;
    }
    parsed.unusable = fmt::format("unknown type '{}'", name.text);
    if (name.is("FFIExternalStructure") || name.is("FFIExternalUnion") || name.is("_Complex")) {
      parsed.unusable = fmt::format("'{}' by value is not supported", name.text);
    }
    parsed.type.spelling = name.text;
    return parsed;
  }

  Declarator declarator() {
    if (++depth_ > kMaximumDepth) reject(token().column, "too many parentheses");
    std::size_t pointers = 0;
    for (;;) {
      if (skip_qualifier(nullptr)) continue;
      if (!accept("*")) break;
      pointers++;
    }
    Declarator result;
    if (token().is("(") && opens_nested_declarator()) {
      advance();
      result = declarator();
      expect(")");
    } else if (token().kind == TokenKind::word) {
      result.name = token().text;
      advance();
    }
    for (;;) {
      if (accept("(")) {
        result.derivations.push_back(parameters());
      } else if (accept("[")) {
        result.derivations.push_back(ArrayOf{array_count()});
        expect("]");
      } else {
        break;
      }
    }
    result.derivations.insert(result.derivations.end(), pointers, PointerTo{});
    depth_--;
    return result;
  }

  std::optional<std::uint32_t> array_count() {
    if (token().kind == TokenKind::word) refuse("a number");
    if (token().kind != TokenKind::number) return std::nullopt;
    std::uint32_t count = 0;
    const std::string_view text = token().text;
    auto parsed = std::from_chars(text.data(), text.data() + text.size(), count);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) refuse("a count");
    advance();
    return count;
  }

  // After `int`, `(` opens `(*f)`, or else a parameter list: `(int n)`, `()`.
  bool opens_nested_declarator() const {
    const Token& next = ahead();
    if (next.is("*") || next.is("(") || next.is("[")) return true;
    if (next.kind != TokenKind::word) return false;
    for (const auto& [word, convention] : kConventionWords) {
      if (next.is(word)) return true;
    }
    // `int (abs)(int)`: a name alone in parentheses.
    return !is_type_word(next) && position_ + 3 < tokens_.size() &&
           tokens_[position_ + 2].is(")") && tokens_[position_ + 3].is("(");
  }

  FunctionTaking parameters() {
    FunctionTaking list{{}, false, 0};
    if (accept(")")) return list;
    if (token().is("void") && ahead().is(")")) {
      advance();
      advance();
      return list;
    }
    do {
      if (token().kind == TokenKind::ellipsis) {
        if (list.variadic) refuse("a type");
        advance();
        list.variadic = true;
        list.fixed_count = list.parameters.size();
        continue;
      }
      list.parameters.push_back(parameter());
      if (list.variadic) {
        CType& type = list.parameters.back().type;
        type = promoted(type, abi_);
      }
    } while (accept(","));
    expect(")");
    if (!list.variadic) list.fixed_count = list.parameters.size();
    return list;
  }

  Parameter parameter() {
    if (auto constant = bare_constant()) return *constant;
    Parsed base = specifiers();
    Parameter result;
    if (token().kind == TokenKind::number) {
      result.constant = token().text;
      advance();
      result.type = value(std::move(base), true);
      return result;
    }
    Declarator what = declarator();
    result.type = value(derived(std::move(base), what), true);
    result.name = what.name;
    for (std::string_view word : {"NULL", "nil", "true", "false"}) {
      if (what.name == word) std::swap(result.name, result.constant);
    }
    return result;
  }

  // Pharo: an argument that is a constant or the receiver, without a type.
  std::optional<Parameter> bare_constant() {
    Parameter result;
    ValueKind kind;
    if (token().kind == TokenKind::number) {
      kind = ValueKind::int32;
    } else if (token().is("NULL") || token().is("nil")) {
      kind = ValueKind::address;
    } else if (token().is("true") || token().is("false")) {
      kind = ValueKind::boolean;
    } else if (token().is("self") && (ahead().is(",") || ahead().is(")"))) {
      kind = ValueKind::address;
    } else {
      return std::nullopt;
    }
    result.type = type_of(kind, abi_);
    if (kind == ValueKind::int32) result.type.spelling = "int";
    (token().is("self") ? result.name : result.constant) = token().text;
    advance();
    return result;
  }

  Parsed derived(Parsed base, const Declarator& what) {
    for (auto each = what.derivations.rbegin(); each != what.derivations.rend(); ++each) {
      if (std::holds_alternative<PointerTo>(*each)) {
        base = pointer_to(std::move(base));
      } else if (std::holds_alternative<ArrayOf>(*each)) {
        base = array_of(std::move(base));
      } else {
        base = function_answering(std::move(base), std::get<FunctionTaking>(*each));
      }
    }
    return base;
  }

  Parsed pointer_to(Parsed base) const {
    Parsed result;
    result.column = base.column;
    result.type = type_of(ValueKind::address, abi_);
    if (base.function) {
      result.type.role = Role::code;
      result.type.function = base.function;
      result.type.spelling = to_text(*base.function);
      return result;
    }
    if (base.type.role == Role::character) {
      result.type.role = base.is_const ? Role::text : Role::characters;
    }
    const std::string& of = base.type.spelling;
    if (auto inside = of.find("(*"); inside != of.npos) {
      result.type.spelling = of.substr(0, inside + 1) + "*" + of.substr(inside + 1);
    } else {
      result.type.spelling = of + (of.ends_with('*') ? "*" : " *");
    }
    return result;
  }

  // An array decays to a pointer where it is a parameter; anywhere else it is refused. The
  // elements may be of a type that has no value here: `struct timeval times[2]`.
  Parsed array_of(Parsed base) const {
    Parsed result = pointer_to(std::move(base));
    result.unusable = kArray;
    return result;
  }

  Parsed function_answering(Parsed result_type, const FunctionTaking& list) {
    Parsed result;
    result.column = result_type.column;
    auto function = std::make_shared<Signature>();
    if (result_type.function) reject(result_type.column, "a function cannot answer a function");
    const bool nothing = result_type.unusable.empty() && result_type.type.size == Bytes{0};
    function->result = nothing ? result_type.type : value(std::move(result_type), false);
    function->parameters = list.parameters;
    function->variadic = list.variadic;
    function->fixed_count = list.fixed_count;
    function->convention = abi_ == AbiName::ia32 ? std::exchange(convention_, {}) : Convention{};
    function->abi = abi_;
    result.function = std::move(function);
    return result;
  }

  // The type of a value that is passed.
  CType value(Parsed parsed, bool is_parameter) const {
    if (parsed.function) {
      if (!is_parameter) reject(parsed.column, "a function is not a value; a pointer to one is");
      parsed = pointer_to(std::move(parsed));
    }
    if (parsed.unusable == kArray && is_parameter) return parsed.type;
    if (!parsed.unusable.empty()) reject(parsed.column, parsed.unusable);
    if (parsed.type.value == ValueKind::nothing && is_parameter) {
      reject(parsed.column, "void is not the type of a parameter");
    }
    return parsed.type;
  }

  static constexpr const char* kArray = "an array cannot be answered or be a value";

  std::string_view text_;
  std::vector<Token> tokens_;
  AbiName abi_;
  const TypeNames& names_;
  int depth_;
  std::size_t position_ = 0;
  Convention convention_ = Convention::cdecl_call;
};

}  // namespace

Result<Signature> parse_signature(std::string_view text, AbiName abi, const TypeNames& names) {
  try {
    return Parser(text, abi, names, 0).signature();
  } catch (const Refusal& refusal) {
    return Error{refusal.message};
  }
}

Result<CType> parse_type(std::string_view text, AbiName abi, const TypeNames& names) {
  try {
    return Parser(text, abi, names, 0).type();
  } catch (const Refusal& refusal) {
    return Error{refusal.message};
  }
}

Result<Field> parse_field(std::string_view text, AbiName abi, const TypeNames& names) {
  try {
    return Parser(text, abi, names, 0).field();
  } catch (const Refusal& refusal) {
    return Error{refusal.message};
  }
}

}  // namespace banter::abi
