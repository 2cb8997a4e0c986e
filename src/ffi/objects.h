// objects.h -- the Smalltalk objects that this folder knows: their slots and what C sees of them.
//
//   Alien             bytes: [ size, 8 | address, 8 | ... ]   size > 0: size bytes of data follow
//   it
//                     (no address then); < 0: -size bytes at the address; 0: an address, no bounds
//   ExternalAddress   bytes: [ address, 8 ]
//   FFIFunction, Callback: slots below; kernel/FFI and kernel/Alien define the classes
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

#include "heap/heap.h"
#include "interpreter/interpreter.h"

namespace banter::ffi {

using heap::Heap;
using heap::Mutator;
using heap::Object;
using heap::Oop;
using interpreter::Interpreter;

namespace function_slots {
constexpr std::size_t kSignature = 0;  // String
constexpr std::size_t kLibrary = 1;    // String, nil (the program itself) or ExternalAddress
constexpr std::size_t kHandle = 2;     // SmallInteger of Session::handle_of, or nil
constexpr std::size_t kSources = 3;    // Array or nil: Function::sources
constexpr std::size_t kTypeNames = 4;  // Array of Strings: name, type, name, type; or nil
constexpr std::size_t kMutex = 5;      // a Mutex that the calling process must own, or nil
constexpr std::size_t kBlocking = 6;   // true: the call may last, and not on the main thread
constexpr std::size_t kSize = 7;
}  // namespace function_slots

namespace callback_slots {
constexpr std::size_t kBlock = 0;
constexpr std::size_t kThunk = 1;
constexpr std::size_t kSize = 2;  // at least
}  // namespace callback_slots

constexpr std::size_t kAlienHeader = 8;         // bytes before the data of a direct Alien
constexpr std::size_t kAlienPointerBytes = 16;  // body of an indirect or pointer Alien

// Whether the class of `oop` is the special object `cls`, or inherits from it. Never collects.
bool is_kind_of(const Heap& heap, Oop oop, heap::Special cls);

inline std::uint64_t load_word(const std::uint8_t* from) {
  std::uint64_t word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

// An Alien taken apart. Points into the object when it is direct: valid until the next collection.
struct AlienView {
  std::uint64_t data;
  std::uint64_t bytes;  // that may be accessed; without meaning when `bounded` is false
  bool bounded;
  bool direct;
};
// Nothing when `oop` is no Alien, or is too short or broken to be one. Never collects.
std::optional<AlienView> alien_view(const Heap& heap, Oop oop);

// The address in an ExternalAddress: 64 bits on every host, of which C may have fewer. Never
// collects.
std::optional<std::uint64_t> external_address(const Heap& heap, Oop oop);
// May collect.
Oop new_external_address(Mutator& mutator, std::uintptr_t address);

// "the String 'abc'", "3000000000", "nil", "an instance of Foo": for messages.
std::string describe(Interpreter& vm, Oop oop);

}  // namespace banter::ffi
