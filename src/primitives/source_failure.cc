#include "primitives/source_failure.h"

#include "primitives/array_builder.h"

namespace banter::primitives {

Outcome source_failure(Mutator& mutator, const SourceError& error) {
  ArrayBuilder detail(mutator);
  detail.string(error.message)
      .integer(error.position.line)
      .integer(error.position.column)
      .string(error.offending)
      .string(error.render());
  return Outcome::failure(Failure::failed, detail.make());
}

}  // namespace banter::primitives
