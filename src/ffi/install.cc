#include "ffi/install.h"

#include "ffi/session.h"
#include "ffi/tables.h"
#include "interpreter/interpreter.h"
#include "native/safe_memory.h"
#include "primitives/foreign_memory.h"

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
  native::install_fault_handler();
  vm.add_primitives(numbered_function_primitives());
  vm.add_named_primitives(function_primitives());
  vm.add_named_primitives(callback_primitives());
  vm.add_named_primitives(recorder_primitives());
  vm.add_named_primitives(alien_primitives());
  vm.add_named_primitives(alien_memory_primitives());
  auto& memory = vm.extensions().get<primitives::ForeignMemory>();
  memory.load = [](std::uint64_t address, std::size_t width, std::uint64_t* value) {
    native::Unmapped fault{};
    return native::load(address, width, value, &fault);
  };
  memory.store = [](std::uint64_t address, std::size_t width, std::uint64_t value) {
    native::Unmapped fault{};
    return native::store(address, width, value, &fault);
  };
}

void end(interpreter::Interpreter& vm) {
  Session::of(vm).end();
}

void report_refused(interpreter::Interpreter& vm) {
  Session::of(vm).callbacks().report_refused();
}

void set_fast_callbacks(interpreter::Interpreter& vm, bool on) {
  Session::of(vm).callbacks().fast_path_enabled = on;
}

}  // namespace banter::ffi
