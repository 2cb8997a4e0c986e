// function_primitives.cc -- FFIFunction and what asks about signatures.
#include <fmt/core.h>

#include "abi/layout.h"
#include "ffi/argument.h"
#include "ffi/callout.h"
#include "ffi/callout_method.h"
#include "ffi/failure.h"
#include "ffi/layout_entries.h"
#include "ffi/tables.h"
#include "ffi/type_names.h"
#include "heap/rooted.h"
#include "primitives/symbols.h"
#include "primitives/values.h"

namespace banter::ffi {

using interpreter::Args;
using interpreter::Entry;
using interpreter::Failure;
using interpreter::NamedEntry;
using interpreter::Outcome;
using primitives::utf8_of;

namespace {

// A conditional function may not be called by every process at any time: one of a library that
// bears only one process at a time by the owner of its Mutex, a blocking one not on the main
// thread. Image code sees to it and tries again.
std::optional<Outcome> may_not_call(Interpreter& vm, Mutator& mutator, const Function& function,
                                    Oop object) {
  const Oop mutex = object.as_object()->slot(function_slots::kMutex);
  if (mutex != mutator.nil() && vm.owner_of_mutex(mutex) != vm.active_process())
    return fail(mutator, kEntry, "another process may be in the library");
  if (function.blocking && vm.could_leave_main_thread())
    return fail(mutator, kBlocking, "the call would keep the main thread");
  return std::nullopt;
}

// A method whose whole body is one C call: the FFIFunction is literal 0 of the method.
// Fails: as call_function and resolve.  May collect: yes.
Outcome callout(Mutator& mutator, const Args& args) {
  Session& session = Session::of(args.vm);
  const Object* method = args.vm.primitive_method().as_object();
  if (method->literal_count() == 0) return Failure::bad_method;
  const Oop object = method->literal(0);
  Function* function = nullptr;
  if (object.is_object() && object.as_object()->slot_count() >= function_slots::kSize) [[likely]] {
    function = session.function(object.as_object()->slot(function_slots::kHandle));
  }
  if (function == nullptr) [[unlikely]] {
    const Resolved resolved = resolve(session, mutator, object);
    if (resolved.function == nullptr) return resolved.failure;
    function = resolved.function;
  }
  if (function->conditional) [[unlikely]] {
    if (auto not_now = may_not_call(args.vm, mutator, *function, object)) return *not_now;
  }
  return call_function(session, mutator, *function, args.receiver(), {args.base + 1, args.count});
}

// FFIFunction>>callWithReceiver:arguments: -- the receiver is for `self` in the signature.
// Fails: bad_argument (no Array), as call_function and resolve.  May collect: yes.
Outcome call_with_arguments(Mutator& mutator, const Args& args) {
  if (!primitives::is_array(args.at(1))) return Failure::bad_argument;
  Session& session = Session::of(args.vm);
  const Resolved resolved = resolve(session, mutator, args.receiver());
  if (resolved.function == nullptr) return resolved.failure;
  if (resolved.function->conditional) [[unlikely]] {
    auto not_now = may_not_call(args.vm, mutator, *resolved.function, args.receiver());
    if (not_now) return *not_now;
  }
  const Object* array = args.at(1).as_object();
  return call_function(session, mutator, *resolved.function, args.at(0),
                       {array->slots(), array->slot_count()});
}

// FFIFunction>>call, callWith:, callWith:with: ... -- the arguments as they stand on the stack.
// Fails: as call_function and resolve.  May collect: yes.
Outcome call_with(Mutator& mutator, const Args& args) {
  Session& session = Session::of(args.vm);
  const Resolved resolved = resolve(session, mutator, args.receiver());
  if (resolved.function == nullptr) return resolved.failure;
  if (resolved.function->conditional) [[unlikely]] {
    auto not_now = may_not_call(args.vm, mutator, *resolved.function, args.receiver());
    if (not_now) return *not_now;
  }
  return call_function(session, mutator, *resolved.function, mutator.nil(),
                       {args.base + 1, args.count});
}

// FFIFunction>>resolve -- finds library and symbol now. Answers the address.
// Fails: as resolve.  May collect: yes.
Outcome resolve_now(Mutator& mutator, const Args& args) {
  const Resolved resolved = resolve(Session::of(args.vm), mutator, args.receiver());
  if (resolved.function == nullptr) return resolved.failure;
  return new_external_address(mutator, reinterpret_cast<std::uintptr_t>(resolved.function->target));
}

Result<abi::Signature> signature_of(const Heap& heap, Oop function, abi::AbiName abi) {
  const Object* object = function.as_object();
  auto text = utf8_of(heap, object->slot(function_slots::kSignature));
  if (!text) return Error{"the signature is no String"};
  return abi::parse_signature(*text, abi,
                              type_names_of(heap, object->slot(function_slots::kTypeNames)));
}

bool is_function(Oop oop) {
  return oop.is_object() && oop.as_object()->has_pointers_only() &&
         oop.as_object()->slot_count() >= function_slots::kSize;
}

// FFIFunction>>bindTo: -- says where the parameters come from in a CompiledMethod.
// Fails: bad_receiver, bad_argument, kBadSignature.  May collect: yes.
Outcome bind_to_method(Mutator& mutator, const Args& args) {
  const Heap& heap = mutator.heap();
  if (!is_function(args.receiver())) return Failure::bad_receiver;
  if (!primitives::is_of(args.at(0), heap::ClassIndex::kCompiledMethod)) {
    return Failure::bad_argument;
  }
  auto signature = signature_of(heap, args.receiver(), Session::of(args.vm).abi());
  if (!signature.ok()) return fail(mutator, kBadSignature, signature.error().message);
  auto sources = sources_for(heap, signature.value(), args.at(0));
  if (!sources.ok()) return fail(mutator, kBadSignature, sources.error().message);
  Object* array = mutator.new_array(sources.value().size());
  for (std::size_t i = 0; i < sources.value().size(); i++) {
    array->init_slot(i, Oop::small_int(sources.value()[i]));
  }
  Object* function = args.receiver().as_object();
  mutator.heap().store(function, function_slots::kSources, array->oop());
  mutator.heap().store(function, function_slots::kHandle, heap.nil());
  return args.receiver();
}

// FFIFunction>>installIn: -- replaces a CompiledMethod that is nothing but this call. Answers
// whether it was.  Fails: bad_receiver.  May collect: yes.
Outcome install_in_method(Mutator& mutator, const Args& args) {
  if (!is_function(args.receiver())) return Failure::bad_receiver;
  const bool done = install_callout(Session::of(args.vm), mutator, args.at(0), args.receiver());
  return mutator.heap().boolean(done);
}

// An ABI by its name, nil being that of this host.
std::optional<abi::AbiName> abi_argument(Session& session, const Heap& heap, Oop name) {
  if (name == heap.nil()) return session.abi();
  auto text = utf8_of(heap, name);
  return text ? abi::abi_named(*text) : std::nullopt;
}

// FFI class>>primExplain:abi:typeNames: -- where everything travels, as text.
// Fails: bad_argument, kBadSignature.  May collect: yes.
Outcome explain_signature(Mutator& mutator, const Args& args) {
  const Heap& heap = mutator.heap();
  auto text = utf8_of(heap, args.at(0));
  auto abi = abi_argument(Session::of(args.vm), heap, args.at(1));
  if (!text || !abi) return Failure::bad_argument;
  auto signature = abi::parse_signature(*text, *abi, type_names_of(heap, args.at(2)));
  if (!signature.ok()) return fail(mutator, kBadSignature, signature.error().message);
  auto plan = abi::classify(*abi, signature.value());
  if (!plan.ok()) return fail(mutator, kBadSignature, plan.error().message);
  return primitives::make_string(mutator, abi::explain(signature.value(), plan.value()));
}

std::string_view place_name(abi::Place place) {
  switch (place) {
    case abi::Place::int_register:
      return "int";
    case abi::Place::float_register:
      return "float";
    case abi::Place::stack:
      return "stack";
    case abi::Place::float_upper:
      return "upper";
    case abi::Place::x87:
      break;  // of types that Smalltalk has no form for
  }
  return "";
}

// {place. index. first byte. bytes} of one piece of an aggregate.
Oop piece_entry(Mutator& mutator, const abi::Step& step) {
  heap::Rooted<> entry(mutator, mutator.new_array(4));
  entry.store(0, primitives::intern(mutator, place_name(step.place)));
  entry.store(1, Oop::small_int(step.index));
  entry.store(2, Oop::small_int(step.by_reference ? 0 : step.at));
  entry.store(3, Oop::small_int(step.size));
  return entry.oop();
}

// {#structure or #reference. declared type. pieces. size}: all bytes are in the pieces, or the one
// piece is their address.
Oop aggregate_entry(Mutator& mutator, const abi::CType& type,
                    const std::vector<const abi::Step*>& steps) {
  const bool by_reference = !steps.empty() && steps[0]->by_reference;
  heap::Rooted<> entry(mutator, mutator.new_array(4));
  entry.store(0, primitives::intern(mutator, by_reference ? "reference" : "structure"));
  entry.store(1, primitives::make_string(mutator, type.spelling));
  heap::Rooted<> pieces(mutator, mutator.new_array(steps.size()));
  for (std::size_t i = 0; i < steps.size(); i++) pieces.store(i, piece_entry(mutator, *steps[i]));
  entry.store(2, pieces.oop());
  entry.store(3, Oop::small_int(type.size.count));
  return entry.oop();
}

// {value kind. declared type. place. index} of one argument, or of the result with `step` null.
Oop argument_entry(Mutator& mutator, const abi::CType& type, const abi::Step* step) {
  heap::Rooted<> entry(mutator, mutator.new_array(4));
  entry.store(0, primitives::intern(mutator, value_name(type)));
  entry.store(1, primitives::make_string(mutator, type.spelling));
  if (step != nullptr) {
    entry.store(2, primitives::intern(mutator, place_name(step->place)));
    entry.store(3, Oop::small_int(step->index));
  }
  return entry.oop();
}

// FFI class>>primPlan:abi:typeNames: -- an Array: the result's entry, then one for each
// argument: {value kind. type. place. register number or stack offset}, or that of an aggregate
// ({#structure. type} if it is the result). For generating marshallers.
// Fails: bad_argument, kBadSignature.  May collect: yes.
Outcome plan_of_signature(Mutator& mutator, const Args& args) {
  const Heap& heap = mutator.heap();
  auto text = utf8_of(heap, args.at(0));
  auto abi = abi_argument(Session::of(args.vm), heap, args.at(1));
  if (!text || !abi) return Failure::bad_argument;
  auto signature = abi::parse_signature(*text, *abi, type_names_of(heap, args.at(2)));
  if (!signature.ok()) return fail(mutator, kBadSignature, signature.error().message);
  if (auto why = unfit_for_smalltalk(signature.value())) {
    return fail(mutator, kBadSignature, *why);
  }
  auto plan = abi::classify(*abi, signature.value());
  if (!plan.ok()) return fail(mutator, kBadSignature, plan.error().message);
  const auto& parameters = signature.value().parameters;
  heap::Rooted<> entries(mutator, mutator.new_array(parameters.size() + 1));
  const abi::CType& result = signature.value().result;
  entries.store(0, abi::is_aggregate(result.value) ? aggregate_entry(mutator, result, {})
                                                   : argument_entry(mutator, result, nullptr));
  std::vector<std::vector<const abi::Step*>> steps(parameters.size());
  for (const abi::Step& step : plan.value().argument_steps) {
    if (step.argument != abi::kResultRoom) steps[step.argument].push_back(&step);
  }
  for (std::size_t i = 0; i < parameters.size(); i++) {
    const abi::CType& type = parameters[i].type;
    // Of a number that two registers share, the second has the upper half.
    entries.store(i + 1, abi::is_aggregate(type.value)
                             ? aggregate_entry(mutator, type, steps[i])
                             : argument_entry(mutator, type, steps[i][0]));
  }
  return entries.oop();
}

// FFI class>>primCanonical:typeNames: -- the signature without names, which is the same for every
// way of writing it.  Fails: bad_argument, kBadSignature.  May collect: yes.
Outcome canonical_signature(Mutator& mutator, const Args& args) {
  const Heap& heap = mutator.heap();
  auto text = utf8_of(heap, args.at(0));
  if (!text) return Failure::bad_argument;
  auto signature =
      abi::parse_signature(*text, Session::of(args.vm).abi(), type_names_of(heap, args.at(1)));
  if (!signature.ok()) return fail(mutator, kBadSignature, signature.error().message);
  return primitives::make_string(mutator, abi::to_text(abi::without_names(signature.value())));
}

// FFI class>>primSizeOf: -- bytes of a C type on this host.
// Fails: bad_argument, kBadSignature.  May collect: yes.
Outcome size_of_type(Mutator& mutator, const Args& args) {
  auto text = utf8_of(mutator.heap(), args.at(0));
  if (!text) return Failure::bad_argument;
  auto type = abi::parse_type(*text, Session::of(args.vm).abi());
  if (!type.ok()) return fail(mutator, kBadSignature, type.error().message);
  return Oop::small_int(type.value().size.count);
}

// The structure that an Array of field declarations makes, or that a String declares.
Result<abi::CType> structure_of(const Heap& heap, Oop declaration, abi::AbiName abi,
                                const abi::TypeNames& names) {
  if (auto text = utf8_of(heap, declaration)) return abi::parse_type(*text, abi, names);
  abi::AggregateRequest request;
  request.abi = abi;
  const Object* declarations = declaration.as_object();
  for (std::size_t i = 0; i < declarations->slot_count(); i++) {
    auto text = utf8_of(heap, declarations->slot(i));
    if (!text) return Error{"a field that is no String"};
    auto field = abi::parse_field(*text, abi, names);
    if (!field.ok()) return field.error();
    request.members.push_back(std::move(field).value());
  }
  return abi::lay_out(request);
}

// FFIStructLayout class>>primLayout:abi:typeNames: -- (Array of field declarations or a String that
// declares a structure, ABI or nil for this host, type names or nil). Answers layout_entries().
// Fails: bad_argument, kBadSignature.  May collect: yes.
Outcome layout_of_struct(Mutator& mutator, const Args& args) {
  const Heap& heap = mutator.heap();
  auto abi = abi_argument(Session::of(args.vm), heap, args.at(1));
  const bool is_text = utf8_of(heap, args.at(0)).has_value();
  if (!abi || !(is_text || primitives::is_array(args.at(0)))) return Failure::bad_argument;
  auto structure = structure_of(heap, args.at(0), *abi, type_names_of(heap, args.at(2)));
  if (!structure.ok()) return fail(mutator, kBadSignature, structure.error().message);
  const abi::ValueKind kind = structure.value().value;
  if (kind != abi::ValueKind::structure && kind != abi::ValueKind::union_of) {
    return fail(mutator, kBadSignature,
                fmt::format("{} has no members", structure.value().spelling));
  }
  return layout_entries(mutator, structure.value());
}

// FFI class>>abi -- "sysv_x64".  Fails: never.  May collect: yes.
Outcome host_abi(Mutator& mutator, const Args& args) {
  return primitives::intern(mutator, abi::name_of(Session::of(args.vm).abi()));
}

// FFI class>>alienAbi -- "X64".  Fails: never.  May collect: yes.
Outcome host_alien_abi(Mutator& mutator, const Args& args) {
  return primitives::make_string(mutator, abi::alien_name_of(Session::of(args.vm).abi()));
}

// FFI class>>abis -- those that can be asked.  Fails: never.  May collect: yes.
Outcome all_abis(Mutator& mutator, const Args&) {
  heap::Rooted<> names(mutator, mutator.new_array(abi::kAllAbis.size()));
  for (std::size_t i = 0; i < abi::kAllAbis.size(); i++) {
    names.store(i, primitives::intern(mutator, abi::name_of(abi::kAllAbis[i])));
  }
  return names.oop();
}

// FFI class>>errno -- as the last callout of the active process left it.
// Fails: never.  May collect: no.
Outcome error_number(Mutator&, const Args& args) {
  return Oop::small_int(args.vm.active_stack().c_errno);
}

constexpr const char* kModule = "BanterFFI";

constexpr Entry kNumbered[] = {
    {120, "FFIFunction.callout", -1, callout},
};

constexpr NamedEntry kPrimitives[] = {
    {kModule, "primitiveCallWithArguments", 2, call_with_arguments},
    {kModule, "primitiveCall", -1, call_with},
    {kModule, "primitiveResolve", 0, resolve_now},
    {kModule, "primitiveBindToMethod", 1, bind_to_method},
    {kModule, "primitiveInstallInMethod", 1, install_in_method},
    {kModule, "primitiveExplain", 3, explain_signature},
    {kModule, "primitivePlan", 3, plan_of_signature},
    {kModule, "primitiveCanonicalSignature", 2, canonical_signature},
    {kModule, "primitiveSizeOfType", 1, size_of_type},
    {kModule, "primitiveStructLayout", 3, layout_of_struct},
    {kModule, "primitiveAbiName", 0, host_abi},
    {kModule, "primitiveAlienAbiName", 0, host_alien_abi},
    {kModule, "primitiveAbiNames", 0, all_abis},
    {kModule, "primitiveErrno", 0, error_number},
};

}  // namespace

std::span<const Entry> numbered_function_primitives() {
  return kNumbered;
}
std::span<const NamedEntry> function_primitives() {
  return kPrimitives;
}

}  // namespace banter::ffi
