// tonel.cc -- Tonel files and scripts as Arrays: named primitives of module Banter.
//
//   class      { #class. name. superclass or nil. layout. instVars. classInstVars. classVars.
//   pools.
//                traits. classTraits. package or nil. tag or nil. category. comment. file. line.
//                isTrait }
//   trait use  { name. isClassSide. exclusions. aliases as { alias. selector } }
//   method     { #method. class name. isClassSide. isExtension. selector. category. source. file.
//                line. column }
//   statement  { #statement. source. file. line. column. isReturn }
//
// Names and selectors are Symbols, texts are Strings. The receiver is ignored. Arguments of another
// class fail with bad_argument; mistakes in the text fail with the detail that source_failure.h
// describes. All may collect.
#include "tonel/reader.h"

#include <filesystem>

#include "compiler/compiler.h"
#include "primitives/array_builder.h"
#include "primitives/source_failure.h"
#include "primitives/table_list.h"

namespace banter::primitives {
namespace {

const char* layout_name(tonel::Layout layout) {
  switch (layout) {
    case tonel::Layout::normal:
      return "normal";
    case tonel::Layout::variable:
      return "variable";
    case tonel::Layout::weak:
      return "weak";
    case tonel::Layout::ephemeron:
      return "ephemeron";
    case tonel::Layout::bytes:
      return "bytes";
    case tonel::Layout::double_bytes:
      return "doubleBytes";
    case tonel::Layout::words:
      return "words";
    case tonel::Layout::double_words:
      return "doubleWords";
    case tonel::Layout::immediate:
      return "immediate";
    case tonel::Layout::compiled_method:
      break;
  }
  return "compiledMethod";
}

Oop trait_use(Mutator& mutator, const tonel::TraitUse& use) {
  ArrayBuilder array(mutator);
  array.symbol(use.name).boolean(use.class_side).symbols(use.exclusions);
  array.array(use.aliases, [&mutator](const auto& alias) {
    return ArrayBuilder(mutator).symbol(alias.first).symbol(alias.second).make();
  });
  return array.make();
}

Oop chunk(Mutator& mutator, const tonel::ClassDefinition& definition) {
  const auto use = [&mutator](const tonel::TraitUse& trait) { return trait_use(mutator, trait); };
  return ArrayBuilder(mutator)
      .symbol("class")
      .symbol(definition.name)
      .symbol_or_nil(definition.superclass)
      .symbol(layout_name(definition.layout))
      .symbols(definition.instance_variables)
      .symbols(definition.class_instance_variables)
      .symbols(definition.class_variables)
      .symbols(definition.pools)
      .array(definition.traits, use)
      .array(definition.class_traits, use)
      .string_or_nil(definition.package)
      .string_or_nil(definition.tag)
      .string(definition.category)
      .string(definition.comment)
      .string(definition.file)
      .integer(definition.line)
      .boolean(definition.is_trait)
      .make();
}

Oop chunk(Mutator& mutator, const tonel::MethodDefinition& definition) {
  return ArrayBuilder(mutator)
      .symbol("method")
      .symbol(definition.class_name)
      .boolean(definition.class_side)
      .boolean(definition.is_extension)
      .symbol(definition.selector)
      .string(definition.category)
      .string(definition.source)
      .string(definition.file)
      .integer(definition.line)
      .integer(definition.column)
      .make();
}

Oop chunk(Mutator& mutator, const tonel::Statement& statement) {
  return ArrayBuilder(mutator)
      .symbol("statement")
      .string(statement.source)
      .string(statement.file)
      .integer(statement.line)
      .integer(statement.column)
      .boolean(statement.is_return)
      .make();
}

// { name or nil. classes. methods }
Oop package(Mutator& mutator, const std::string& name,
            const std::vector<tonel::ClassDefinition>& classes,
            const std::vector<tonel::MethodDefinition>& methods) {
  const auto make = [&mutator](const auto& definition) { return chunk(mutator, definition); };
  return ArrayBuilder(mutator).string_or_nil(name).array(classes, make).array(methods, make).make();
}

// TonelLoader>>parse: -- an Array of packages, from a file, a package folder or a folder of such.
Outcome parse_path(Mutator& mutator, const Args& args) {
  const auto path = utf8_of(mutator.heap(), args.at(0));
  if (!path || path->find('\0') != path->npos) return Failure::bad_argument;
  std::error_code error;
  ArrayBuilder packages(mutator);
  if (!std::filesystem::is_directory(*path, error)) {
    const auto file = tonel::read_file(*path);
    if (!file.ok()) return source_failure(mutator, file.error());
    const tonel::FileDefinitions& definitions = file.value();
    packages.add(package(mutator, definitions.package, definitions.classes, definitions.methods));
    return packages.make();
  }
  for (const std::filesystem::path& folder : tonel::find_packages(*path)) {
    const auto read = tonel::read_package(folder);
    if (!read.ok()) return source_failure(mutator, read.error());
    const tonel::PackageDefinition& definitions = read.value();
    packages.add(package(mutator, definitions.name, definitions.classes, definitions.methods));
  }
  return packages.make();
}

// TonelLoader>>parseText:file: -- the same for the text of one file.
Outcome parse_text(Mutator& mutator, const Args& args) {
  const auto text = utf8_of(mutator.heap(), args.at(0));
  const auto file = utf8_of(mutator.heap(), args.at(1));
  if (!text || !file) return Failure::bad_argument;
  const auto read = tonel::read_definitions(*text, *file);
  if (!read.ok()) return source_failure(mutator, read.error());
  const tonel::FileDefinitions& definitions = read.value();
  ArrayBuilder packages(mutator);
  packages.add(package(mutator, definitions.package, definitions.classes, definitions.methods));
  return packages.make();
}

// A script runs only when all of it can be read, so that a slip at its end does no half work.
std::optional<SourceError> syntax_error(const tonel::ScriptChunk& chunk) {
  if (const auto* statement = std::get_if<tonel::Statement>(&chunk))
    return compiler::syntax_error(
        {statement->source, statement->file, statement->line, statement->column},
        compiler::SourceKind::statements);
  if (const auto* method = std::get_if<tonel::MethodDefinition>(&chunk))
    return compiler::syntax_error({method->source, method->file, method->line, method->column},
                                  compiler::SourceKind::method);
  return std::nullopt;
}

// Script>>parse:file: -- the classes, methods and statements of a script, in their order.
Outcome parse_script(Mutator& mutator, const Args& args) {
  const auto text = utf8_of(mutator.heap(), args.at(0));
  const auto file = utf8_of(mutator.heap(), args.at(1));
  if (!text || !file) return Failure::bad_argument;
  const auto read = tonel::read_script(*text, *file);
  if (!read.ok()) return source_failure(mutator, read.error());
  for (const tonel::ScriptChunk& each : read.value()) {
    if (const auto error = syntax_error(each)) return source_failure(mutator, *error);
  }
  ArrayBuilder chunks(mutator);
  for (const tonel::ScriptChunk& each : read.value()) {
    chunks.add(std::visit([&](const auto& value) { return chunk(mutator, value); }, each));
  }
  return chunks.make();
}

constexpr NamedEntry kNamedTable[] = {
    {"Banter", "primitiveParseTonel", 1, parse_path},
    {"Banter", "primitiveParseTonelText", 2, parse_text},
    {"Banter", "primitiveParseScript", 2, parse_script},
};

}  // namespace

NamedTable tonel_named_table() {
  return kNamedTable;
}

}  // namespace banter::primitives
