#include "bootstrap/syntax_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "bytecode/decoder.h"
#include "compiler/compiler.h"
#include "tonel/reader.h"

namespace banter::bootstrap {
namespace {

using tonel::ClassDefinition;
using tonel::MethodDefinition;

constexpr std::string_view kGlobals[] = {"Smalltalk", "Processor", "Transcript", "Undeclared"};
constexpr unsigned kMaxInheritance = 200;  // a cycle is reported elsewhere; here it only must end

class ClassTable {
 public:
  // Answers the class that has the name already, or nullptr.
  const ClassDefinition* add(const ClassDefinition& definition) {
    const auto [place, is_new] = classes_.emplace(definition.name, &definition);
    return is_new ? nullptr : place->second;
  }
  const ClassDefinition* find(std::string_view name) const {
    const auto found = classes_.find(name);
    return found == classes_.end() ? nullptr : found->second;
  }
  const auto& all() const { return classes_; }

 private:
  std::map<std::string, const ClassDefinition*, std::less<>> classes_;
};

// The names that a method of one class sees.
class CheckScope : public compiler::Scope {
 public:
  CheckScope(const ClassTable& classes, const ClassDefinition& definition, bool class_side)
      : classes_(classes), definition_(definition) {
    if (class_side) {
      if (!definition.is_trait) add_variables(classes_.find("Class"), false, 0);
      add_variables(&definition, true, 0);
    } else {
      add_variables(&definition, false, 0);
    }
    unsigned steps = 0;
    for (const ClassDefinition* it = &definition;
         it != nullptr && !class_side && ++steps < kMaxInheritance;
         it = classes_.find(it->superclass)) {
      if (it->name == "Context") is_context_ = true;
    }
  }

  std::optional<std::uint32_t> instance_variable(std::string_view name) const override {
    const auto found = std::find(variables_.begin(), variables_.end(), name);
    if (found == variables_.end()) return std::nullopt;
    return static_cast<std::uint32_t>(found - variables_.begin());
  }

  std::optional<compiler::Binding> lookup(std::string_view name) override {
    unsigned steps = 0;
    for (const ClassDefinition* it = &definition_; it != nullptr && ++steps < kMaxInheritance;
         it = classes_.find(it->superclass)) {
      if (contains(it->class_variables, name)) return binding(it->name, name, true);
      for (const std::string& pool : it->pools) {
        const ClassDefinition* pool_class = classes_.find(pool);
        if (pool_class != nullptr && contains(pool_class->class_variables, name)) {
          return binding(pool, name, true);
        }
      }
    }
    if (classes_.find(name) != nullptr) return binding("", name, false);
    if (std::find(std::begin(kGlobals), std::end(kGlobals), name) != std::end(kGlobals)) {
      return binding("", name, true);
    }
    return std::nullopt;
  }

  bool instances_are_contexts() const override { return is_context_; }

  std::vector<std::string> known_names() const override {
    std::vector<std::string> result = variables_;
    for (const auto& [name, definition] : classes_.all()) {
      result.push_back(name);
      for (const std::string& variable : definition->class_variables) result.push_back(variable);
    }
    return result;
  }

 private:
  static bool contains(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  }

  static compiler::Binding binding(std::string_view owner, std::string_view name, bool assignable) {
    return {std::string(name), std::string(owner), assignable, 0};
  }

  void add_variables(const ClassDefinition* definition, bool class_side, unsigned depth) {
    if (definition == nullptr || depth > kMaxInheritance) return;
    add_variables(classes_.find(definition->superclass), class_side, depth + 1);
    for (const auto* traits : {&definition->traits, &definition->class_traits}) {
      if ((traits == &definition->class_traits) != class_side) continue;
      for (const auto& use : *traits) add_variables(classes_.find(use.name), class_side, depth + 1);
    }
    const auto& own =
        class_side ? definition->class_instance_variables : definition->instance_variables;
    variables_.insert(variables_.end(), own.begin(), own.end());
  }

  const ClassTable& classes_;
  const ClassDefinition& definition_;
  std::vector<std::string> variables_;
  bool is_context_ = false;
};

struct Send {
  std::string file;
  std::uint32_t line;
  std::string method;
};

class SyntaxChecker {
 public:
  explicit SyntaxChecker(SyntaxReport& report) : report_(report) {}

  void read(const std::filesystem::path& folder, bool is_checked) {
    const auto found = tonel::find_packages(folder);
    if (found.empty()) {
      report_.errors.push_back(fmt::format("{}: no package.st here or below", folder.string()));
    }
    for (const auto& path : found) read_folder(path, is_checked);
  }

  void check() {
    for (const Package& package : packages_) {
      for (const ClassDefinition& definition : package.classes) add_class(definition);
      for (const MethodDefinition& method : package.methods) implemented_.insert(method.selector);
    }
    for (const Package& package : packages_) {
      if (!package.is_checked) continue;
      for (const ClassDefinition& definition : package.classes) check_class(definition);
      for (const MethodDefinition& method : package.methods) check_method(method);
    }
    for (const auto& [selector, send] : sends_) {
      if (implemented_.contains(selector)) continue;
      report_.warnings.push_back(fmt::format("{}:{}: warning: {} sends #{}, which no class has",
                                             send.file, send.line, send.method, selector));
    }
  }

 private:
  struct Package {
    bool is_checked = false;
    std::vector<ClassDefinition> classes;
    std::vector<MethodDefinition> methods;
  };

