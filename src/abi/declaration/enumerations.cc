// enumerations.cc -- enum { A, B = 3 }. [C11 6.7.2.2]
//
// Which integer an enumeration is, is left to the implementation: declaration.h says what it is
// here. `enum e : uint8_t { ... }` says it itself. [C23 6.7.2.2]
#include <fmt/core.h>

#include <algorithm>

#include "abi/declaration/parser.h"
#include "abi/spelling.h"

namespace banter::abi::declaration {

// From `{`, or from the `:` of a fixed type, to the attributes after `}`.
Parsed Parser::define_enum(const std::string& key, Attributes& attributes) {
  const std::size_t at = token().at;
  std::optional<CType> fixed;
  if (accept(":")) {
    const Specifiers base = specifiers();
    fixed = value(base.base, false);
    if (!is_integral(fixed->value) || fixed->value == ValueKind::address ||
        fixed->size > Bytes{8}) {
      reject(base.base.at, fmt::format("an enumeration of type {}", fixed->spelling));
    }
  }
  if (fixed && !token().is("{")) {
    Parsed declared_only;
    declared_only.type = *fixed;
    spell(declared_only.type, key.empty() ? fixed->spelling : key);
    return declared_only;
  }
  std::int64_t least = 0;
  std::int64_t most = 0;
  std::string list = enumerators(least, most);
  while (token().is("__attribute__") || token().is("__attribute")) attribute(attributes);
  Parsed parsed;
  parsed.at = at;
  parsed.type = fixed ? *fixed : type_of(enum_kind(least, most, attributes.packed), abi_);
  parsed.type.role = Role::plain;
  std::string head = attributes.packed ? "enum __attribute__((packed))" : "enum";
  if (!key.empty()) head += key.substr(std::string_view("enum").size());
  if (fixed) head += " : " + fixed->spelling;
  define_tag(key, parsed, head + " { " + list + " }");
  return parsed;
}

// The list in braces, as text.
std::string Parser::enumerators(std::int64_t& least, std::int64_t& most) {
  expect("{");
  std::string text;
  Constant next;
  std::int64_t expected = 0;
  while (!accept("}")) {
    if (!at_word()) refuse("the name of an enumerator");
    const std::string name(token().text);
    const std::size_t at = token().at;
    advance();
    Attributes ignored;
    while (attribute(ignored)) {
    }
    if (accept("=")) next = constant();
    const auto number = static_cast<std::int64_t>(next.bits);
    if (next.is_unsigned && number < 0) reject(at, fmt::format("{} is above 2^63 - 1", name));
    // An enumerator that fits is an int. [C11 6.7.2.2 p3]
    const bool is_int = number >= INT32_MIN && number <= INT32_MAX;
    define_enumerator(name, {next.bits, !is_int, false}, at);
    text += (text.empty() ? "" : ", ") + name;
    if (number != expected) text += fmt::format(" = {}", number);
    least = std::min(least, number);
    most = std::max(most, number);
    // One after the greatest is unsigned, and refused above unless a number follows it.
    next = {next.bits + 1, true, number == INT64_MAX};
    expected = static_cast<std::int64_t>(next.bits);
    if (!accept(",") && !token().is("}")) refuse("',' or '}'");
    if (text.size() > kLongestSpelling) reject(at, "too many enumerators");
  }
  if (text.empty()) reject(token().at, "an enumeration without enumerators");
  return text;
}

// The same name may come again with the same number: definition_text() writes a typedef's
// enumeration at each of its uses.
void Parser::define_enumerator(const std::string& name, const Constant& value, std::size_t at) {
  const auto [entry, is_new] = scope_.enumerators.try_emplace(name, value);
  if (!is_new && entry->second.bits != value.bits) {
    reject(at, fmt::format("{} is defined twice, differently", name));
  }
  if (is_new) {
    scope_.found.enumerators.push_back({name, static_cast<std::int64_t>(value.bits)});
  }
}

ValueKind Parser::enum_kind(std::int64_t least, std::int64_t most, bool packed) const {
  const bool is_signed = least < 0;
  const bool narrow_is_int = abi_ == AbiName::win_x64 && !packed;
  for (std::uint32_t size : {1u, 2u, 4u}) {
    if (!packed && size < 4) continue;
    const std::int64_t half = std::int64_t{1} << (8 * size - 1);
    if (is_signed || narrow_is_int) {
      if (least >= -half && most < half) return integer_of({size}, true);
    } else if (most < 2 * half) {
      return integer_of({size}, false);
    }
  }
  return integer_of({8}, is_signed);
}

}  // namespace banter::abi::declaration
