// class_graph.h -- the class definitions of the kernel in an order in which they can be made, with
// what each inherits already worked out. No heap.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "tonel/definitions.h"

namespace banter::bootstrap {

struct PlannedClass {
  const tonel::ClassDefinition* definition;
  int superclass = -1;  // index in ClassGraph::classes, which is smaller than one's own
  tonel::Layout layout = tonel::Layout::normal;  // with an inherited layout applied
  std::size_t instance_size = 0;                 // named variables, inherited ones included
  std::size_t class_variables = 0;  // class-side instance variables, inherited ones included

  // Spur's instance format: the `format` of instances without size bits.
  int instance_format() const;
};

struct ClassGraph {
  std::vector<PlannedClass> classes;  // superclasses first
  std::map<std::string, std::size_t, std::less<>> by_name;

  const PlannedClass* find(std::string_view name) const;
  // Every instance variable of `name`, inherited ones first. Requires a class of that name.
  std::vector<std::string> all_instance_variables(std::string_view name) const;
};

// Fails, naming file and line, for a class defined twice, an unknown superclass, a cycle, a trait.
Result<ClassGraph> plan_classes(const std::vector<tonel::PackageDefinition>& packages);

}  // namespace banter::bootstrap
