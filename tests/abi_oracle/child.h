// child.h -- a question asked in a child process, so that a crash is an answer, too.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace banter::abi_oracle {

struct Answer {
  std::size_t progress;  // what the question said last of how far it is
  std::string text;
};

// What `question(progress)` answered; nothing when it did. A child that a signal ended has for text
// which one it was. Windows has no fork: the question is asked in this process there, and a crash
// ends it, with the progress on standard error.
std::optional<Answer> asked_in_child(
    const std::function<std::optional<std::string>(std::size_t& progress)>& question);

}  // namespace banter::abi_oracle
