// character.cc -- Character's named primitives in module Banter. All fail with bad_receiver when
// the receiver is no Character; none collects.
#include "primitives/table_list.h"
#include "primitives/unicode.h"
#include "primitives/values.h"

namespace banter::primitives {
namespace {

// Character>>isLetter and the other tests -- a Boolean.
template <CharacterClass Kind>
Outcome test(Mutator& mutator, const Args& args) {
  if (!args.receiver().is_character()) return Failure::bad_receiver;
  return mutator.heap().boolean(is_in(Kind, args.receiver().as_code_point()));
}

// Character>>asUppercase asLowercase -- a Character.
template <char32_t (*Function)(char32_t)>
Outcome convert(Mutator&, const Args& args) {
  if (!args.receiver().is_character()) return Failure::bad_receiver;
  return Oop::character(Function(args.receiver().as_code_point()));
}

constexpr NamedEntry kNamedTable[] = {
    {"Banter", "primitiveCharacterAsUppercase", 0, convert<to_uppercase>},
    {"Banter", "primitiveCharacterAsLowercase", 0, convert<to_lowercase>},
    {"Banter", "primitiveCharacterIsLetter", 0, test<CharacterClass::kLetter>},
    {"Banter", "primitiveCharacterIsUppercase", 0, test<CharacterClass::kUppercase>},
    {"Banter", "primitiveCharacterIsLowercase", 0, test<CharacterClass::kLowercase>},
    {"Banter", "primitiveCharacterIsDigit", 0, test<CharacterClass::kDigit>},
    {"Banter", "primitiveCharacterIsAlphaNumeric", 0, test<CharacterClass::kAlphanumeric>},
    {"Banter", "primitiveCharacterIsSeparator", 0, test<CharacterClass::kSeparator>},
    {"Banter", "primitiveCharacterIsPunctuation", 0, test<CharacterClass::kPunctuation>},
    {"Banter", "primitiveCharacterIsPrintable", 0, test<CharacterClass::kPrintable>},
};

}  // namespace

NamedTable character_named_table() {
  return kNamedTable;
}

}  // namespace banter::primitives
