// resolve.cc -- an FFIFunction object to a Function: its signature parsed, its symbol found.
#include <fmt/core.h>

#include "ffi/callout.h"
#include "ffi/failure.h"
#include "ffi/type_names.h"
#include "heap/rooted.h"
#include "native/safe_memory.h"
#include "primitives/values.h"

namespace banter::ffi {

using interpreter::Failure;
using interpreter::Outcome;
using primitives::utf8_of;

namespace {

Resolved failed(Outcome outcome) {
  return {nullptr, outcome};
}

std::vector<std::int64_t> sources_of(Oop array) {
  std::vector<std::int64_t> sources;
  if (!primitives::is_array(array)) return sources;
  for (std::size_t i = 0; i < array.as_object()->slot_count(); i++) {
    const Oop each = array.as_object()->slot(i);
    sources.push_back(each.is_small_int() ? each.as_int() : 0);
  }
  return sources;
}

// What makes two FFIFunctions differ: programs make the same one again and again.
std::string key_of(const std::string& text, const abi::TypeNames& names, const void* target,
                   const std::vector<std::int64_t>& sources, bool blocking, bool conditional) {
  std::string key = fmt::format("{} {:d} {:d}", target, blocking, conditional);
  for (const std::int64_t each : sources) key += fmt::format(" {}", each);
  key += '\0' + text;
  for (const auto& [name, type] : names) key += '\0' + name + '\0' + type;
  return key;
}

// Address of the function, or an Outcome that says what is missing.
struct Target {
  void* address;
  Outcome failure;
};

Target target_of(Session& session, Mutator& mutator, const Object& function,
                 const std::string& name) {
  const Heap& heap = mutator.heap();
  const Oop library = function.slot(function_slots::kLibrary);
  if (auto address = external_address(heap, library)) {
    if (function.slot(function_slots::kHandle) != heap.nil()) {
      return {nullptr, fail(mutator, kSymbolMissing,
                            fmt::format("the address of '{}' is of an earlier session", name))};
    }
    if (*address == 0) {
      return {nullptr, fail(mutator, kSymbolMissing, fmt::format("'{}' is at NULL", name))};
    }
    if (!native::is_host_address(*address)) {
      return {nullptr, fail(mutator, kSymbolMissing,
                            fmt::format("the address of '{}', {:#x}, is none of this host's", name,
                                        *address))};
    }
    return {reinterpret_cast<void*>(static_cast<std::uintptr_t>(*address)), Failure::generic};
  }
  if (name.empty()) {
    return {nullptr, fail(mutator, kBadSignature, "the signature of a function needs its name")};
  }
  auto library_name = library == heap.nil() ? std::string() : utf8_of(heap, library);
  if (!library_name) {
    return {nullptr, fail(mutator, kLibraryMissing,
                          fmt::format("{} names no library", describe(session.vm(), library)))};
  }
  bool missing_library = false;
  auto found = session.symbol(*library_name, name, &missing_library);
  if (found.ok()) return {found.value(), Failure::generic};
  return {nullptr,
          fail(mutator, missing_library ? kLibraryMissing : kSymbolMissing, found.error().message)};
}

}  // namespace

Resolved resolve(Session& session, Mutator& mutator, Oop function_object) {
  if (!function_object.is_object() || !function_object.as_object()->has_pointers_only() ||
      function_object.as_object()->slot_count() < function_slots::kSize) {
    return failed(Failure::bad_receiver);
  }
  Object* object = function_object.as_object();
  if (Function* known = session.function(object->slot(function_slots::kHandle))) {
    return {known, Failure::generic};
  }
  const Heap& heap = mutator.heap();
  auto text = utf8_of(heap, object->slot(function_slots::kSignature));
  if (!text) return failed(fail(mutator, kBadSignature, "the signature is no String"));
  const abi::TypeNames names = type_names_of(heap, object->slot(function_slots::kTypeNames));
  auto signature = abi::parse_signature(*text, session.abi(), names);
  if (!signature.ok()) return failed(fail(mutator, kBadSignature, signature.error().message));
  heap::Rooted<> rooted(mutator, function_object);
  const Target target = target_of(session, mutator, *object, signature.value().name);
  if (target.address == nullptr) return failed(target.failure);
  const std::vector<std::int64_t> sources = sources_of(rooted->slot(function_slots::kSources));
  const bool blocking = rooted->slot(function_slots::kBlocking) == heap.true_object();
  const bool conditional = blocking || rooted->slot(function_slots::kMutex) != heap.nil();
  std::string key = key_of(*text, names, target.address, sources, blocking, conditional);
  if (const auto handle = session.handle_for(key)) {
    const Oop known = Oop::small_int(*handle);
    rooted.store(function_slots::kHandle, known);
    return {session.function(known), Failure::generic};
  }
  auto made = make_function(std::move(signature).value(), sources);
  if (!made.ok()) return failed(fail(mutator, kBadSignature, made.error().message));
  auto function = std::move(made).value();
  function->target = reinterpret_cast<void (*)()>(target.address);
  function->blocking = blocking;
  function->conditional = conditional;
  Function* result = function.get();
  rooted.store(function_slots::kHandle,
               Oop::small_int(session.add_function(std::move(key), std::move(function))));
  return {result, Failure::generic};
}

}  // namespace banter::ffi
