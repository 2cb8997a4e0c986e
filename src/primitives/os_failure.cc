#include "primitives/os_failure.h"

#include <string>
#include <system_error>

namespace banter::primitives {

Outcome os_failure(Mutator& mutator, int error_number, std::string_view subject) {
  std::string text(subject);
  if (!text.empty()) text += ": ";
  text += std::generic_category().message(error_number);
  return Outcome::failure(Failure::os_error, make_string(mutator, text));
}

}  // namespace banter::primitives
