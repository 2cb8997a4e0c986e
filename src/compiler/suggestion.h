// suggestion.h -- what somebody who mistyped a name could have meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace banter::compiler {

// The known name nearest to `name`, or an empty string if none is near. Insertions, deletions,
// replacements and swaps of neighbours count one each; capitals do not count.
std::string closest_name(std::string_view name, const std::vector<std::string>& known);

}  // namespace banter::compiler
