// error.h -- sentences for the users of native.h.
#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <exception>
#include <string_view>

#include "banter/native.h"

namespace banter::library {

inline void say(banter_error* error, std::string_view sentence) {
  if (error == nullptr) return;
  const std::size_t count = std::min(sentence.size(), sizeof error->text - 1);
  std::copy_n(sentence.data(), count, error->text);
  error->text[count] = '\0';
}

// What `make` answers; null and a sentence when it throws (for lack of memory).
template <class Make>
auto guarded(banter_error* error, Make make) -> decltype(make()) {
  try {
    return make();
  } catch (const std::exception& exception) {
    say(error, fmt::format("not possible: {}", exception.what()));
    return {};
  }
}

}  // namespace banter::library
