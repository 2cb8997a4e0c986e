// misc_plugin.cc -- module MiscPrimitivePlugin: byte string loops as Squeak's and Pharo's images
// call them, class-side, with everything in the arguments.
//
// Strings and tables are byte objects; a table has 256 bytes. All fail with bad_argument for
// anything else and never collect.
#include <algorithm>

#include "base/to_size.h"
#include "primitives/table_list.h"
#include "primitives/values.h"

namespace banter::primitives {
namespace {

constexpr std::size_t kTableSize = 256;

struct ByteSpan {
  std::uint8_t* bytes;
  std::size_t size;
};

std::optional<ByteSpan> bytes_of(Oop oop) {
  if (!is_byte_object(oop)) return std::nullopt;
  return ByteSpan{oop.as_object()->bytes(), oop.as_object()->byte_count()};
}
std::optional<const std::uint8_t*> table_of(Oop oop) {
  const auto bytes = bytes_of(oop);
  if (!bytes || bytes->size < kTableSize) return std::nullopt;
  return bytes->bytes;
}
std::optional<std::size_t> start_of(Oop oop) {
  if (!oop.is_small_int() || oop.as_int() < 1) return std::nullopt;
  return to_size(static_cast<std::uint64_t>(oop.as_int() - 1));
}
Oop one_based(std::size_t index) {
  return Oop::small_int(static_cast<std::int64_t>(index) + 1);
}

// compare: string1 with: string2 collated: order -- 1, 2 or 3 for less, equal, greater.
Outcome compare_string(Mutator&, const Args& args) {
  const auto left = bytes_of(args.at(0));
  const auto right = bytes_of(args.at(1));
  const auto order = table_of(args.at(2));
  if (!left || !right || !order) return Failure::bad_argument;
  for (std::size_t i = 0; i < std::min(left->size, right->size); ++i) {
    const int a = (*order)[left->bytes[i]];
    const int b = (*order)[right->bytes[i]];
    if (a != b) return Oop::small_int(a < b ? 1 : 3);
  }
  if (left->size == right->size) return Oop::small_int(2);
  return Oop::small_int(left->size < right->size ? 1 : 3);
}

// findFirstInString: aString inSet: inclusionMap startingAt: start -- the index of the first byte
// whose entry in the map is not 0, or 0.
Outcome find_first(Mutator&, const Args& args) {
  const auto string = bytes_of(args.at(0));
  const auto map = bytes_of(args.at(1));
  const auto start = start_of(args.at(2));
  if (!string || !map || !start) return Failure::bad_argument;
  if (map->size != kTableSize) return Oop::small_int(0);
  for (std::size_t i = *start; i < string->size; ++i) {
    if (map->bytes[string->bytes[i]] != 0) return one_based(i);
  }
  return Oop::small_int(0);
}

// findSubstring: key in: body startingAt: start matchTable: table -- bytes match when their
// entries do; the index, or 0.
Outcome find_substring(Mutator&, const Args& args) {
  const auto key = bytes_of(args.at(0));
  const auto body = bytes_of(args.at(1));
  const auto table = table_of(args.at(3));
  if (!key || !body || !args.at(2).is_small_int() || !table) return Failure::bad_argument;
  if (key->size == 0 || key->size > body->size) return Oop::small_int(0);
  const std::int64_t wanted = args.at(2).as_int();
  for (std::size_t at = wanted < 1 ? 0 : to_size(static_cast<std::uint64_t>(wanted - 1));
       at <= body->size - key->size; ++at) {
    std::size_t same = 0;
    while (same < key->size && (*table)[body->bytes[at + same]] == (*table)[key->bytes[same]]) {
      ++same;
    }
    if (same == key->size) return one_based(at);
  }
  return Oop::small_int(0);
}

// indexOfAscii: anInteger inString: aString startingAt: start -- the index, or 0.
Outcome index_of_byte(Mutator&, const Args& args) {
  const auto string = bytes_of(args.at(1));
  const auto start = start_of(args.at(2));
  if (!args.at(0).is_small_int() || !string || !start) return Failure::bad_argument;
  for (std::size_t i = *start; i < string->size; ++i) {
    if (string->bytes[i] == args.at(0).as_int()) return one_based(i);
  }
  return Oop::small_int(0);
}

// stringHash: bytes initialHash: seed, or bytes hashBytes-wise with the receiver's own class.
Outcome hash(Mutator&, const Args& args) {
  if (!is_byte_object(args.at(0)) || !args.at(1).is_small_int()) return Failure::bad_argument;
  const auto seed = static_cast<std::uint32_t>(args.at(1).as_int());
  return Oop::small_int(string_hash(Text::of_bytes(*args.at(0).as_object()), seed));
}

// translate: aString from: start to: stop table: table -- replaces bytes in place; the receiver.
// Fails: bad_index, no_modification too.
Outcome translate(Mutator&, const Args& args) {
  const auto string = bytes_of(args.at(0));
  const auto start = start_of(args.at(1));
  const auto table = table_of(args.at(3));
  if (!string || !start || !args.at(2).is_small_int() || !table) return Failure::bad_argument;
  const std::int64_t stop = args.at(2).as_int();
  if (stop > static_cast<std::int64_t>(string->size)) return Failure::bad_index;
  if (args.at(0).as_object()->is_immutable()) return Failure::no_modification;
  for (std::size_t i = *start; static_cast<std::int64_t>(i) < stop; ++i) {
    string->bytes[i] = (*table)[string->bytes[i]];
  }
  return args.receiver();
}

constexpr NamedEntry kNamedTable[] = {
    {"MiscPrimitivePlugin", "primitiveCompareString", 3, compare_string},
    {"MiscPrimitivePlugin", "primitiveFindFirstInString", 3, find_first},
    {"MiscPrimitivePlugin", "primitiveFindSubstring", 4, find_substring},
    {"MiscPrimitivePlugin", "primitiveIndexOfAsciiInString", 3, index_of_byte},
    {"MiscPrimitivePlugin", "primitiveStringHash", 2, hash},
    {"MiscPrimitivePlugin", "primitiveTranslateStringWithTable", 4, translate},
};

}  // namespace

NamedTable misc_named_table() {
  return kNamedTable;
}

}  // namespace banter::primitives
