#include "bootstrap/class_graph.h"

#include <fmt/format.h>

namespace banter::bootstrap {

using tonel::ClassDefinition;
using tonel::Layout;

namespace {

std::string place(const ClassDefinition& definition) {
  return fmt::format("{}:{}", definition.file, definition.line);
}

class Planner {
 public:
  Result<ClassGraph> plan(const std::vector<tonel::PackageDefinition>& packages) {
    for (const auto& package : packages) {
      for (const auto& definition : package.classes) {
        if (auto added = add(definition); !added.ok()) return added.error();
      }
    }
    for (const auto& [name, definition] : definitions_) {
      if (auto placed = place_class(*definition, 0); !placed.ok()) return placed.error();
    }
    return std::move(graph_);
  }

 private:
  Result<void> add(const ClassDefinition& definition) {
    if (definition.is_trait)
      return Error{fmt::format("{}: the kernel cannot define a trait ({})", place(definition),
                               definition.name)};
    const auto [entry, is_new] = definitions_.emplace(definition.name, &definition);
    if (is_new) return {};
    return Error{fmt::format("{}: class {} is defined already at {}", place(definition),
                             definition.name, place(*entry->second))};
  }

  Result<std::size_t> place_class(const ClassDefinition& definition, std::size_t depth) {
    if (auto done = graph_.by_name.find(definition.name); done != graph_.by_name.end())
      return done->second;
    if (depth > definitions_.size())
      return Error{
          fmt::format("{}: class {} inherits from itself", place(definition), definition.name)};
    PlannedClass planned{&definition};
    if (!definition.superclass.empty()) {
      const auto superclass = definitions_.find(definition.superclass);
      if (superclass == definitions_.end())
        return Error{fmt::format("{}: the superclass {} of {} is not in the kernel",
                                 place(definition), definition.superclass, definition.name)};
      auto above = place_class(*superclass->second, depth + 1);
      if (!above.ok()) return above;
      inherit(planned, above.value());
    }
    planned.instance_size += definition.instance_variables.size();
    planned.class_variables += definition.class_instance_variables.size();
    if (definition.layout != Layout::normal) planned.layout = definition.layout;
    const std::size_t index = graph_.classes.size();
    graph_.classes.push_back(planned);
    graph_.by_name.emplace(definition.name, index);
    return index;
  }

  void inherit(PlannedClass& planned, std::size_t superclass) {
    const PlannedClass& above = graph_.classes[superclass];
    planned.superclass = static_cast<int>(superclass);
    planned.layout = above.layout;
    planned.instance_size = above.instance_size;
    planned.class_variables = above.class_variables;
  }

  std::map<std::string, const ClassDefinition*, std::less<>> definitions_;
  ClassGraph graph_;
};

}  // namespace

int PlannedClass::instance_format() const {
  switch (layout) {
    case Layout::normal:
      return instance_size == 0 ? 0 : 1;
    case Layout::variable:
      return instance_size == 0 ? 2 : 3;
    case Layout::weak:
      return 4;
    case Layout::ephemeron:
      return 5;
    case Layout::immediate:
      return 7;
    case Layout::double_words:
      return 9;
    case Layout::words:
      return 10;
    case Layout::double_bytes:
      return 12;
    case Layout::bytes:
      return 16;
    case Layout::compiled_method:
      return 24;
  }
  return 0;
}

const PlannedClass* ClassGraph::find(std::string_view name) const {
  const auto found = by_name.find(name);
  return found == by_name.end() ? nullptr : &classes[found->second];
}

std::vector<std::string> ClassGraph::all_instance_variables(std::string_view name) const {
  const PlannedClass* planned = find(name);
  BANTER_CHECK(planned != nullptr, "no class {}", name);
  std::vector<std::string> names;
  if (planned->superclass >= 0)
    names = all_instance_variables(
        classes[static_cast<std::size_t>(planned->superclass)].definition->name);
  const auto& own = planned->definition->instance_variables;
  names.insert(names.end(), own.begin(), own.end());
  return names;
}

Result<ClassGraph> plan_classes(const std::vector<tonel::PackageDefinition>& packages) {
  return Planner().plan(packages);
}

}  // namespace banter::bootstrap
