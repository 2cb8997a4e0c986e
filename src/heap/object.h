// object.h -- one heap object: a 64-bit header and a body of 64-bit slots.
//
//   63     56 55 54 53           32 31 30 29 28    24 23 22 21             0
//   [ slots  | M| .|  identityHash | G| P| R| format | I| .|  class index   ]   header
//   [ slot 0 .................................................................]  body, >= 8 bytes
//
//   M marked   G held in place for a call   P pinned   R remembered   I immutable
//
// An object of 255 slots or more has 255 in the header and the true count in the low 56 bits of the
// word before it, whose top byte is 255 too. An Oop and an Object* are the address of the header.
// The layout is Spur's; M is only set inside a collection, G never reaches an image.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/check.h"
#include "heap/class_indices.h"
#include "heap/oop.h"

namespace banter::heap {

// What the body of an object holds. Byte-like formats carry the number of unused tail units in
// their low bits: kBytes + 3 is a byte object whose last three bytes do not belong to it.
enum class Format : std::uint8_t {
  kNoSlots = 0,
  kFixed = 1,            // instance variables only
  kIndexable = 2,        // indexable pointers only (Array)
  kFixedIndexable = 3,   // instance variables, then indexable pointers
  kWeak = 4,             // strong instance variables, then weak indexable pointers
  kEphemeron = 5,        // slot 0 is the key
  kForwarder = 7,        // inside a collection; as a class's format: immediate class
  kLongs = 9,            // 64-bit units
  kWords = 10,           // 32-bit units, 10 and 11
  kShorts = 12,          // 16-bit units, 12 to 15
  kBytes = 16,           // 16 to 23
  kCompiledMethod = 24,  // header and literals, then bytes; 24 to 31
};

constexpr std::uint8_t to_bits(Format format) {
  return static_cast<std::uint8_t>(format);
}

class Header {
 public:
  static constexpr std::uint64_t kClassIndexMask = 0x3FFFFF;
  static constexpr std::uint64_t kImmutable = 1ull << 23;
  static constexpr int kFormatShift = 24;
  static constexpr std::uint64_t kFormatMask = 31ull << kFormatShift;
  static constexpr std::uint64_t kRemembered = 1ull << 29;
  static constexpr std::uint64_t kPinned = 1ull << 30;
  static constexpr std::uint64_t kHeld = 1ull << 31;
  static constexpr int kHashShift = 32;
  static constexpr std::uint64_t kHashLimit = 0x3FFFFF;  // the largest identity hash
  static constexpr std::uint64_t kHashMask = kHashLimit << kHashShift;
  static constexpr std::uint64_t kMarked = 1ull << 55;
  static constexpr int kSlotsShift = 56;
  static constexpr std::uint64_t kOverflowSlots = 255;
  static constexpr std::uint64_t kOverflowCountMask = (1ull << 56) - 1;

  // `slots` is the header's own field: kOverflowSlots for large objects.
  static constexpr std::uint64_t make(ClassIndex index, Format format, std::uint64_t slots) {
    return slots << kSlotsShift | std::uint64_t{to_bits(format)} << kFormatShift | to_index(index);
  }
};

struct Object {
  std::uint64_t header;

  static constexpr std::size_t kHeaderBytes = 8;
  static constexpr std::size_t kSlotBytes = 8;

  ClassIndex class_index() const {
    return static_cast<ClassIndex>(header & Header::kClassIndexMask);
  }
  void set_class_index(ClassIndex index) {
    header = (header & ~Header::kClassIndexMask) | to_index(index);
  }
  Format format() const { return static_cast<Format>(format_bits()); }
  std::uint8_t format_bits() const { return header >> Header::kFormatShift & 31; }
  void set_format(Format format) {
    header = (header & ~Header::kFormatMask) | std::uint64_t{to_bits(format)}
                                                   << Header::kFormatShift;
  }

  // 0 means: none yet. Heap::identity_hash assigns one.
  std::uint32_t hash() const {
    return static_cast<std::uint32_t>(header >> Header::kHashShift & Header::kHashLimit);
  }
  void set_hash(std::uint32_t hash) {
    header = (header & ~Header::kHashMask) | std::uint64_t{hash} << Header::kHashShift;
  }

  bool is_immutable() const { return (header & Header::kImmutable) != 0; }
  void set_immutable(bool on) { set_bit(Header::kImmutable, on); }
  bool is_pinned() const { return (header & Header::kPinned) != 0; }
  bool is_held() const { return (header & Header::kHeld) != 0; }
  bool is_fixed_in_place() const { return (header & (Header::kPinned | Header::kHeld)) != 0; }
  bool is_remembered() const { return (header & Header::kRemembered) != 0; }
  bool is_marked() const { return (header & Header::kMarked) != 0; }
  void set_bit(std::uint64_t bit, bool on) { header = on ? header | bit : header & ~bit; }

  bool is_large() const { return header >> Header::kSlotsShift == Header::kOverflowSlots; }
  std::size_t slot_count() const {
    const std::uint64_t count = header >> Header::kSlotsShift;
    if (count != Header::kOverflowSlots) [[likely]]
      return static_cast<std::size_t>(count);
    return static_cast<std::size_t>((&header)[-1] & Header::kOverflowCountMask);
  }

