// primitive.h -- what a primitive is: a C++ function from a receiver and arguments to an Outcome.
//
// Arguments lie on the stack of the running process, receiver first:
//
//   base ->  receiver | argument 0 | argument 1 | ... | argument count-1
//
// They are roots: a primitive that may collect re-reads them through Args afterwards. The stack
// does not move while a primitive runs, unless the primitive enters the interpreter again (a
// callout with callbacks); such a primitive copies what it needs first.
// On success the interpreter pops the arguments and pushes the result; on failure it leaves them
// and activates the method's own code (docs: spec of primitives, "Calling rules").
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>

#include "heap/oop.h"

namespace banter::heap {
class Mutator;
}

namespace banter::interpreter {

class Interpreter;
using heap::Oop;

// Codes of the special objects' error table: code n is element n-1.
enum class Failure : std::uint8_t {
  generic = 1,
  bad_receiver = 2,
  bad_argument = 3,
  bad_index = 4,
  bad_argument_count = 5,
  inappropriate = 6,
  unsupported = 7,
  no_modification = 8,
  no_memory = 9,
  no_c_memory = 10,
  not_found = 11,
  bad_method = 12,
  internal = 13,
  object_may_move = 14,
  limit = 15,
  pinned = 16,
  write_past_end = 17,
  object_moved = 18,
  not_pinned = 19,
  callback_error = 20,
  os_error = 21,
  ffi_error = 22,
  need_compaction = 23,
  failed = 24
};

// What a primitive answers. Two words, returned in registers.
class Outcome {
 public:
  Outcome(Oop result) : oop_(result), state_(kSuccess) {}
  Outcome(Failure failure) : oop_(), state_(static_cast<std::uint64_t>(failure)) {}
  // The method's `error:` variable gets `detail` (any object) instead of the table's symbol.
  static Outcome failure(Failure failure, Oop detail) {
    Outcome outcome(failure);
    outcome.oop_ = detail;
    outcome.state_ |= kHasDetail;
    return outcome;
  }
  // The primitive has arranged frames, stack or processes itself: go on from there.
  static Outcome control() {
    Outcome outcome(Oop{});
    outcome.state_ = kControl;
    return outcome;
  }

  bool is_success() const { return state_ == kSuccess; }
  bool is_control() const { return state_ == kControl; }
  bool is_failure() const { return !is_success() && !is_control(); }
  // Requires is_success().
  Oop result() const { return oop_; }
  // Requires is_failure().
  Failure failure() const { return static_cast<Failure>(state_ & 0xFF); }
  std::optional<Oop> detail() const {
    return (state_ & kHasDetail) != 0 ? std::optional<Oop>(oop_) : std::nullopt;
  }

 private:
  static constexpr std::uint64_t kSuccess = 0;
  static constexpr std::uint64_t kHasDetail = 0x100;
  static constexpr std::uint64_t kControl = 0x200;
  Oop oop_;
  std::uint64_t state_;
};
static_assert(sizeof(Outcome) == 16 && std::is_trivially_copyable_v<Outcome>);

struct Args {
  Oop* base;
  std::uint32_t count;  // without the receiver
  Interpreter& vm;

  Oop receiver() const { return base[0]; }
  // Argument i, counted from 0. Requires i < count.
  Oop at(std::uint32_t i) const { return base[1 + i]; }
  // The i-th from the end, the last being 0, the receiver being `count`: mirror primitives take
  // an extra leading argument and so count from the end.
  Oop from_end(std::uint32_t i) const { return base[count - i]; }
  // Integers: a SmallInteger that fits T (LargeIntegers: see primitives/). double: a SmallFloat64
  // or a SmallInteger. nullopt when it is something else.
  template <class T>
  std::optional<T> argument(std::uint32_t i) const {
    return convert<T>(at(i));
  }

  template <class T>
  static std::optional<T> convert(Oop oop) {
    static_assert(std::is_arithmetic_v<T> && !std::is_same_v<T, bool>);
    if constexpr (std::is_floating_point_v<T>) {
      if (oop.is_small_float()) return static_cast<T>(oop.as_small_float());
      if (oop.is_small_int()) return static_cast<T>(oop.as_int());
      return std::nullopt;
    } else {
      if (!oop.is_small_int()) return std::nullopt;
      const std::int64_t value = oop.as_int();
      if constexpr (std::is_unsigned_v<T>) {
        if (value < 0) return std::nullopt;
      }
      if (static_cast<std::int64_t>(static_cast<T>(value)) != value) return std::nullopt;
      return static_cast<T>(value);
    }
  }
};

using Primitive = Outcome (*)(heap::Mutator&, const Args&);

// A numbered primitive: `<primitive: 60>`.
struct Entry {
  std::uint16_t number;
  const char* name;
  std::int8_t arguments;  // -1: any count
  Primitive function;
};

// A named primitive: `<primitive: 'primitiveFileOpen' module: 'FilePlugin'>`. The empty module
// name is the VM itself.
struct NamedEntry {
  const char* module;
  const char* name;
  std::int8_t arguments;  // -1: any count
  Primitive function;
};

}  // namespace banter::interpreter
