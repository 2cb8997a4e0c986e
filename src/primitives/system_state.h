// system_state.h -- what one virtual machine was started with, and how it ends.
//
// Kept in Interpreter::extensions(); the command line fills it before Smalltalk runs.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace banter::primitives {

struct SystemState {
  std::string vm_path;     // the executable
  std::string image_path;  // empty: the image in the executable
  std::vector<std::string> vm_arguments;
  std::vector<std::string> image_arguments;
  // Ends the program with that status. Without one Interpreter::quit() does it.
  std::function<void(int)> exit;
};

}  // namespace banter::primitives
