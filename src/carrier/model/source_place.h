// source_place.h -- std::source_location, which Clang 14 does not have with GCC's library: there,
// as much of it as is needed, without columns.
#pragma once

#include <version>

#if defined(__cpp_lib_source_location)

#include <source_location>

namespace banter::carrier::model {
using SourcePlace = std::source_location;
}  // namespace banter::carrier::model

#else

namespace banter::carrier::model {

class SourcePlace {
 public:
  static constexpr SourcePlace current(const char* file = __builtin_FILE(),
                                       const char* function = __builtin_FUNCTION(),
                                       unsigned line = __builtin_LINE()) {
    SourcePlace place;
    place.file_ = file;
    place.function_ = function;
    place.line_ = line;
    return place;
  }
  constexpr const char* file_name() const { return file_; }
  constexpr const char* function_name() const { return function_; }
  constexpr unsigned line() const { return line_; }
  constexpr unsigned column() const { return 0; }

 private:
  const char* file_ = "";
  const char* function_ = "";
  unsigned line_ = 0;
};

}  // namespace banter::carrier::model

#endif
