// os_failure.h -- failures that carry what the operating system said, as a String.
#pragma once

#include <string_view>

#include "primitives/values.h"

namespace banter::primitives {

// `subject: No such file or directory`, by the value of errno. May collect.
Outcome os_failure(Mutator& mutator, int error_number, std::string_view subject);

}  // namespace banter::primitives
