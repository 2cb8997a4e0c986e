// declarators.cc -- what stands around a name, and the type that it makes of the specifiers'.
#include <fmt/core.h>

#include <algorithm>

#include "abi/declaration/parser.h"
#include "abi/spelling.h"

namespace banter::abi::declaration {

Declarator Parser::declarator() {
  const Nesting nesting(*this);
  std::vector<PointerTo> pointers;
  Attributes attributes;
  for (;;) {
    if (attribute(attributes) || qualifier(nullptr)) continue;
    const bool is_pointer = accept("*");
    if (!is_pointer) break;
    pointers.push_back({std::exchange(attributes.convention, std::nullopt)});
  }
  Declarator result;
  result.at = token().at;
  if (token().is("(") && opens_nested_declarator()) {
    advance();
    result = declarator();
    expect(")");
  } else if (at_word()) {
    result.name = token().text;
    advance();
  }
  const std::size_t inner = result.derivations.size();
  while (token().is("(") || (token().is("[") && !ahead().is("["))) {
    result.derivations.push_back(suffix());
  }
  // A convention that stands inside the parentheses before a `*` is that of the function pointed
  // to.
  if (inner > 0 && inner < result.derivations.size()) {
    auto* pointer = std::get_if<PointerTo>(&result.derivations[inner - 1]);
    auto* function = std::get_if<FunctionTaking>(&result.derivations[inner]);
    if (pointer && pointer->convention && function) {
      function->convention = *std::exchange(pointer->convention, std::nullopt);
    }
  }
  while (attribute(attributes)) {
  }
  result.derivations.insert(result.derivations.end(), pointers.rbegin(), pointers.rend());
  merge(result.attributes, attributes);
  return result;
}

Derivation Parser::suffix() {
  if (accept("(")) return parameters();
  expect("[");
  return array_part();
}

// After `int`, `(` opens `(*f)`, or else a parameter list: `(int n)`, `()`.
bool Parser::opens_nested_declarator() const {
  const Token& next = ahead();
  if (next.is("*") || next.is("(") || next.is("[")) return true;
  if (next.kind != TokenKind::word) return false;
  if (is_attribute_word(next) || is_convention_word(next)) return true;
  // `int (abs)(int)`: a name alone in parentheses.
  return !is_type_word(next) && ahead(2).is(")") && ahead(3).is("(");
}

// [C11 6.7.6.2, 6.7.6.3 p7: `static`, qualifiers and `*` only in parameters]
ArrayOf Parser::array_part() {
  const bool in_parameter = parameter_lists_ > 0;
  while (in_parameter && qualifier(nullptr)) {
  }
  if (accept("]")) return {std::nullopt};
  if (in_parameter && token().is("*") && ahead().is("]")) advance();
  const bool of_variable_size =
      in_parameter && at_word() && ahead().is("]") && !scope_.enumerators.contains(token().text);
  if (of_variable_size) advance();
  if (accept("]")) return {std::nullopt};
  const std::size_t at = token().at;
  const Constant count = constant();
  const bool negative = !count.is_unsigned && static_cast<std::int64_t>(count.bits) < 0;
  if (negative || count.bits > UINT32_MAX) {
    reject(at, fmt::format("{} is no count of elements", static_cast<std::int64_t>(count.bits)));
  }
  expect("]");
  return {static_cast<std::uint32_t>(count.bits)};
}

FunctionTaking Parser::parameters() {
  FunctionTaking list;
  if (accept(")")) return list;
  if (token().is("void") && ahead().is(")")) {
    advance();
    advance();
    return list;
  }
  const std::size_t at = token().at;
  parameter_lists_++;
  do {
    if (token().kind == TokenKind::ellipsis) {
      if (list.variadic) refuse("a type");
      advance();
      list.variadic = true;
      list.fixed_count = list.parameters.size();
      continue;
    }
    list.parameters.push_back(parameter(list));
    if (list.variadic) {
      CType& type = list.parameters.back().type;
      type = promoted(type, abi_);
    }
  } while (accept(","));
  parameter_lists_--;
  expect(")");
  if (!list.variadic) list.fixed_count = list.parameters.size();
  list.depth = checked_depth(list.depth, at);
  return list;
}

Parameter Parser::parameter(FunctionTaking& list) {
  if (auto constant = bare_constant()) return *constant;
  const Specifiers base = specifiers();
  if (base.is_typedef) reject(base.base.at, "a typedef among parameters");
  Parameter result;
  if (token().kind == TokenKind::number) {
    result.constant = token().text;
    advance();
    result.type = value(base.base, true);
    return result;
  }
  const Declarator what = declarator();
  Parsed parsed = derived(base, what);
  list.depth = std::max(list.depth, parsed.depth);
  result.type = value(std::move(parsed), true);
  result.name = what.name;
  for (std::string_view word : {"NULL", "nil", "true", "false"}) {
    if (what.name == word) std::swap(result.name, result.constant);
  }
  return result;
}

// Pharo: an argument that is a constant or the receiver, without a type.
std::optional<Parameter> Parser::bare_constant() {
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

}  // namespace banter::abi::declaration
