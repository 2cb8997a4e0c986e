// class_scope.h -- the names that a method of one class of the image may use.
//
// A name is looked for as an instance variable of the class or a superclass, as a class variable
// of the class and its superclasses, in their shared pools, and in the globals.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/scope.h"
#include "heap/rooted.h"

namespace banter::primitives {

class ClassScope : public compiler::Scope {
 public:
  // `behavior` is a class or a metaclass, or nil for code that belongs to no class.
  ClassScope(heap::Mutator& mutator, heap::Oop behavior);

  std::optional<std::uint32_t> instance_variable(std::string_view name) const override;
  std::optional<compiler::Binding> lookup(std::string_view name) override;
  bool instances_are_contexts() const override { return instances_are_contexts_; }
  std::vector<std::string> known_names() const override;

  // The Association that a Binding answered by this scope stands for.
  heap::Oop association(const compiler::Binding& binding) const;
  // The class or metaclass; nil if there is none.
  heap::Oop behavior() const { return behavior_.oop(); }

 protected:
  // A Binding for an Association of the image.
  compiler::Binding bind(std::string_view name, heap::Oop association, bool assignable);
  heap::Mutator& mutator() { return mutator_; }

 private:
  void collect_instance_variables();
  std::optional<heap::Oop> find_in_classes(heap::Oop symbol);
  bool is_constant(heap::Oop association) const;

  heap::Mutator& mutator_;
  heap::Rooted<> behavior_;
  heap::RootedVector associations_;  // by Binding::cookie
  std::unordered_map<std::string, compiler::Binding> bindings_;
  std::vector<std::string> instance_variables_;
  bool instances_are_contexts_ = false;
};

// The instance variables that `behavior` itself defines, in order. Never collects.
std::vector<std::string> own_instance_variables(const heap::Heap& heap, heap::Oop behavior);

}  // namespace banter::primitives
