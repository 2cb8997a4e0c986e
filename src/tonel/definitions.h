// definitions.h -- what Tonel files say, as plain values.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace banter::tonel {

// The layout of a class's instances, from Tonel's `#type`.
enum class Layout : std::uint8_t {
  normal,           // #normal: named variables only
  variable,         // #variable: and indexable slots
  weak,             // #weak
  ephemeron,        // #ephemeron
  bytes,            // #bytes
  double_bytes,     // #doubleBytes: 16 bits
  words,            // #words: 32 bits
  double_words,     // #doubleWords: 64 bits
  immediate,        // #immediate
  compiled_method,  // #compiledMethod
};

// One trait in a composition: `TFoo - { #x } @ { #alias -> #selector }`.
struct TraitUse {
  std::string name;
  bool class_side = false;  // `TFoo classTrait`, `TFoo class`
  std::vector<std::string> exclusions;
  std::vector<std::pair<std::string, std::string>> aliases;  // alias, selector
  friend bool operator==(const TraitUse&, const TraitUse&) = default;
};

// A class or a trait.
struct ClassDefinition {
  bool is_trait = false;
  std::string name;
  std::string superclass;  // empty for nil, and for traits
  Layout layout = Layout::normal;
  std::vector<std::string> instance_variables;
  std::vector<std::string> class_instance_variables;
  std::vector<std::string> class_variables;
  std::vector<std::string> pools;
  std::vector<TraitUse> traits;
  std::vector<TraitUse> class_traits;
  std::string package;
  std::string tag;       // empty if there is none
  std::string category;  // as written, or `package` or `package-tag`
  std::string comment;
  std::string file;
  std::uint32_t line = 1;
};

struct MethodDefinition {
  std::string class_name;
  bool class_side = false;
  bool is_extension = false;  // from an extension file: the class belongs to another package
  std::string selector;
  std::string category;
  std::string source;  // pattern and body, without the square brackets
  std::string file;
  std::uint32_t line = 1;  // where `source` begins
  std::uint32_t column = 1;
};

// What one file holds, in the order of the file.
struct FileDefinitions {
  std::string package;  // from a `Package { #name : ... }` file; empty otherwise
  std::vector<ClassDefinition> classes;
  std::vector<MethodDefinition> methods;
};

struct PackageDefinition {
  std::string name;
  std::vector<ClassDefinition> classes;  // as the files' names sort
  std::vector<MethodDefinition> methods;
};

// A top-level statement of a script, without the period that ends it. Temporaries declared before
// it are part of the text.
struct Statement {
  std::string source;
  std::string file;
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  bool is_return = false;  // `^ value` on the top level ends the script
};

using ScriptChunk = std::variant<Statement, ClassDefinition, MethodDefinition>;

}  // namespace banter::tonel
