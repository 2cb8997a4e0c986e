// session.h -- what one VM has open in C: libraries, resolved functions, callbacks.
//
// Nothing of it is ever in an image. A Smalltalk object that stands for something here holds a
// handle: a SmallInteger of an index and of this session's number. A handle of another session
// (another run of the program) is found out and resolved anew.
//
//   60 ........ 24 23 ..... 0
//   [ session    ] [ index   ]
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "abi/declaration.h"
#include "ffi/arrivals.h"
#include "ffi/callback.h"
#include "ffi/function.h"
#include "heap/roots.h"
#include "interpreter/interpreter.h"
#include "native/thunk.h"
#include "platform/dynamic_library.h"

namespace banter::ffi {

class Session : private heap::RootProvider {
 public:
  explicit Session(Interpreter& vm);
  // C may still hold thunks: they answer their defaults from now on.
  ~Session() override;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // The VM's session. Requires install().
  static Session& of(Interpreter& vm) { return *static_cast<Session*>(vm.ffi_session()); }

  Interpreter& vm() { return vm_; }
  abi::AbiName abi() const { return abi_; }

  // Callbacks that C calls from now on get their defaults. Any thread that holds the VM.
  void end();

  // --- libraries ---
  // The symbol's address; an empty library is the program with all it is linked with. The error
  // names library and symbol. `missing_library` tells the two apart.
  Result<void*> symbol(const std::string& library, const std::string& name, bool* missing_library);
  Result<std::string> open_library(const std::string& library);

  // --- functions ---
  std::int64_t handle_of(std::size_t index) const {
    return static_cast<std::int64_t>(number_ << kIndexBits | index);
  }
  // The function that an FFIFunction's handle stands for, if it is of this session.
  Function* function(Oop handle) const {
    if (!handle.is_small_int()) return nullptr;
    const auto bits = static_cast<std::uint64_t>(handle.as_int());
    const std::size_t index = bits & kIndexMask;
    if (bits >> kIndexBits != number_ || index >= functions_.size()) return nullptr;
    return functions_[index].get();
  }
  // The handle of the function that was added with that key, which says all that makes two
  // functions differ.
  std::optional<std::int64_t> handle_for(const std::string& key) const;
  std::int64_t add_function(std::string key, std::unique_ptr<Function> function);

  // --- callbacks ---
  Callbacks& callbacks() { return callbacks_; }
  Arrivals& arrivals() { return arrivals_; }

 private:
  static constexpr unsigned kIndexBits = 24;
  static constexpr std::uint64_t kIndexMask = (1u << kIndexBits) - 1;

  void visit_roots(heap::OopVisitor& visitor) override;
  void after_collection() override;
  Result<platform::DynamicLibrary*> library(const std::string& name);

  Interpreter& vm_;
  abi::AbiName abi_;
  std::uint64_t number_;
  std::unordered_map<std::string, std::unique_ptr<platform::DynamicLibrary>> libraries_;
  std::vector<std::unique_ptr<Function>> functions_;  // until the end
  std::unordered_map<std::string, std::size_t> function_indices_;
  Callbacks callbacks_;
  Arrivals arrivals_;
};

}  // namespace banter::ffi
