// result.h -- a value, or an Error that says what went wrong with the outside world.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/check.h"

namespace banter {

// One sentence for a person: what was being done, with what input, where, what to do about it.
struct Error {
  std::string message;
};

// `E` is Error, or another value with a `message`, such as a SourceError.
template <class T, class E = Error>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}
  Result(E error) : state_(std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  // Requires ok().
  T& value() & {
    BANTER_CHECK(ok(), "{}", error_text());
    return std::get<0>(state_);
  }
  const T& value() const& {
    BANTER_CHECK(ok(), "{}", error_text());
    return std::get<0>(state_);
  }
  T&& value() && {
    BANTER_CHECK(ok(), "{}", error_text());
    return std::get<0>(std::move(state_));
  }
  // Requires !ok().
  const E& error() const { return std::get<1>(state_); }

 private:
  std::string error_text() const { return ok() ? "" : error().message; }
  std::variant<T, E> state_;
};

template <>
class [[nodiscard]] Result<void, Error> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool ok() const { return !error_; }
  // Requires !ok().
  const Error& error() const { return *error_; }

 private:
  std::optional<Error> error_;
};

}  // namespace banter
