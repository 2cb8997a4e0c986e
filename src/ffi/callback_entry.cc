// callback_entry.cc -- what happens between a thunk and a block, and back.
#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "ffi/argument.h"
#include "ffi/callback.h"
#include "ffi/observer.h"
#include "ffi/result.h"
#include "ffi/session.h"
#include "interpreter/callback.h"
#include "native/foreign_unwinding.h"
#include "native/marshal.h"
#include "primitives/symbols.h"
#include "primitives/values.h"

// What every callback passes is one function, though those that are watched have a copy of it.
#define BANTER_ON_THE_PATH [[gnu::always_inline]] inline

namespace banter::ffi {

using abi::ValueKind;
using interpreter::CallbackScope;
using native::ReturnCode;
using native::VMCallbackContext;

namespace {

// A pointer to C's memory, without bounds. May collect.
Oop new_pointer_alien(Mutator& mutator, std::uint64_t address) {
  Object* alien = mutator.heap().allocate_fast(heap::ClassIndex::kAlien, heap::Format::kBytes, 2);
  if (alien == nullptr) alien = mutator.new_bytes(heap::ClassIndex::kAlien, kAlienPointerBytes);
  alien->set_raw(0, 0);
  alien->set_raw(1, address);
  return alien->oop();
}

// The object for an argument that is neither a plain integer nor a pointer. May collect.
Oop other_argument(const CallbackRecord& record, Mutator& mutator, std::uint64_t bits,
                   const abi::CType& type) {
  std::uint64_t fault = 0;
  if (auto object = from_c(mutator, bits, type, &fault)) return *object;
  record.session->callbacks().report(fmt::format(
      "a text argument of {} is not mapped at {:#x}; the block gets nil", *record.text, fault));
  return mutator.nil();
}

// All pieces of an argument that more than one register brings.
std::uint64_t scattered_bits(const CallbackRecord& record, const VMCallbackContext& context,
                             std::uint16_t argument) {
  const auto& steps = record.plan.argument_steps;
  std::size_t i = 0;
  while (steps[i].argument != argument) i++;
  return native::argument_bits(context, steps, i);
}

BANTER_ON_THE_PATH std::uint64_t bits_for(const ArgumentMaker& maker, const CallbackRecord& record,
                                          const VMCallbackContext& context) {
  if (maker.in_register) [[likely]]
    return static_cast<std::uintptr_t>(context.intregargsp[maker.step.index]);
  return maker.single ? native::load_piece(context, maker.step)
                      : scattered_bits(record, context, maker.step.argument);
}

BANTER_ON_THE_PATH void push_arguments(const CallbackRecord& record,
                                       const VMCallbackContext& context, CallbackScope& scope) {
  for (const ArgumentMaker& maker : record.makers) {
    const std::uint64_t bits = bits_for(maker, record, context);
    if (maker.kind == ArgumentMaker::Kind::integer) {
      const std::int64_t n = widened(bits, maker.unused, maker.is_signed);
      if (Oop::fits_small_int(n)) [[likely]] {
        scope.push(Oop::small_int(n));
        continue;
      }
    }
    if (maker.kind == ArgumentMaker::Kind::alien) {
      scope.push(new_pointer_alien(scope.mutator(), bits));
    } else {
      const abi::CType& type = record.signature.parameters[maker.step.argument].type;
      scope.push(other_argument(record, scope.mutator(), bits, type));
    }
  }
}

// The same for a signature with aggregates, whose values lie in memory first.
void push_values(const CallbackRecord& record, VMCallbackContext& context, CallbackScope& scope) {
  const native::CallbackReader& reader = record.by_value->reader;
  const ValueRoom room(reader.room_needed(), 16);
  std::vector<void*> values(reader.argument_count());
  reader.arguments(context, room.start(), values.data());
  for (std::size_t i = 0; i < values.size(); i++) {
    const abi::CType& type = record.signature.parameters[i].type;
    if (abi::is_aggregate(type.value)) {
      scope.push(new_holding_alien(scope.mutator(), values[i], type.size.count));
      continue;
    }
    std::uint64_t bits = 0;
    std::memcpy(&bits, values[i], type.size.count);
    const bool is_pointer = type.value == ValueKind::address && type.role != abi::Role::string;
    scope.push(is_pointer ? new_pointer_alien(scope.mutator(), bits)
                          : other_argument(record, scope.mutator(), bits, type));
  }
}

// Asks image code. May collect.
[[gnu::noinline]] void ask_for_fast_path(CallbackRecord& record, CallbackScope& scope) {
  Session& session = *record.session;
  Interpreter& vm = session.vm();
  Mutator& mutator = scope.mutator();
  heap::Rooted<> selector(mutator, primitives::intern(mutator, "usesGeneratedMarshaller"));
  const std::uint64_t epoch = vm.method_epoch();
  auto answer = vm.run(session.callbacks().object_at(record.index), selector.oop(), {});
  record.may_take_fast_path = record.wants_fast_path &&
                              record.signature.parameters.size() < CallbackScope::kMostValues &&
                              answer.ok() && answer.value() == vm.heap().true_object();
  session.callbacks().note_selector();
  record.validated_epoch = epoch;
}

// Asks image code when methods have changed since it was last asked; then `*asked` becomes true,
// and other processes may have run. May collect.
BANTER_ON_THE_PATH bool may_take_fast_path(CallbackRecord& record, CallbackScope& scope,
                                           bool* asked) {
  Session& session = *record.session;
  Interpreter& vm = session.vm();
  if (!session.callbacks().fast_path_enabled) return false;
  if (record.validated_epoch == vm.method_epoch() &&
      session.callbacks().selector_is_known(vm.heap())) [[likely]] {
    return record.may_take_fast_path;
  }
  if (!record.wants_fast_path) return false;
  *asked = true;
  ask_for_fast_path(record, scope);
  return record.may_take_fast_path;
}

// Stores what the block answered. False when it is nothing that C can have.
bool store_result(CallbackRecord& record, Oop value, VMCallbackContext* context) {
  Interpreter& vm = record.session->vm();
  const abi::CType& type = record.signature.result;
  if (abi::is_aggregate(type.value)) {
    return record.session->callbacks().store_aggregate(record, value, *context);
  }
  std::uint64_t bits = 0;
  bool fits = type.value == ValueKind::nothing || small_integer_to_c(value, type.value, &bits);
  if (!fits) {
    Temporaries temporaries(vm.mutator());
    fits = to_c(vm.heap(), value, type, temporaries, &bits) && temporaries.empty();
  }
  if (!fits) return false;
  context->rvs.valword64 = bits;
  context->return_code = context->record->default_code;
  return true;
}

// Image code may know an object that stands for `value`; otherwise it reports, and answers nil.
void store_misfit(CallbackRecord& record, Oop value, VMCallbackContext* context,
                  CallbackScope& scope) {
  Session& session = *record.session;
  Mutator& mutator = scope.mutator();
  heap::Rooted<> misfit_value(mutator, value);
  heap::Rooted<> text(mutator, primitives::make_string(
                                   mutator, misfit(session.vm(), value, record.signature.result)));
  const Oop selector = primitives::intern(mutator, "badResult:because:");
  const Oop arguments[] = {misfit_value.oop(), text.oop()};
  auto answer = session.vm().run(session.callbacks().object_at(record.index), selector, arguments);
  const bool converted = answer.ok() && answer.value() != mutator.nil();
  if (!converted || !store_result(record, answer.value(), context)) {
    native::give_default(*context);
  }
}

BANTER_ON_THE_PATH void run_fast(CallbackRecord& record, Oop callback, VMCallbackContext* context,
                                 CallbackScope& scope) {
  scope.push(callback.as_object()->slot(callback_slots::kBlock));
  if (record.by_value == nullptr) [[likely]] {
    push_arguments(record, *context, scope);
  } else {
    push_values(record, *context, scope);
  }
  const auto count = static_cast<std::uint32_t>(record.signature.parameters.size());
  if (scope.run_block(count)) [[likely]] {
    const Oop value = scope.value();
    if (value.is_small_int() && record.results.include(value.as_int())) [[likely]] {
      context->rvs.valword64 = static_cast<std::uint64_t>(value.as_int());
      context->return_code = context->record->default_code;
    } else if (!store_result(record, value, context)) {
      store_misfit(record, value, context, scope);
    }
  } else if (auto code = scope.return_code()) {
    context->return_code = static_cast<ReturnCode>(*code);
  } else {
    native::give_default(*context);
  }
}

void run_in_image(VMCallbackContext* context, CallbackScope& scope) {
  auto code = scope.send_invoke_callback_context(reinterpret_cast<std::uintptr_t>(context));
  const bool known = code && *code >= static_cast<int>(ReturnCode::word) &&
                     *code <= static_cast<int>(ReturnCode::plan);
  if (known) {
    context->return_code = static_cast<ReturnCode>(*code);
  } else {
    native::give_default(*context);
  }
}

// Runs the block, one way or the other.
BANTER_ON_THE_PATH void run_block_of(CallbackRecord& record, VMCallbackContext* context,
                                     CallbackScope& scope, bool fast) {
  if (fast) {
    run_fast(record, record.session->callbacks().object_at(record.index), context, scope);
  } else {
    run_in_image(context, scope);
  }
}

// The arguments as C sent them. False: they are too many or too large.
bool read_words(const CallbackRecord& record, VMCallbackContext& context, std::uint64_t* words) {
  const std::size_t count = record.subject->word_count;
  if (record.by_value == nullptr) {
    for (std::size_t i = 0; i < count; i++) words[i] = bits_for(record.makers[i], record, context);
    return true;
  }
  constexpr std::size_t kMostArguments = 32;
  alignas(16) std::byte room[1024];
  void* values[kMostArguments];
  const native::CallbackReader& reader = record.by_value->reader;
  if (reader.room_needed() > sizeof room || reader.argument_count() > kMostArguments) return false;
  reader.arguments(context, room, values);
  for (std::size_t i = 0; i < count; i++) {
    const std::size_t size = record.signature.parameters[i].type.size.count;
    std::memcpy(&words[i], values[i], std::min(size, sizeof words[i]));
  }
  return true;
}

// The same with somebody who watches.
[[gnu::noinline]] void run_observed(CallbackRecord& record, VMCallbackContext* context,
                                    CallbackScope& scope, bool fast) {
  std::uint64_t words[Subject::kMostWords] = {};
  const bool known = read_words(record, *context, words);
  const CrossingPlace place = place_of_crossing(record.session->vm().active_stack().number(), true,
                                                reinterpret_cast<std::uintptr_t>(context->thunkp));
  ObservedCall call(*record.subject, known ? words : nullptr, place);
  run_block_of(record, context, scope, fast);
  if (!scope.unwinds()) call.end(context->rvs.valword64);
}

// One call of a record. Its thread may end in C inside of it (pthread_exit, cancellation): the
// unwind blocks run, then the unwinding goes on through C to the beginning of the thread.
class CallInProgress {
 public:
  CallInProgress(CallbackRecord& record, CallbackScope& scope) : record_(record), scope_(scope) {
    record.running++;
  }
  CallInProgress(const CallInProgress&) = delete;
  CallInProgress& operator=(const CallInProgress&) = delete;
  ~CallInProgress() {
    if (scope_.is_running()) [[unlikely]]
      unwind();
    record_.running--;
    if (record_.ends_with_use) [[unlikely]]
      record_.session->callbacks().end_use(record_);
  }

