// check.h -- assertions: our own bugs end the process, naming file, line and values.
//
// BANTER_ASSERT(condition, format, ...) in debug builds; BANTER_CHECK always, where memory is at
// stake. The Smalltalk program's mistakes and the outside world's never come here: they are
// failures of primitives and Results (base/result.h).
#pragma once

#include <fmt/core.h>

#include <string>

namespace banter {

// Prints `file:line: what: message` on standard error and aborts.
[[noreturn]] void fail_check(const char* file, int line, const char* what,
                             const std::string& message);

}  // namespace banter

#define BANTER_CHECK(condition, ...)                                                       \
  do {                                                                                     \
    if (!(condition)) [[unlikely]]                                                         \
      ::banter::fail_check(__FILE__, __LINE__, #condition, ::fmt::format("" __VA_ARGS__)); \
  } while (false)

#ifdef NDEBUG
#define BANTER_ASSERT(condition, ...) \
  do {                                \
    if (false) {                      \
      (void)(condition);              \
    }                                 \
  } while (false)
#else
#define BANTER_ASSERT(condition, ...) BANTER_CHECK(condition, __VA_ARGS__)
#endif
