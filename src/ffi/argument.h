// argument.h -- one Smalltalk object as a C value.
//
//   C type              Smalltalk object
//   integers            Integer in range; Boolean as 1 or 0
//   bool                Boolean, 0 or 1
//   char                Character below 256, Integer from -128 to 255
//   float, double       Float, Integer
//   const char *, String, char *
//                       String (C gets a copy in UTF-8 that ends with NUL), what other pointers
//                       take
//   other pointers      nil, ExternalAddress, Alien, ByteArray and other bits (their own body,
//   which
//                       does not move until the call is over), a String's own body
//   Object, oop         any object with a body, which does not move until the call is over
//   struct, union and their like by value
//                       Alien, ByteArray and other bits, ExternalAddress: their first bytes
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "abi/signature.h"
#include "ffi/objects.h"
#include "native/safe_memory.h"

namespace banter::ffi {

// What one call keeps in place or has copied for C. Ends with the call.
class Temporaries {
 public:
  explicit Temporaries(Mutator& mutator) : mutator_(mutator) {}
  ~Temporaries() {
    if (pin_count_ > 0) unpin();
  }
  Temporaries(const Temporaries&) = delete;
  Temporaries& operator=(const Temporaries&) = delete;

  // The object does not move until the call is over. Never collects.
  void pin(Oop object);
  // A copy with a NUL behind it.
  const char* copy(std::string_view text);
  // True while nothing has been pinned or copied.
  bool empty() const { return pin_count_ == 0 && text_used_ == 0 && long_texts_.empty(); }

 private:
  void unpin();

  static constexpr std::size_t kInlinePins = 6;
  static constexpr std::size_t kInlineText = 192;

  Mutator& mutator_;
  std::size_t pin_count_ = 0;
  std::size_t text_used_ = 0;
  Oop pins_[kInlinePins];
  std::vector<Oop> more_pins_;
  std::vector<std::unique_ptr<std::string>> long_texts_;
  char texts_[kInlineText];
};

// Why no call with that signature can be made from Smalltalk, or nothing: scalars of more than 64
// bits have no object form.
std::optional<std::string> unfit_for_smalltalk(const abi::Signature& signature);

// True when some value of such a call is a structure, union, complex number or vector.
bool has_aggregates(const abi::Signature& signature);

// Small integers to the common types: what nearly every argument is. False: ask to_c.
inline bool small_integer_to_c(Oop value, abi::ValueKind kind, std::uint64_t* bits) {
  if (!value.is_small_int()) return false;
  const std::int64_t n = value.as_int();
  switch (kind) {
    case abi::ValueKind::int32:
      if (n != static_cast<std::int32_t>(n)) return false;
      break;
    case abi::ValueKind::uint32:
      if (n != static_cast<std::int64_t>(static_cast<std::uint32_t>(n))) return false;
      break;
    case abi::ValueKind::int64:
      break;
    case abi::ValueKind::uint64:
      if (n < 0) return false;
      break;
    default:
      return false;
  }
  *bits = static_cast<std::uint64_t>(n);
  return true;
}

// The SmallIntegers that fit a C type, as to_c takes them; none for what is no integer.
struct SmallIntegers {
  std::int64_t low, high;
  bool include(std::int64_t n) const { return n >= low && n <= high; }
};
SmallIntegers small_integers_for(const abi::CType& type);

// nil, an ExternalAddress, an Alien that is not direct, and no subclass of theirs: what nearly
// every address is, and nothing has to stay in place for it. False: ask to_c.
inline bool plain_address_to_c(const Heap& heap, Oop value, std::uint64_t* bits) {
  if (value == heap.nil()) {
    *bits = 0;
    return true;
  }
  if (!value.is_object()) return false;
  const Object* object = value.as_object();
  if (object->class_index() == heap::ClassIndex::kExternalAddress) {
    if (object->byte_count() < sizeof *bits) return false;
    *bits = load_word(object->bytes());
    return native::is_host_address(*bits);
  }
  if (object->class_index() != heap::ClassIndex::kAlien) return false;
  if (object->byte_count() < kAlienPointerBytes) return false;
  const auto size = static_cast<std::int64_t>(load_word(object->bytes()));
  if (size > 0 || size == INT64_MIN) return false;
  *bits = load_word(object->bytes() + kAlienHeader);
  return native::is_host_address(*bits);
}

// The bits of the C value, integers widened to 64 bits. False when the object does not fit the
// type: misfit() says why. Never collects.
bool to_c(const Heap& heap, Oop value, const abi::CType& type, Temporaries& temporaries,
          std::uint64_t* bits);

// The same for aggregates: copies type.size bytes to `to`. False when the object stands for fewer,
// or for memory that is not mapped. Never collects.
bool bytes_to_c(const Heap& heap, Oop value, const abi::CType& type, void* to);

// Why to_c or bytes_to_c refused: "3000000000 does not fit int", "nil is no double".
std::string misfit(Interpreter& vm, Oop value, const abi::CType& type);

// The type under which an object travels in the `...` of a variadic call: Integer long, or long
// long where it needs that, Float double, String const char *, Character and Boolean int,
// everything else a pointer.
abi::CType variadic_type(const Heap& heap, Oop value, abi::AbiName abi);

}  // namespace banter::ffi
