#include "ffi/install.h"

#include "ffi/session.h"
#include "ffi/tables.h"
#include "interpreter/interpreter.h"

namespace banter::ffi {

namespace {

// Destroyed with the VM.
struct SessionHolder {
  std::unique_ptr<Session> session;
};

}  // namespace

void install(interpreter::Interpreter& vm) {
  auto& holder = vm.extensions().get<SessionHolder>();
  holder.session = std::make_unique<Session>(vm);
  vm.set_ffi_session(holder.session.get());
  vm.add_primitives(numbered_function_primitives());
  vm.add_named_primitives(function_primitives());
  vm.add_named_primitives(callback_primitives());
  vm.add_named_primitives(alien_primitives());
  vm.add_named_primitives(alien_memory_primitives());
}

}  // namespace banter::ffi
