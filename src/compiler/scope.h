// scope.h -- what the compiler asks about the names that the source text itself does not declare.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/code.h"

namespace banter::compiler {

class Scope {
 public:
  virtual ~Scope() = default;

  // The index of an instance variable, inherited ones first, or nothing.
  virtual std::optional<std::uint32_t> instance_variable(std::string_view name) const = 0;

  // A class variable, pool variable or global, looked up in that order, or nothing.
  virtual std::optional<Binding> lookup(std::string_view name) = 0;

  // Called for a name that nothing declares but that a statement of a script assigns, and for
  // each temporary that a script declares on its top level. Answer a new variable, or nothing when
  // there are no such variables here.
  virtual std::optional<Binding> declare(std::string_view) { return std::nullopt; }

  // True for Context and its subclasses: their instance variables are then always reached with the
  // two-byte bytecodes, the only ones that look whether the context has a frame.
  virtual bool instances_are_contexts() const { return false; }

  // Names that could have been meant, for the suggestion in an error message.
  virtual std::vector<std::string> known_names() const { return {}; }
};

}  // namespace banter::compiler
