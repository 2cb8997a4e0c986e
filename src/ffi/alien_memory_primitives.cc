// alien_memory_primitives.cc -- module IA32ABI: C's heap, libraries, and what Banter refuses.
#include <fmt/core.h>

#include <cstdlib>

#include "ffi/failure.h"
#include "ffi/objects.h"
#include "ffi/session.h"
#include "ffi/tables.h"
#include "native/safe_memory.h"
#include "primitives/values.h"

namespace banter::ffi {

using interpreter::Args;
using interpreter::Failure;
using interpreter::NamedEntry;
using interpreter::Outcome;

namespace {

std::optional<std::size_t> size_argument(Oop oop) {
  auto size = primitives::uint64_value(oop);
  if (!size || *size > SIZE_MAX / 2) return std::nullopt;
  return static_cast<std::size_t>(*size);
}

Outcome allocated(Mutator& mutator, void* memory) {
  if (memory == nullptr) return Failure::no_c_memory;
  return mutator.new_integer(static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(memory)));
}

// Alien class>>primMalloc: -- the address of fresh memory of C.
// Fails: bad_argument, no_c_memory.  May collect: yes.
Outcome allocate(Mutator& mutator, const Args& args) {
  auto size = size_argument(args.at(0));
  if (!size) return Failure::bad_argument;
  return allocated(mutator, std::malloc(*size == 0 ? 1 : *size));
}

// Alien class>>primCalloc: -- the same, filled with 0.
// Fails: bad_argument, no_c_memory.  May collect: yes.
Outcome allocate_zeroed(Mutator& mutator, const Args& args) {
  auto size = size_argument(args.at(0));
  if (!size) return Failure::bad_argument;
  return allocated(mutator, std::calloc(*size == 0 ? 1 : *size, 1));
}

// Alien class>>primFree: -- gives memory of malloc back.
// Fails: bad_argument (no address, 0, one that C cannot have, or inside the object memory).  May
// collect: no.
Outcome release(Mutator& mutator, const Args& args) {
  auto address = primitives::uint64_value(args.at(0));
  if (!address || *address == 0 || mutator.heap().contains(*address) ||
      !native::is_host_address(*address)) {
    return Failure::bad_argument;
  }
  std::free(reinterpret_cast<void*>(static_cast<std::uintptr_t>(*address)));
  return args.receiver();
}

// Alien>>primBoxedFree -- gives back the memory of an indirect Alien, which becomes a null pointer.
// Fails: bad_receiver (no indirect Alien, address 0 or in the object memory).  May collect: no.
Outcome release_boxed(Mutator& mutator, const Args& args) {
  auto alien = alien_view(mutator.heap(), args.receiver());
  if (!alien || alien->direct || !alien->bounded || alien->data == 0 ||
      mutator.heap().contains(alien->data) || !native::is_host_address(alien->data) ||
      args.receiver().as_object()->is_immutable()) {
    return Failure::bad_receiver;
  }
  std::free(reinterpret_cast<void*>(static_cast<std::uintptr_t>(alien->data)));
  std::memset(args.receiver().as_object()->bytes(), 0, kAlienPointerBytes);
  return args.receiver();
}

// Alien class>>primLoadLibrary: -- the name under which the library was found.
// Fails: bad_argument, kLibraryMissing.  May collect: yes.
Outcome load_library(Mutator& mutator, const Args& args) {
  auto name = primitives::utf8_of(mutator.heap(), args.at(0));
  if (!name) return Failure::bad_argument;
  auto opened = Session::of(args.vm).open_library(*name);
  if (!opened.ok()) return fail(mutator, kLibraryMissing, opened.error().message);
  return primitives::make_string(mutator, opened.value());
}

// Alien class>>primLookup:inLibrary: -- a symbol's address; nil is the program itself.
// Fails: bad_argument, kLibraryMissing, kSymbolMissing.  May collect: yes.
Outcome find_symbol(Mutator& mutator, const Args& args) {
  const Heap& heap = mutator.heap();
  auto name = primitives::utf8_of(heap, args.at(0));
  auto library = args.at(1) == heap.nil() ? std::string() : primitives::utf8_of(heap, args.at(1));
  if (!name || !library) return Failure::bad_argument;
  bool missing_library = false;
  auto found = Session::of(args.vm).symbol(*library, *name, &missing_library);
  if (!found.ok()) {
    return fail(mutator, missing_library ? kLibraryMissing : kSymbolMissing, found.error().message);
  }
  return mutator.new_integer(
      static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(found.value())));
}

// Alien class>>primThunkEntryAddress -- always fails: thunks of Banter are not written by image
// code, so there is nothing that the address would be good for.
Outcome thunk_entry_address(Mutator& mutator, const Args&) {
  return fail(mutator, kCallback,
              "thunkEntry has no address for image code: thunks are never written at run time. "
              "Use Callback signature:block:");
}

// Alien class>>primAllocateExecutablePage -- always fails: no page is ever writable and executable.
Outcome allocate_executable_page(Mutator& mutator, const Args&) {
  return fail(mutator, kCallback,
              "no page is ever writable and executable: thunks come from pages of the program's "
              "own file. Use Callback signature:block:");
}

constexpr const char* kModule = "IA32ABI";

constexpr NamedEntry kPrimitives[] = {
    {kModule, "primMalloc", 1, allocate},
    {kModule, "primCalloc", 1, allocate_zeroed},
    {kModule, "primFree", 1, release},
    {kModule, "primBoxedFree", 0, release_boxed},
    {kModule, "primLoadLibrary", 1, load_library},
    {kModule, "primInLibraryFindSymbol", 2, find_symbol},
    {kModule, "primThunkEntryAddress", 0, thunk_entry_address},
    {kModule, "primAllocateExecutablePage", 0, allocate_executable_page},
};

}  // namespace

std::span<const NamedEntry> alien_memory_primitives() {
  return kPrimitives;
}

}  // namespace banter::ffi