 private:
  [[gnu::noinline]] void unwind() {
    Interpreter& vm = record_.session->vm();
    Mutator& mutator = scope_.mutator();
    heap::RootedVector contexts(mutator);
    scope_.unwind_contexts(contexts);
    for (std::size_t i = 0; i < contexts.size(); i++) {
      const Oop selector = primitives::intern(mutator, "evaluateUnwindBlock");
      (void)vm.run(contexts[i], selector, {});
    }
    scope_.abandon();
  }

  CallbackRecord& record_;
  CallbackScope& scope_;
};

// The call that came in through `thunk`, when it had that generation, is for `record`.
bool is_live(const CallbackRecord& record, const native::ThunkRecord& thunk,
             std::uint32_t generation) {
  Session& session = *record.session;
  // One that is not in use has no object.
  return thunk.generation == generation && record.thunk == &thunk &&
         session.callbacks().object_at(record.index) != session.vm().heap().nil();
}

// Between thunkEntry and the block. Answers whether the frames of C below are to be left.
bool run_entered(CallbackRecord& record, VMCallbackContext* context, std::uint32_t generation,
                 CallbackScope& scope) {
  const CallInProgress call(record, scope);
  bool asked = false;
  const bool fast = may_take_fast_path(record, scope, &asked);
  // Another process may have freed it while image code was asked.
  if (asked && !is_live(record, *context->record, generation)) {
    native::refuse(*context, native::Refusal::freed);
    return false;
  }
  if (observed()) [[unlikely]] {
    run_observed(record, context, scope, fast);
  } else {
    run_block_of(record, context, scope, fast);
  }
  return scope.unwinds();
}

// Answers whether the frames of C below are to be left.
bool enter_and_run(VMCallbackContext* context) {
  native::ThunkRecord& thunk = *context->record;
  const std::uint32_t generation = thunk.generation;
  // Not from the record, which another callback may be getting now.
  Session& session = *static_cast<Session*>(thunk.owner->vm);
  CallbackScope scope(session.vm(), thunk.signature->c_str(),
                      reinterpret_cast<std::uintptr_t>(context));
  if (!scope.entered()) {
    native::refuse(*context, native::Refusal::session_over);
    return false;
  }
  // Another thread may have freed the callback before this one got the VM.
  CallbackRecord& record = *static_cast<CallbackRecord*>(thunk.user);
  if (!is_live(record, thunk, generation)) {
    native::refuse(*context, native::Refusal::freed);
    return false;
  }
  if (scope.process_is_over()) [[unlikely]] {
    native::refuse(*context, native::Refusal::process_over);
    return false;
  }
  if (record.has_options) [[unlikely]] {
    if (record.once && std::exchange(record.used, true)) {
      native::refuse(*context, native::Refusal::used);
      return false;
    }
    if (record.permeable) scope.set_permeable();
  }
  return run_entered(record, context, generation, scope);
}

}  // namespace

void run_callback(VMCallbackContext* context) {
  if (enter_and_run(context)) [[unlikely]]
    native::unwind_to_callout();
}

}  // namespace banter::ffi
