// aggregates.cc -- structures and unions: their tags, members and attributes. [C11 6.7.2.1]
//
// A tag is defined once for the whole text: the scopes that C opens for parameter lists and
// structures are not kept apart, so that what to_text() wrote, with each definition in its place,
// can be read again. A second definition must be the same as the first.
#include <fmt/core.h>

#include <algorithm>

#include "abi/declaration/parser.h"
#include "abi/spelling.h"

namespace banter::abi::declaration {

void Parser::tagged_type(Specifiers& result) {
  const Nesting nesting(*this);
  const Token kind = token();
  advance();
  Attributes own;
  while (attribute(own)) {
  }
  std::string tag;
  if (at_word()) {
    tag = token().text;
    advance();
  }
  std::string key = std::string(kind.text) + (tag.empty() ? "" : " " + tag);
  const bool defines = token().is("{") || (kind.is("enum") && token().is(":"));
  if (!defines && tag.empty()) refuse(fmt::format("the name of a {}", kind.text));
  Parsed& base = result.base;
  if (!defines) {
    base = reference_to(key, kind.at);
    return;
  }
  if (tag.empty()) key.clear();
  base.at = kind.at;
  result.is_definition = true;
  Attributes& all = own;
  base =
      kind.is("enum") ? define_enum(key, all) : define_aggregate(key, std::string(kind.text), all);
  base.at = kind.at;
  if (own.convention) result.attributes.convention = own.convention;
}

// A tag without its definition. An enumeration whose numbers are unknown is an int.
Parsed Parser::reference_to(const std::string& key, std::size_t at) {
  Parsed parsed;
  parsed.at = at;
  parsed.tag = key;
  spell(parsed.type, key);
  if (!key.starts_with("enum ")) return parsed;
  complete(parsed);
  if (!parsed.tag.empty()) {
    parsed.tag.clear();
    parsed.type = type_of(ValueKind::int32, abi_);
    spell(parsed.type, key);
  }
  return parsed;
}

// From `{` to the attributes after `}`.
Parsed Parser::define_aggregate(const std::string& key, std::string kind, Attributes& attributes) {
  const std::size_t at = token().at;
  if (!key.empty()) scope_.tags.try_emplace(key);
  AggregateRequest request;
  request.abi = abi_;
  request.is_union = kind == "union";
  if (!key.empty()) request.tag = key.substr(kind.size() + 1);
  std::vector<Parsed> types;
  const Bytes pack = pack_;
  members(request, types);
  while (token().is("__attribute__") || token().is("__attribute")) attribute(attributes);
  request.packed = attributes.packed;
  request.alignment = attributes.alignment;
  request.pack = attributes.pack > Bytes{0} ? attributes.pack : pack;
  request.ms_bit_fields = attributes.ms_bit_fields;
  for (std::size_t i = 0; i < types.size(); i++) {
    if (types[i].plain_alignment) align_as_member(request.members[i], types[i], request.packed);
  }
  Parsed parsed;
  parsed.at = at;
  parsed.type = checked(lay_out(request), at);
  drop_pack_without_effect(request, parsed.type);
  for (const Parsed& each : types) parsed.depth = std::max(parsed.depth, each.depth);
  parsed.depth = checked_depth(parsed.depth, at);
  define_tag(key, parsed, definition_text(request));
  return parsed;
}

// A typedef's aligned(n) sets the alignment, up or down, but is lost where something is packed. On
// a member, packed and aligned(n) together do the same; its type is the plain one again.
void Parser::align_as_member(MemberRequest& member, const Parsed& type, bool in_packed) {
  if (!in_packed && !member.packed) {
    member.packed = true;
    member.alignment = std::max(member.alignment, type.type.alignment);
  }
  member.type.alignment = *type.plain_alignment;
}

// Gives the type its spelling, and the tag, if there is one, its type.
void Parser::define_tag(const std::string& key, Parsed& parsed, const std::string& definition) {
  spell(parsed.type, definition);
  check_spelling(parsed.type, parsed.at);
  if (key.empty()) return;
  Tag& tag = scope_.tags[key];
  if (tag.type && tag.definition != definition) {
    reject(parsed.at, fmt::format("{} is defined twice, differently", key));
  }
  const bool is_new = !tag.type;
  if (keeps_names_) {
    spell(parsed.type, key);
    parsed.named = true;
  }
  tag = {parsed, definition};
  if (!is_new || !keeps_names_) return;
  scope_.found.types.push_back({key, parsed.type});
  scope_.found.names[key] = definition;
}

void Parser::members(AggregateRequest& request, std::vector<Parsed>& types) {
  // Inside, array sizes are constants again.
  const int parameter_lists = std::exchange(parameter_lists_, 0);
  expect("{");
  while (!accept("}")) {
    if (accept(";")) continue;
    member_declaration(request, types);
  }
  parameter_lists_ = parameter_lists;
}

void Parser::member_declaration(AggregateRequest& request, std::vector<Parsed>& types) {
  const Specifiers base = specifiers();
  if (base.is_typedef) reject(base.base.at, "a typedef among members");
  if (accept(";")) {
    // An anonymous structure is a member, a definition with a tag is not. [C11 6.7.2.1 p13]
    const CType& type = base.base.type;
    const bool is_member = base.is_definition && type.aggregate && type.aggregate->tag.empty();
    if (!is_member && !base.is_definition) reject(base.base.at, "a member without a name");
    if (!is_member) return;
    request.members.push_back(
        {"", type, std::nullopt, base.attributes.alignment, base.attributes.packed});
    types.push_back(base.base);
    return;
  }
  do {
    member(base, request, types);
  } while (accept(","));
  if (!token().is("}")) expect(";");
}

void Parser::member(const Specifiers& base, AggregateRequest& request, std::vector<Parsed>& types) {
  if (!types.empty() && types.back().is_flexible) {
    reject(types.back().at, "an array without a size that is not the last member");
  }
  Declarator what;
  what.at = token().at;
  if (!token().is(":")) what = declarator();
  std::optional<std::uint32_t> bits = bit_width();
  while (attribute(what.attributes)) {
  }
  Parsed parsed = derived(base, what);
  if (what.name.empty() && !bits) refuse_at(what.at, "the name of a member", quoted_token());
  if (parsed.is_flexible && (request.is_union || request.members.empty())) {
    reject(what.at, "an array without a size that is the only member");
  }
  const CType type = without_names(value(parsed, false));
  complete(parsed);
  if (type.value == ValueKind::nothing) reject(what.at, "a member of type void");
  if (bits && parsed.plain_alignment) reject(what.at, "a bit-field of an aligned type");
  Attributes all = base.attributes;
  merge(all, what.attributes);
  for (const MemberRequest& each : request.members) {
    if (!what.name.empty() && each.name == what.name) {
      reject(what.at, fmt::format("a second member {}", what.name));
    }
  }
  request.members.push_back({what.name, type, bits, all.alignment, all.packed});
  types.push_back(std::move(parsed));
}

std::optional<std::uint32_t> Parser::bit_width() {
  if (!accept(":")) return std::nullopt;
  const std::size_t at = token().at;
  const Constant width = constant();
  if (width.bits > 64) reject(at, "a bit-field has 0 to 64 bits");
  return static_cast<std::uint32_t>(width.bits);
}

// #pragma pack stands before every structure of some headers, mostly in vain.
void Parser::drop_pack_without_effect(AggregateRequest& request, const CType& type) const {
  if (request.pack == Bytes{0}) return;
  AggregateRequest without = request;
  without.pack = {0};
  const auto other = lay_out(without);
  if (!other.ok()) return;
  const CType& plain = other.value();
  if (plain.size != type.size || plain.alignment != type.alignment ||
      plain.aggregate->natural_alignment != type.aggregate->natural_alignment) {
    return;
  }
  const bool same = std::ranges::equal(
      plain.aggregate->members, type.aggregate->members,
      [](const Member& a, const Member& b) { return a.offset == b.offset && a.bits == b.bits; });
  if (same) request.pack = {0};
}

}  // namespace banter::abi::declaration
