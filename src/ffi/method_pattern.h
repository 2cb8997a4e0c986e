// method_pattern.h -- the names of a method's arguments, from its source text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace banter::ffi {

// "at: index put: value ..." -> index, value; "+ other ..." -> other; "size ..." -> none.
std::vector<std::string> argument_names(std::string_view source);

}  // namespace banter::ffi
