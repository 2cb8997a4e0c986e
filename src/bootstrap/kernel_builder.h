// kernel_builder.h -- the first objects: class definitions and methods as plain values go into an
// empty heap, which can run Smalltalk afterwards.
//
// What is made here is what no Smalltalk can make before it runs: classes and metaclasses, the
// symbol table, globals and class variables (nil), compiled methods, the special objects, the
// scheduler with one process. Everything else is done by the kernel's own `initialize` methods.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "bootstrap/class_graph.h"
#include "heap/rooted.h"
#include "tonel/definitions.h"

namespace banter::bootstrap {

class KernelBuilder {
 public:
  KernelBuilder(heap::Mutator& mutator, const std::vector<tonel::PackageDefinition>& packages,
                const ClassGraph& graph);

  // Makes classes, globals, special objects and the scheduler, then compiles every method.
  // Fails with all the errors of all the methods, one below the other; the methods that did
  // compile are installed even so.
  Result<void> build();

  // The class named `name`; requires that there is one.
  heap::Oop class_named(std::string_view name) const;
  std::size_t method_count() const { return method_count_; }

 private:
  Result<void> check_layouts() const;
  void make_classes();
  heap::ClassIndex class_index_for(std::size_t planned);
  void fill_class(std::size_t planned);
  void make_globals();
  void make_class_pool(std::size_t planned);
  void set_subclasses(std::size_t planned);
  void set_pools(std::size_t planned);
  void make_special_objects();
  void make_special_selectors();
  void make_error_table();
  void make_scheduler();
  void compile_methods();
  void compile_method(const tonel::MethodDefinition& definition, const std::string& package);
  void add_global(std::string_view name, heap::Oop value);
  void set_text(heap::Oop cls, std::size_t slot, const std::string& text);
  heap::Oop new_instance_of(std::string_view class_name, std::size_t indexable = 0);

  heap::Mutator& mutator_;
  heap::Heap& heap_;
  const std::vector<tonel::PackageDefinition>& packages_;
  const ClassGraph& graph_;
  heap::RootedVector classes_;      // in the graph's order
  heap::RootedVector metaclasses_;  // likewise
  heap::Rooted<> globals_;
  std::size_t method_count_ = 0;
  std::string errors_;
};

}  // namespace banter::bootstrap
