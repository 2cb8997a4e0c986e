#include "primitives/unicode.h"

#include <clocale>
#include <cwctype>

#include <wctype.h>

namespace banter::primitives {
namespace {

constexpr char32_t kLargestCode = 0x10FFFF;

locale_t unicode_locale() {
  static const locale_t kLocale = [] {
    const locale_t unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return unicode != nullptr ? unicode : newlocale(LC_CTYPE_MASK, "C", nullptr);
  }();
  return kLocale;
}

bool is_digit(char32_t code) {
  return code >= '0' && code <= '9';
}

}  // namespace

bool is_in(CharacterClass kind, char32_t code) {
  if (code > kLargestCode) return false;
  const auto wide = static_cast<wint_t>(code);
  const locale_t locale = unicode_locale();
  switch (kind) {
    case CharacterClass::kLetter:
      return iswalpha_l(wide, locale) != 0 && !is_digit(code);
    case CharacterClass::kUppercase:
      return iswupper_l(wide, locale) != 0;
    case CharacterClass::kLowercase:
      return iswlower_l(wide, locale) != 0;
    case CharacterClass::kDigit:
      return is_digit(code);
    case CharacterClass::kAlphanumeric:
      return iswalnum_l(wide, locale) != 0;
    case CharacterClass::kSeparator:
      return iswspace_l(wide, locale) != 0 || code == 0xA0;
    case CharacterClass::kPunctuation:
      return iswpunct_l(wide, locale) != 0;
    case CharacterClass::kPrintable:
      break;
  }
  return iswprint_l(wide, locale) != 0;
}

char32_t to_uppercase(char32_t code) {
  if (code > kLargestCode) return code;
  return static_cast<char32_t>(towupper_l(static_cast<wint_t>(code), unicode_locale()));
}

char32_t to_lowercase(char32_t code) {
  if (code > kLargestCode) return code;
  return static_cast<char32_t>(towlower_l(static_cast<wint_t>(code), unicode_locale()));
}

}  // namespace banter::primitives