  // --- pointer slots: 0-based over all of them, instance variables first ---
  Oop* slots() { return reinterpret_cast<Oop*>(this) + 1; }
  const Oop* slots() const { return reinterpret_cast<const Oop*>(this) + 1; }
  Oop slot(std::size_t i) const {
    BANTER_ASSERT(i < slot_count(), "slot {} of {}", i, slot_count());
    return slots()[i];
  }
  // No write barrier: only for an object that a Mutator allocated since the last point that may
  // collect, or for values that are not young. Heap::store is for everything else.
  void init_slot(std::size_t i, Oop value) {
    BANTER_ASSERT(i < slot_count(), "slot {} of {}", i, slot_count());
    slots()[i] = value;
  }

  // --- bits: formats kLongs and up ---
  std::uint8_t* bytes() { return reinterpret_cast<std::uint8_t*>(this) + kHeaderBytes; }
  const std::uint8_t* bytes() const {
    return reinterpret_cast<const std::uint8_t*>(this) + kHeaderBytes;
  }
  // Bytes that belong to the object: for methods, literals included.
  std::size_t byte_count() const {
    const std::size_t whole = slot_count() * kSlotBytes;
    const std::uint8_t f = format_bits();
    if (f >= to_bits(Format::kBytes)) return whole - (f & 7);
    if (f >= to_bits(Format::kShorts)) return whole - 2 * (f & 3);
    if (f >= to_bits(Format::kWords)) return whole - 4 * (f & 1);
    return whole;
  }
  // Requires has_bytes() and only Latin-1 or ASCII content to be meaningful as text.
  bool has_bytes() const {
    const std::uint8_t f = format_bits();
    return f >= to_bits(Format::kBytes) && f < to_bits(Format::kCompiledMethod);
  }
  std::size_t word_count() const { return byte_count() / 4; }
  std::uint32_t word(std::size_t i) const {
    std::uint32_t value;
    std::memcpy(&value, bytes() + i * 4, 4);
    return value;
  }
  void set_word(std::size_t i, std::uint32_t value) { std::memcpy(bytes() + i * 4, &value, 4); }
  std::uint64_t raw(std::size_t i) const { return slots()[i].bits(); }
  void set_raw(std::size_t i, std::uint64_t value) { slots()[i] = Oop::from_bits(value); }
  // Requires a BoxedFloat64.
  double float_value() const { return std::bit_cast<double>(raw(0)); }

  // --- compiled methods and blocks ---
  bool is_compiled_code() const { return format_bits() >= to_bits(Format::kCompiledMethod); }
  // Slot 0 is the method header, literal(i) is slot i + 1.
  std::size_t literal_count() const {
    return static_cast<std::size_t>(static_cast<std::uint64_t>(slots()[0].as_int()) & 0x7FFF);
  }
  Oop method_header() const { return slots()[0]; }
  Oop literal(std::size_t i) const {
    BANTER_ASSERT(i < literal_count(), "literal {} of {}", i, literal_count());
    return slots()[1 + i];
  }
  // The first byte of the bytecodes; they end, trailer included, at bytes() + byte_count().
  const std::uint8_t* bytecodes() const { return bytes() + (1 + literal_count()) * kSlotBytes; }
  // Index of that byte as Smalltalk's pc counts: 1-based over the whole body.
  std::size_t initial_pc() const { return (1 + literal_count()) * kSlotBytes + 1; }

  // --- what a collector sees ---
  bool has_pointers_only() const { return format_bits() <= to_bits(Format::kEphemeron); }
  // Slots, from 0, that hold oops: for methods the header and the literals.
  std::size_t pointer_slot_count() const {
    const std::uint8_t f = format_bits();
    if (f <= to_bits(Format::kEphemeron)) return slot_count();
    if (f >= to_bits(Format::kCompiledMethod)) return 1 + literal_count();
    return 0;
  }
  bool is_free_chunk() const { return class_index() == ClassIndex::kFreeChunk; }
  // True for what Smalltalk may never see: free chunks, class-table pages and their like.
  bool is_hidden() const { return class_index() <= ClassIndex::kLastPun; }

  // Where the object's storage begins (its overflow word, if it has one) and its whole size.
  std::uintptr_t start() const {
    return reinterpret_cast<std::uintptr_t>(this) - (is_large() ? kHeaderBytes : 0);
  }
  std::uintptr_t end() const {
    const std::size_t count = slot_count();
    return reinterpret_cast<std::uintptr_t>(this) + kHeaderBytes +
           (count == 0 ? 1 : count) * kSlotBytes;
  }
  std::size_t total_bytes() const { return end() - start(); }
  template <class Size>
  static constexpr Size bytes_for_slots(Size slots) {
    return kHeaderBytes + (slots == 0 ? 1 : slots) * kSlotBytes +
           (slots >= Header::kOverflowSlots ? kHeaderBytes : 0);
  }
  // The object whose storage begins at `address`.
  static Object* at_start(std::uintptr_t address) {
    auto* first = reinterpret_cast<Object*>(address);
    return first->is_large() ? first + 1 : first;
  }

  Oop oop() const { return Oop::object(this); }
};

static_assert(sizeof(Object) == 8);

// Views of an Object for signatures that say what they expect. They add no data.
struct Array : Object {
  std::size_t size() const { return slot_count(); }
};
struct Bytes : Object {
  std::size_t size() const { return byte_count(); }
};
struct Method : Object {};
struct Class : Object {};

}  // namespace banter::heap
