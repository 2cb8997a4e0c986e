// callback_primitives.cc -- Callback and FFICallbackThunk: making, freeing and asking about thunks.
#include <fmt/core.h>

#include <utility>

#include "base/to_size.h"
#include "ffi/failure.h"
#include "ffi/session.h"
#include "ffi/tables.h"
#include "ffi/type_names.h"
#include "heap/rooted.h"
#include "native/foreign_unwinding.h"
#include "native/safe_memory.h"
#include "primitives/values.h"

namespace banter::ffi {

using interpreter::Args;
using interpreter::Failure;
using interpreter::NamedEntry;
using interpreter::Outcome;
using primitives::utf8_of;

namespace {

std::optional<std::size_t> index_argument(Oop oop) {
  if (!oop.is_small_int() || oop.as_int() < 1) return std::nullopt;
  return to_size(static_cast<std::uint64_t>(oop.as_int() - 1));
}

// Callback>>primAllocateThunk:typeNames:default:site:table: -- (signature, type names, default
// result or nil, creation site, a class of weak arrays). Answers {index. thunk address}.
// Fails: bad_receiver, bad_argument, kBadSignature, kCallback.  May collect: yes.
Outcome allocate_thunk(Mutator& mutator, const Args& args) {
  Session& session = Session::of(args.vm);
  const Heap& heap = mutator.heap();
  const Oop receiver = args.receiver();
  if (!receiver.is_object() || !receiver.as_object()->has_pointers_only() ||
      receiver.as_object()->slot_count() < callback_slots::kSize) {
    return Failure::bad_receiver;
  }
  auto text = utf8_of(heap, args.at(0));
  auto site = utf8_of(heap, args.at(3));
  if (!text || !site || !primitives::is_behavior(heap, args.at(4))) return Failure::bad_argument;
  auto signature = abi::parse_signature(*text, session.abi(), type_names_of(heap, args.at(1)));
  if (!signature.ok()) return fail(mutator, kBadSignature, signature.error().message);
  heap::Rooted<> callback(mutator, receiver);
  auto record = session.callbacks().create(mutator, callback, std::move(signature).value(),
                                           args.at(2), *site, args.at(4));
  if (!record.ok()) return fail(mutator, kCallback, record.error().message);
  heap::Rooted<> pair(mutator, mutator.new_array(2));
  pair.store(0, Oop::small_int(static_cast<std::int64_t>(record.value()->index + 1)));
  pair.store(1, mutator.new_integer(static_cast<std::uint64_t>(
                    reinterpret_cast<std::uintptr_t>(record.value()->thunk->thunk))));
  return pair.oop();
}

// Callback class>>primFreeThunk:site: -- by index; does nothing when it is free already.
// Fails: bad_argument.  May collect: no.
Outcome free_thunk(Mutator& mutator, const Args& args) {
  auto index = index_argument(args.at(0));
  auto site = utf8_of(mutator.heap(), args.at(1));
  if (!index || !site) return Failure::bad_argument;
  Session::of(args.vm).callbacks().free(*index, *site);
  return args.receiver();
}

// Callback class>>primKeep:at: -- whether the Callback at that index stays until it is freed.
// Fails: bad_argument.  May collect: yes.
Outcome keep_callback(Mutator& mutator, const Args& args) {
  auto keep = primitives::boolean_value(mutator.heap(), args.at(0));
  auto index = index_argument(args.at(1));
  if (!keep || !index) return Failure::bad_argument;
  Session::of(args.vm).callbacks().keep(mutator, *index, *keep);
  return args.receiver();
}

// Callback class>>primSetPermeable:once:threads:at: -- two Booleans, a number of
// native::ThreadPolicy, the index. Fails: bad_argument, kCallback.  May collect: yes.
Outcome set_options(Mutator& mutator, const Args& args) {
  auto permeable = primitives::boolean_value(mutator.heap(), args.at(0));
  auto once = primitives::boolean_value(mutator.heap(), args.at(1));
  auto index = index_argument(args.at(3));
  const Oop policy = args.at(2);
  if (!permeable || !once || !index || !policy.is_small_int() || policy.as_int() < 0 ||
      policy.as_int() > static_cast<int>(native::ThreadPolicy::post)) {
    return Failure::bad_argument;
  }
  auto done = Session::of(args.vm).callbacks().set_options(
      *index, *permeable, *once, static_cast<native::ThreadPolicy>(policy.as_int()));
  if (!done.ok()) return fail(mutator, kCallback, done.error().message);
  return args.receiver();
}

// Callback class>>primLiveCallbacks -- an Array of all Callbacks that have not been freed.
// Fails: never.  May collect: yes.
Outcome live_callbacks(Mutator& mutator, const Args& args) {
  heap::RootedVector callbacks(mutator);
  Session::of(args.vm).callbacks().add_live_to(callbacks);
  return callbacks.to_array()->oop();
}

// Callback class>>primTakeArrival -- the next callback that waits to be run (ffi/arrivals.h):
// {number. the Callback, nil when it was freed. the context's address. whether C waits}; or nil.
// Fails: never.  May collect: yes.
Outcome take_arrival(Mutator& mutator, const Args& args) {
  Session& session = Session::of(args.vm);
  const auto taken = session.arrivals().take();
  if (!taken) return mutator.nil();
  const native::ThunkRecord& thunk = *taken->context->record;
  auto& record = *static_cast<CallbackRecord*>(thunk.user);
  // The record may be another callback's by now.
  const bool usable = thunk.generation == taken->generation && record.in_use &&
                      record.thunk == &thunk && !(record.once && std::exchange(record.used, true));
  heap::Rooted<> parts(mutator, mutator.new_array(4));
  parts.store(0, mutator.new_integer(taken->number));
  if (usable) parts.store(1, session.callbacks().object_at(record.index));
  parts.store(2, mutator.new_integer(
                     static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(taken->context))));
  parts.store(3, mutator.heap().boolean(taken->waits));
  return parts.oop();
}

// Callback class>>primFinishArrival:code: -- by number, with the result's type code, or nil for the
// default.
// Fails: bad_argument.  May collect: no.
Outcome finish_arrival(Mutator& mutator, const Args& args) {
  auto number = primitives::uint64_value(args.at(0));
  const Oop code = args.at(1);
  const bool known = code.is_small_int() && code.as_int() >= 1 &&
                     code.as_int() <= static_cast<int>(native::ReturnCode::plan);
  if (!number || (!known && code != mutator.nil())) return Failure::bad_argument;
  Session::of(args.vm).arrivals().finish(*number, known ? static_cast<int>(code.as_int()) : 0);
  return args.receiver();
}

// Callback class>>primCallbackForThunk: -- the Callback of a thunk's address, or nil.
// Fails: bad_argument.  May collect: no.
Outcome callback_for_thunk(Mutator& mutator, const Args& args) {
  auto address = primitives::uint64_value(args.at(0));
  if (!address || !native::is_host_address(*address)) return Failure::bad_argument;
  Callbacks& callbacks = Session::of(args.vm).callbacks();
  native::ThunkRecord* thunk = native::ThunkAllocator::instance().find(
      reinterpret_cast<const void*>(static_cast<std::uintptr_t>(*address)));
  if (thunk == nullptr || thunk->owner != callbacks.owner) return mutator.nil();
  const auto* record = static_cast<const CallbackRecord*>(thunk->user);
  if (record == nullptr || !record->in_use || record->thunk != thunk) return mutator.nil();
  return callbacks.object_at(record->index);
}

// Callback class>>primSetFastPath:at: -- (allowed, index or nil for all). A test that wants the
// image-level path forbids the other.  Fails: bad_argument.  May collect: no.
Outcome set_fast_path(Mutator& mutator, const Args& args) {
  auto allowed = primitives::boolean_value(mutator.heap(), args.at(0));
  if (!allowed) return Failure::bad_argument;
  Callbacks& callbacks = Session::of(args.vm).callbacks();
  if (args.at(1) == mutator.nil()) {
    callbacks.fast_path_enabled = *allowed;
    return args.receiver();
  }
  auto index = index_argument(args.at(1));
  CallbackRecord* record = index ? callbacks.at(*index) : nullptr;
  if (record == nullptr) return Failure::bad_argument;
  record->wants_fast_path = *allowed;
  record->validated_epoch = 0;
  return args.receiver();
}

// Callback class>>primFastPathAt: -- whether the next call would take the fast path as far as is
// known now.  Fails: bad_argument.  May collect: no.
Outcome fast_path_at(Mutator& mutator, const Args& args) {
  auto index = index_argument(args.at(0));
  Callbacks& callbacks = Session::of(args.vm).callbacks();
  const CallbackRecord* record = index ? callbacks.at(*index) : nullptr;
  if (record == nullptr) return Failure::bad_argument;
  const bool fast = callbacks.fast_path_enabled && record->may_take_fast_path &&
                    record->validated_epoch == args.vm.method_epoch();
  return mutator.heap().boolean(fast);
}

// Callback class>>primThunkCounts -- {live. freed. pages} of this process, {callbacks} of this VM.
// Fails: never.  May collect: yes.
Outcome thunk_counts(Mutator& mutator, const Args& args) {
  const auto counts = native::ThunkAllocator::instance().counts();
  Object* array = mutator.new_array(4);
  const std::size_t values[] = {counts.live, counts.freed, counts.pages,
                                Session::of(args.vm).callbacks().live_count()};
  for (std::size_t i = 0; i < 4; i++) {
    array->init_slot(i, Oop::small_int(static_cast<std::int64_t>(values[i])));
  }
  return array->oop();
}

// Callback class>>primTakeReports -- an Array of what has been reported about refused callbacks
// since the last time, oldest first.  Fails: never.  May collect: yes.
Outcome take_reports(Mutator& mutator, const Args& args) {
  Callbacks& callbacks = Session::of(args.vm).callbacks();
  callbacks.report_refused();
  const std::vector<std::string> reports = callbacks.take_reports();
  heap::Rooted<> array(mutator, mutator.new_array(reports.size()));
  for (std::size_t i = 0; i < reports.size(); i++) {
    array.store(i, primitives::make_string(mutator, reports[i]));
  }
  return array.oop();
}

// Process>>isInCallback -- whether the running process was called by C.
// Fails: never.  May collect: no.
Outcome is_in_callback(Mutator& mutator, const Args& args) {
  using Kind = interpreter::ForeignFrame::Kind;
  const interpreter::ForeignFrame* innermost = args.vm.active_stack().foreign;
  return mutator.heap().boolean(innermost != nullptr && innermost->kind == Kind::callback);
}

// Process>>innermostCallback -- the Callback that C waits for in the running process, or nil.
// Fails: never.  May collect: no.
Outcome innermost_callback(Mutator& mutator, const Args& args) {
  using Kind = interpreter::ForeignFrame::Kind;
  const interpreter::ForeignFrame* innermost = args.vm.active_stack().foreign;
  if (innermost == nullptr || innermost->kind != Kind::callback) return mutator.nil();
  const auto& context = *reinterpret_cast<native::VMCallbackContext*>(innermost->context);
  const auto& record = *static_cast<const CallbackRecord*>(context.record->user);
  return Session::of(args.vm).callbacks().object_at(record.index);
}

// Process>>primitiveForeignFramesUpTo: aContext -- texts for the C functions between the running
// process and aContext if their frames can be left: all callbacks between are permeable, and every
// frame has unwind tables. A String that says why not, nil when a callback is not permeable.
// Fails: bad_argument.  May collect: yes.
Outcome foreign_frames_up_to(Mutator& mutator, const Args& args) {
  if (!args.vm.is_context(args.at(0))) return Failure::bad_argument;
  const interpreter::ForeignFrame* callout = args.vm.callout_left_for(args.at(0));
  if (callout == nullptr) return mutator.nil();
  const native::FrameWalk walk = native::frames_up_to(callout);
  if (!walk.complete) {
    const std::string last = walk.functions.empty() ? "the first frame" : walk.functions.back();
    return primitives::make_string(
        mutator,
        fmt::format("the unwind tables end at {}, called under {}", last, callout->description));
  }
  heap::Rooted<> array(mutator, mutator.new_array(walk.functions.size()));
  for (std::size_t i = 0; i < walk.functions.size(); i++) {
    array.store(i, primitives::make_string(mutator, walk.functions[i]));
  }
  return array.oop();
}

// VMCallbackContext>>primStoreAggregate: -- sends the bytes of an Alien, ByteArray or
// ExternalAddress back to C, where the callback of this context answers a structure. Answers the
// type code to return with, or false when they are too few.
// Fails: bad_receiver (not the innermost callback of this process, nor a delegated one).  May
// collect: no.
Outcome store_aggregate(Mutator& mutator, const Args& args) {
  const auto alien = alien_view(mutator.heap(), args.receiver());
  Session& session = Session::of(args.vm);
  const interpreter::ForeignFrame* innermost = args.vm.active_stack().foreign;
  const bool is_innermost = alien && innermost != nullptr &&
                            innermost->kind == interpreter::ForeignFrame::Kind::callback &&
                            innermost->context == alien->data;
  const auto address = alien ? static_cast<std::uintptr_t>(alien->data) : 0;
  if (!is_innermost && !session.arrivals().has_taken(address)) return Failure::bad_receiver;
  auto& context = *reinterpret_cast<native::VMCallbackContext*>(address);
  const auto& record = *static_cast<const CallbackRecord*>(context.record->user);
  const bool is_its_own = record.thunk == context.record;  // a delegated one may be freed meanwhile
  if (!is_its_own || !abi::is_aggregate(record.signature.result.value)) {
    return Failure::bad_receiver;
  }
  if (!Session::of(args.vm).callbacks().store_aggregate(record, args.at(0), context)) {
    return mutator.heap().boolean(false);
  }
  return Oop::small_int(static_cast<std::int64_t>(context.return_code));
}

// Callback class>>methodEpoch -- another number after each change of a method.
// Fails: never.  May collect: no.
Outcome method_epoch(Mutator&, const Args& args) {
  return Oop::small_int(static_cast<std::int64_t>(args.vm.method_epoch()));
}

// FFICallbackThunk>>primInstructions: -- the thunk at an address as assembly text.
// Fails: bad_argument, kCallback.  May collect: yes.
Outcome thunk_instructions(Mutator& mutator, const Args& args) {
  auto address = primitives::uint64_value(args.at(0));
  if (!address || !native::is_host_address(*address)) return Failure::bad_argument;
  auto text = native::disassemble_thunk(
      reinterpret_cast<const void*>(static_cast<std::uintptr_t>(*address)));
  if (!text.ok()) return fail(mutator, kCallback, text.error().message);
  return primitives::make_string(mutator, text.value());
}

constexpr const char* kModule = "BanterFFI";

constexpr NamedEntry kPrimitives[] = {
    {kModule, "primitiveAllocateThunk", 5, allocate_thunk},
    {kModule, "primitiveFreeThunk", 2, free_thunk},
    {kModule, "primitiveKeepCallback", 2, keep_callback},
    {kModule, "primitiveSetCallbackOptions", 4, set_options},
    {kModule, "primitiveLiveCallbacks", 0, live_callbacks},
    {kModule, "primitiveTakeArrival", 0, take_arrival},
    {kModule, "primitiveFinishArrival", 2, finish_arrival},
    {kModule, "primitiveCallbackForThunk", 1, callback_for_thunk},
    {kModule, "primitiveSetFastPath", 2, set_fast_path},
    {kModule, "primitiveFastPathAt", 1, fast_path_at},
    {kModule, "primitiveThunkCounts", 0, thunk_counts},
    {kModule, "primitiveTakeReports", 0, take_reports},
    {kModule, "primitiveIsInCallback", 0, is_in_callback},
    {kModule, "primitiveInnermostCallback", 0, innermost_callback},
    {kModule, "primitiveForeignFramesUpTo", 1, foreign_frames_up_to},
    {kModule, "primitiveStoreAggregate", 1, store_aggregate},
    {kModule, "primitiveMethodEpoch", 0, method_epoch},
    {kModule, "primitiveThunkInstructions", 1, thunk_instructions},
};

}  // namespace

std::span<const NamedEntry> callback_primitives() {
  return kPrimitives;
}

}  // namespace banter::ffi
