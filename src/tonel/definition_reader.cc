#include "tonel/definition_reader.h"

#include <fmt/format.h>

#include "tonel/traits.h"

namespace banter::tonel {
namespace {

const Ston* find(const Ston& map, std::string_view key) {
  for (std::size_t i = 0; i < map.keys.size(); ++i) {
    if (map.keys[i] == key) return &map.elements[i];
  }
  return nullptr;
}

std::vector<std::string> texts_at(const Lexer& lexer, const Ston& map, std::string_view key) {
  const Ston* list = find(map, key);
  std::vector<std::string> result;
  if (list == nullptr || (list->kind == StonKind::word && list->text == "nil")) return result;
  if (list->kind != StonKind::list) {
    lexer.fail(list->begin, list->end - list->begin, fmt::format("#{} must be a list", key));
  }
  for (const Ston& element : list->elements) {
    if (element.kind != StonKind::text) {
      lexer.fail(element.begin, element.end - element.begin,
                 fmt::format("an element of #{} must be a string", key));
    }
    result.push_back(element.text);
  }
  return result;
}

// `'#foo => SomeSlot'` declares foo.
std::vector<std::string> variables_at(const Lexer& lexer, const Ston& map, std::string_view key) {
  std::vector<std::string> result = texts_at(lexer, map, key);
  for (std::string& name : result) {
    if (name.starts_with("#")) name.erase(0, 1);
    name.erase(std::min(name.find_first_of(" \t"), name.size()));
  }
  return result;
}

Layout layout_at(const Lexer& lexer, const Ston& map) {
  static constexpr std::pair<std::string_view, Layout> kLayouts[] = {
      {"normal", Layout::normal},       {"variable", Layout::variable},
      {"weak", Layout::weak},           {"ephemeron", Layout::ephemeron},
      {"bytes", Layout::bytes},         {"doubleBytes", Layout::double_bytes},
      {"words", Layout::words},         {"doubleWords", Layout::double_words},
      {"immediate", Layout::immediate}, {"compiledMethod", Layout::compiled_method},
  };
  const Ston* type = find(map, "type");
  if (type == nullptr) return Layout::normal;
  for (const auto& [name, layout] : kLayouts) {
    if (type->text == name) return layout;
  }
  lexer.fail(type->begin, type->end - type->begin,
             fmt::format("there is no #type '{}'", type->text));
}

std::vector<TraitUse> traits_at(const Lexer& lexer, const Ston& map, std::string_view key) {
  const Ston* text = find(map, key);
  if (text == nullptr) return {};
  if (text->kind == StonKind::map && text->keys.empty()) return {};
  if (text->kind != StonKind::text) {
    lexer.fail(text->begin, text->end - text->begin, fmt::format("#{} must be a string", key));
  }
  TraitsReading reading = read_traits(text->text);
  if (!reading.problem.empty()) {
    lexer.fail(text->begin, text->end - text->begin,
               fmt::format("in the trait composition: {}", reading.problem));
  }
  return std::move(reading.uses);
}

// Package, tag and category complete each other.
void complete_category(ClassDefinition& definition) {
  std::string& category = definition.category;
  if (category.empty() && !definition.package.empty()) {
    category = definition.package + (definition.tag.empty() ? "" : "-" + definition.tag);
  }
  const std::string prefix = definition.package + "-";
  if (definition.tag.empty() && !definition.package.empty() && category.starts_with(prefix)) {
    definition.tag = category.substr(prefix.size());
  }
}

// The selector and where its pattern ends; the lexer stands behind it. Answers false and moves
// somewhere if there is no pattern.
bool read_pattern(Lexer& lexer, std::string& selector, std::size_t& end) {
  if (lexer.at_identifier()) {
    for (bool first = true; lexer.at_identifier(); first = false) {
      selector += lexer.read_identifier();
      end = lexer.position();
      lexer.skip_blanks();
      if (lexer.peek() != ':' || lexer.peek(1) == '=') return first;
      lexer.take(':');
      selector += ':';
      lexer.skip_blanks();
      if (!lexer.at_identifier()) return false;
      lexer.read_identifier();
      end = lexer.position();
      lexer.skip_blanks();
    }
    return true;
  }
  selector = lexer.read_binary();
  lexer.skip_blanks();
  if (selector.empty() || !lexer.at_identifier()) return false;
  lexer.read_identifier();
  end = lexer.position();
  lexer.skip_blanks();
  return true;
}

struct MethodHead {
  std::string class_name;
  bool class_side = false;
  std::string selector;
  std::size_t pattern_begin = 0;
  std::size_t pattern_end = 0;
};

// Behind success the lexer stands at the opening bracket; behind failure where it went wrong.
bool read_head(Lexer& lexer, MethodHead& head, const char*& expected) {
  expected = "a method such as 'Foo >> bar ['";
  if (!lexer.at_identifier()) return false;
  head.class_name = lexer.read_identifier();
  lexer.skip_blanks();
  expected = "'>>' behind the name of the class";
  if (lexer.at_identifier()) {
    const std::size_t begin = lexer.position();
    const std::string_view side = lexer.read_identifier();
    head.class_side = side == "class" || side == "classSide" || side == "classTrait";
    if (!head.class_side) {
      lexer.set_position(begin);
      return false;
    }
    lexer.skip_blanks();
  }
  if (!lexer.take('>') || !lexer.take('>')) return false;
  lexer.skip_blanks();
  head.pattern_begin = lexer.position();
  expected = "the pattern of a method";
  if (!read_pattern(lexer, head.selector, head.pattern_end)) return false;
  expected = "'[' behind the pattern of the method";
  return lexer.peek() == '[';
}

// The source is the text from the pattern to the end of the body. The opening bracket goes, with
// the blanks around it if the body begins on a line of its own; otherwise a blank stands for it.
// A comment between pattern and bracket stays.
std::string method_source(const Lexer& lexer, const MethodHead& head, std::size_t open,
                          std::size_t close) {
  std::string result(lexer.text(head.pattern_begin, head.pattern_end));
  const std::string_view body = lexer.text(open + 1, close);
  const std::size_t first = body.find_first_not_of(" \t");
  if (first == std::string_view::npos) return result;
  if (body[first] == '\n' || body[first] == '\r') {
    const std::string_view comments = lexer.text(head.pattern_end, open);
    result += comments.substr(0, comments.find_last_not_of(" \t\r\n") + 1);
    result += body.substr(first);
  } else {
    result += lexer.text(head.pattern_end, open);
    result += ' ';
    result += body;
  }
  result.erase(result.find_last_not_of(" \t\r\n") + 1);
  return result;
}

}  // namespace

std::string text_at(const Lexer& lexer, const Ston& map, std::string_view key) {
  const Ston* value = find(map, key);
  if (value == nullptr) return "";
  if (value->kind == StonKind::word && value->text == "nil") return "";
  if (value->kind != StonKind::text) {
    lexer.fail(value->begin, value->end - value->begin,
               fmt::format("#{} must be a string or a symbol", key));
  }
  return value->text;
}

ClassDefinition read_class(Lexer& lexer, bool is_trait, std::size_t begin, std::string comment) {
  const Ston map = read_ston(lexer);
  ClassDefinition result;
  result.is_trait = is_trait;
  result.comment = std::move(comment);
  // The comment stands between quotes on lines of their own.
  if (result.comment.starts_with("\n")) result.comment.erase(0, 1);
  if (result.comment.ends_with("\n")) result.comment.pop_back();
  result.file = lexer.source().file;
  result.line = position_of(lexer.source(), begin).line;
  result.name = text_at(lexer, map, "name");
  if (result.name.empty()) lexer.fail(begin, 5, "a definition needs a #name");
  result.superclass = text_at(lexer, map, "superclass");
  if (result.superclass == "nil") result.superclass.clear();
  result.layout = layout_at(lexer, map);
  result.instance_variables = variables_at(lexer, map, "instVars");
  result.class_instance_variables = variables_at(lexer, map, "classInstVars");
  result.class_variables = variables_at(lexer, map, "classVars");
  result.pools = texts_at(lexer, map, "pools");
  result.traits = traits_at(lexer, map, "traits");
  result.class_traits = traits_at(lexer, map, "classTraits");
  result.package = text_at(lexer, map, "package");
  result.tag = text_at(lexer, map, "tag");
  result.category = text_at(lexer, map, "category");
  complete_category(result);
  return result;
}

bool at_method(Lexer& lexer) {
  const std::size_t begin = lexer.position();
  MethodHead head;
  const char* expected = nullptr;
  const bool result = read_head(lexer, head, expected);
  lexer.set_position(begin);
  return result;
}

MethodDefinition read_method(Lexer& lexer, std::string category) {
  MethodHead head;
  const char* expected = nullptr;
  if (!read_head(lexer, head, expected)) lexer.fail_expected(expected);
  const std::size_t open = lexer.position();
  lexer.take('[');
  lexer.skip_to_close(open, "method");
  MethodDefinition result;
  result.class_name = std::move(head.class_name);
  result.class_side = head.class_side;
  result.selector = head.selector;
  result.category = std::move(category);
  result.source = method_source(lexer, head, open, lexer.position() - 1);
  result.file = lexer.source().file;
  const SourcePosition position = position_of(lexer.source(), head.pattern_begin);
  result.line = position.line;
  result.column = position.column;
  return result;
}

bool at_metadata(Lexer& lexer) {
  const std::size_t begin = lexer.position();
  bool result = false;
  if (lexer.take('{')) {
    lexer.skip_white();
    if (lexer.take('#') && lexer.at_identifier()) {
      lexer.read_identifier();
      lexer.skip_white();
      result = lexer.peek() == ':' && lexer.peek(1) != '=';
    }
  }
  lexer.set_position(begin);
  return result;
}

std::string read_category(Lexer& lexer) {
  return text_at(lexer, read_ston(lexer), "category");
}

}  // namespace banter::tonel
