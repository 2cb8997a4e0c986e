// mirror.h -- primitives that are also sent to a mirror, which passes the object asked as an extra
// first argument. They take their operands from the end: Args::from_end.
#pragma once

#include "primitives/values.h"

namespace banter::primitives {

// `Function` with `Arguments` arguments, or one more for a mirror.
template <std::uint32_t Arguments, interpreter::Primitive Function>
Outcome mirror(Mutator& mutator, const Args& args) {
  if (args.count != Arguments && args.count != Arguments + 1) return Failure::bad_argument_count;
  return Function(mutator, args);
}

}  // namespace banter::primitives
