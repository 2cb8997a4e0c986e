// ston.h -- the notation of Tonel's definitions: `{ #name : 'Foo', #instVars : [ 'a', 'b' ] }`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tonel/lexer.h"

namespace banter::tonel {

enum class StonKind : std::uint8_t { text, word, list, map };

struct Ston {
  StonKind kind = StonKind::text;
  std::size_t begin = 0;  // in the source
  std::size_t end = 0;
  std::string text;  // of a string or symbol; a number's, nil's, true's or false's word
  std::vector<std::string> keys;  // of a map, one for each element
  std::vector<Ston> elements;     // of a list or a map
};

// Reads one value and what stands before it that is blank. Throws Failure.
Ston read_ston(Lexer& lexer);

}  // namespace banter::tonel
