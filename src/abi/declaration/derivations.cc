// derivations.cc -- pointers to, arrays of and functions answering the type that specifiers name.
#include <fmt/core.h>

#include <algorithm>

#include "abi/declaration/parser.h"
#include "abi/spelling.h"

namespace banter::abi::declaration {

Parsed Parser::derived(const Specifiers& base, Declarator what) {
  Parsed parsed = base.base;
  apply_to_base(parsed, what.attributes);
  bind_convention(base.attributes, what);
  for (auto each = what.derivations.rbegin(); each != what.derivations.rend(); ++each) {
    if (std::holds_alternative<PointerTo>(*each)) {
      parsed = pointer_to(parsed);
    } else if (auto* array = std::get_if<ArrayOf>(&*each)) {
      parsed = array_of(std::move(parsed), *array);
    } else {
      parsed = function_answering(std::move(parsed), std::get<FunctionTaking>(*each));
    }
    check_spelling(parsed.type, parsed.at);
  }
  return parsed;
}

// A convention among the specifiers, before the name or at the end is that of the first function
// from the name outwards: `int __stdcall f(int)`, `void (*f)(int) __attribute__((stdcall))`.
void Parser::bind_convention(const Attributes& base, Declarator& what) const {
  std::optional<Convention> wanted = what.attributes.convention;
  if (!wanted) wanted = base.convention;
  for (Derivation& each : what.derivations) {
    if (auto* pointer = std::get_if<PointerTo>(&each); pointer && !wanted) {
      wanted = std::exchange(pointer->convention, std::nullopt);
    }
  }
  if (!wanted) return;
  for (Derivation& each : what.derivations) {
    if (auto* function = std::get_if<FunctionTaking>(&each)) {
      function->convention = *wanted;
      return;
    }
  }
  if (*wanted != Convention::cdecl_call) {
    reject(what.at, "a calling convention without a function");
  }
}

Parsed Parser::pointer_to(const Parsed& target) const {
  Parsed result;
  result.at = target.at;
  result.type = type_of(ValueKind::address, abi_);
  if (target.function) {
    result.depth = target.depth;
    result.type.role = Role::code;
    result.type.function = target.function;
    spell_pointer_to_function(result.type, *target.function);
    return result;
  }
  if (target.type.role == Role::character) {
    result.type.role = target.is_const ? Role::text : Role::characters;
  }
  spell_pointer_to(result.type, without_names(target.type));
  return result;
}

// The elements may be of a type that has no value here, as long as the array is a parameter:
// `struct timeval times[2]`.
Parsed Parser::array_of(Parsed element, const ArrayOf& array) {
  if (element.function) reject(element.at, "an array of functions is no type");
  if (element.is_flexible && parameter_lists_ == 0) {
    reject(element.at, "only the first size of an array may be left out");
  }
  complete(element);
  Parsed result;
  result.at = element.at;
  result.is_const = element.is_const;
  result.is_flexible = !array.count;
  result.unusable = element.unusable;
  if (!element.tag.empty()) result.unusable = needs_definition(element);
  if (element.is_flexible) result.unusable = "an array of arrays without a size";
  result.depth = checked_depth(element.depth, element.at);
  if (result.unusable.empty()) {
    CType type = without_names(element.type);
    if (type.size.count % type.alignment.count != 0) {
      reject(element.at, fmt::format("elements of {} bytes cannot be aligned to {}",
                                     type.size.count, type.alignment.count));
    }
    type.alignment = element.plain_alignment.value_or(type.alignment);
    result.type = checked(abi::array_of(type, array.count.value_or(0)), element.at);
    result = with_alignment(std::move(result),
                            element.plain_alignment ? element.type.alignment : Bytes{0});
    if (!array.count) spell_array_of(result.type, type, "");
  } else {
    spell_array_of(result.type, element.type, "");
  }
  result.element = std::make_shared<const Parsed>(std::move(element));
  return result;
}

Parsed Parser::function_answering(Parsed answer, const FunctionTaking& list) {
  if (answer.function) reject(answer.at, "a function cannot answer a function");
  if (answer.element) reject(answer.at, "a function cannot answer an array");
  Parsed result;
  result.at = answer.at;
  result.depth = checked_depth(std::max(answer.depth, list.depth), answer.at);
  auto function = std::make_shared<Signature>();
  function->result = value(std::move(answer), false, true);
  function->parameters = list.parameters;
  function->variadic = list.variadic;
  function->fixed_count = list.fixed_count;
  function->convention = abi_ == AbiName::ia32 ? list.convention : Convention::cdecl_call;
  function->abi = abi_;
  CType pointer;
  spell_pointer_to_function(pointer, *function);
  check_spelling(pointer, result.at);
  result.function = std::move(function);
  return result;
}

// The type of a value that is passed, answered, or a member. Only the first two travel, and do so
// by the type's plain alignment.
CType Parser::value(Parsed parsed, bool is_parameter, bool is_result) {
  if (is_parameter && parsed.function) parsed = pointer_to(parsed);
  if (is_parameter && parsed.element) {
    Parsed element = *parsed.element;
    if (parsed.is_const) make_const(element);
    parsed = pointer_to(element);
  }
  if (parsed.function) reject(parsed.at, "a function is not a value; a pointer to one is");
  complete(parsed);
  if (!parsed.tag.empty()) reject(parsed.at, needs_definition(parsed));
  if (!parsed.unusable.empty()) reject(parsed.at, parsed.unusable);
  if (parsed.type.value == ValueKind::nothing && is_parameter) {
    reject(parsed.at, "void is not the type of a parameter");
  }
  if ((is_parameter || is_result) && parsed.plain_alignment) {
    parsed.type.alignment = *parsed.plain_alignment;
  }
  return parsed.type;
}

// Fills in a structure whose definition came after the first use of its tag, from this text or from
// the program's names.
void Parser::complete(Parsed& parsed) {
  if (parsed.tag.empty()) return;
  const auto own = scope_.tags.find(parsed.tag);
  std::optional<Parsed> found;
  if (own != scope_.tags.end()) {
    found = own->second.type;
  } else {
    found = program_type(parsed.tag, parsed.at);
    if (found && (!found->unusable.empty() || !found->tag.empty())) found.reset();
  }
  if (!found) return;
  found->at = parsed.at;
  if (parsed.named) {
    found->is_const = parsed.is_const;
    found->named = true;
    spell(found->type, parsed.type.spelling);
  } else if (parsed.is_const) {
    make_const(*found);
  }
  parsed = std::move(*found);
}

std::string Parser::needs_definition(const Parsed& parsed) {
  return fmt::format("{} by value needs its definition", parsed.tag);
}

void Parser::check_spelling(const CType& type, std::size_t at) const {
  if (type.spelling.size() > kLongestSpelling) {
    reject(at, fmt::format("a type that takes more than {} letters", kLongestSpelling));
  }
}

int Parser::checked_depth(int depth, std::size_t at) const {
  if (depth >= kDeepest) reject(at, fmt::format("types nested more than {} deep", kDeepest));
  return depth + 1;
}

}  // namespace banter::abi::declaration
