// recompile.h -- the plain code value behind a CompiledMethod or CompiledBlock of the image, made
// from the source that its method keeps. Positions and names of variables are only there.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "compiler/code.h"
#include "primitives/values.h"

namespace banter::primitives {

struct Recompiled {
  std::shared_ptr<compiler::MethodCode> method;
  const compiler::Code* code;  // the method itself or one of its blocks; lives in `method`
};

// Nothing when the method keeps no source, or it does not compile to the same shape any more.
// May collect.
std::optional<Recompiled> recompile(Mutator& mutator, Oop code);

// The instance variables of the class that `code` belongs to, by their index. Never collects.
std::vector<std::string> instance_variables_of(const Heap& heap, Oop code);

}  // namespace banter::primitives
