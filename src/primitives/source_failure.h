// source_failure.h -- mistakes in source texts as failures of primitives.
#pragma once

#include "base/source_text.h"
#include "primitives/values.h"

namespace banter::primitives {

// The detail is an Array { message. line. column. offending text. all of it with line and caret }.
// May collect.
Outcome source_failure(Mutator& mutator, const SourceError& error);

}  // namespace banter::primitives
