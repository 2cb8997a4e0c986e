// contexts.h -- primitives on Contexts, whose slots may live in a frame instead of the object.
#pragma once

#include "interpreter/interpreter.h"
#include "primitives/values.h"

namespace banter::primitives {

inline bool is_context(Oop oop) {
  return is_of(oop, ClassIndex::kContext);
}

}  // namespace banter::primitives
