// script_scope.h -- the scopes of code that is compiled at run time outside a class definition.
#pragma once

#include <string>

#include "primitives/class_scope.h"

namespace banter::primitives {

// Statements whose variables live on in a Dictionary of the image: Symbol -> Association. Names
// that are assigned without being known are added to it.
class ScriptScope : public ClassScope {
 public:
  // `dictionary` is a Dictionary or IdentityDictionary by its shape: is_dictionary() says so.
  ScriptScope(heap::Mutator& mutator, heap::Oop behavior, heap::Oop dictionary);

  static bool is_dictionary(const heap::Heap& heap, heap::Oop oop);

  std::optional<compiler::Binding> lookup(std::string_view name) override;
  std::optional<compiler::Binding> declare(std::string_view name) override;

 private:
  heap::Rooted<> dictionary_;
};

// Code that has been compiled before: every name is accepted, so that positions in it can be found
// even when variables have gone since.
class PermissiveScope : public ClassScope {
 public:
  using ClassScope::ClassScope;

  std::optional<compiler::Binding> lookup(std::string_view name) override;
  std::optional<compiler::Binding> declare(std::string_view name) override;
};

}  // namespace banter::primitives