  // File by file, so that a mistake in one does not hide those in the others.
  void read_folder(const std::filesystem::path& folder, bool is_checked) {
    std::vector<std::filesystem::path> files;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
      if (entry.path().extension() == ".st") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    packages_.emplace_back();
    Package& package = packages_.back();
    package.is_checked = is_checked;
    for (const auto& file : files) {
      auto definitions = tonel::read_file(file);
      if (!definitions.ok()) {
        report_.errors.push_back(definitions.error().render());
        continue;
      }
      auto& value = definitions.value();
      std::move(value.classes.begin(), value.classes.end(), std::back_inserter(package.classes));
      std::move(value.methods.begin(), value.methods.end(), std::back_inserter(package.methods));
    }
  }

  void add_class(const ClassDefinition& definition) {
    const ClassDefinition* other = classes_.add(definition);
    if (other == nullptr) return;
    report_.errors.push_back(fmt::format("{}:{}: {} is defined at {}:{} already", definition.file,
                                         definition.line, definition.name, other->file,
                                         other->line));
  }

  void check_class(const ClassDefinition& definition) {
    ++report_.classes;
    const auto complain = [&](const std::string& message) {
      report_.errors.push_back(fmt::format("{}:{}: {}", definition.file, definition.line, message));
    };
    if (!definition.superclass.empty() && classes_.find(definition.superclass) == nullptr) {
      complain(fmt::format("the superclass {} of {} is not known", definition.superclass,
                           definition.name));
    }
    for (const auto* traits : {&definition.traits, &definition.class_traits}) {
      for (const auto& use : *traits) {
        if (classes_.find(use.name) == nullptr) complain("the trait " + use.name + " is not known");
      }
    }
    for (const std::string& pool : definition.pools) {
      if (classes_.find(pool) == nullptr) complain("the pool " + pool + " is not known");
    }
    std::set<const ClassDefinition*> above;
    std::set<std::string> variables;
    for (const ClassDefinition* it = classes_.find(definition.superclass); it != nullptr;
         it = classes_.find(it->superclass)) {
      if (it == &definition) complain(definition.name + " inherits from itself");
      if (it == &definition || !above.insert(it).second) break;
      variables.insert(it->instance_variables.begin(), it->instance_variables.end());
    }
    for (const std::string& name : definition.instance_variables) {
      if (variables.insert(name).second) continue;
      complain(
          fmt::format("the instance variable {} of {} is declared twice", name, definition.name));
    }
  }

  void check_method(const MethodDefinition& method) {
    ++report_.methods;
    const std::string name = fmt::format("{}{}>>{}", method.class_name,
                                         method.class_side ? " class" : "", method.selector);
    const auto [place, is_new] = places_.emplace(name, &method);
    if (!is_new) {
      report_.errors.push_back(fmt::format("{}:{}: {} is defined at {}:{} already", method.file,
                                           method.line, name, place->second->file,
                                           place->second->line));
    }
    if (method.category.empty() || method.category == "as yet unclassified") {
      report_.warnings.push_back(
          fmt::format("{}:{}: warning: {} has no category", method.file, method.line, name));
    }
    const ClassDefinition* definition = classes_.find(method.class_name);
    if (definition == nullptr) {
      report_.errors.push_back(fmt::format("{}:{}: the class {} is not known", method.file,
                                           method.line, method.class_name));
      return;
    }
    CheckScope scope(classes_, *definition, method.class_side);
    const SourceText source{method.source, method.file, method.line, method.column};
    auto compiled = compiler::compile_method(source, scope);
    if (!compiled.ok()) {
      report_.errors.push_back(compiled.error().render());
      return;
    }
    note_sends(compiled.value(), compiled.value(), name);
  }

  // Remembers where each selector is sent first.
  void note_sends(const compiler::Code& code, const compiler::MethodCode& method,
                  const std::string& name) {
    for (std::uint32_t pc = 0; pc < code.bytecodes.size();) {
      const auto instruction = bytecode::decode(code.bytecodes, pc);
      if (!instruction) return;
      pc = instruction->next_pc;
      using bytecode::Operation;
      if (instruction->operation != Operation::send &&
          instruction->operation != Operation::super_send &&
          instruction->operation != Operation::directed_super_send) {
        continue;
      }
      const auto& literal = code.literals[instruction->index].value;
      const auto offset = compiler::source_offset(code, instruction->pc);
      sends_.try_emplace(std::get<compiler::Symbol>(literal).utf8,
                         Send{method.file, compiler::source_line(method, offset), name});
    }
    for (const compiler::Literal& literal : code.literals) {
      if (const auto* block = std::get_if<compiler::Literal::Block>(&literal.value)) {
        note_sends(**block, method, name);
      }
    }
  }

  SyntaxReport& report_;
  std::vector<Package> packages_;
  ClassTable classes_;
  std::map<std::string, const MethodDefinition*> places_;
  std::set<std::string> implemented_;
  std::map<std::string, Send> sends_;
};

}  // namespace

SyntaxReport check_syntax(const std::vector<std::filesystem::path>& checked,
                          const std::vector<std::filesystem::path>& known) {
  SyntaxReport report;
  SyntaxChecker checker(report);
  for (const auto& folder : known) checker.read(folder, false);
  for (const auto& folder : checked) checker.read(folder, true);
  checker.check();
  return report;
}

}  // namespace banter::bootstrap
