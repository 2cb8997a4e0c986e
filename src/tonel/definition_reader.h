// definition_reader.h -- definitions and methods, wherever they stand.
#pragma once

#include <string>

#include "tonel/definitions.h"
#include "tonel/lexer.h"
#include "tonel/ston.h"

namespace banter::tonel {

// `Class { ... }` and `Trait { ... }`, behind the word. Throws Failure.
ClassDefinition read_class(Lexer& lexer, bool is_trait, std::size_t begin, std::string comment);

// The value of `key` as a text, or an empty text. Fails if it is no text.
std::string text_at(const Lexer& lexer, const Ston& map, std::string_view key);

// Whether `Foo >> pattern [` or `Foo class >> pattern [` comes next. Does not move.
bool at_method(Lexer& lexer);

// The method that comes next, its brackets included. Throws Failure.
MethodDefinition read_method(Lexer& lexer, std::string category);

// Whether `{ #key :` comes next, as no brace array can begin. Does not move.
bool at_metadata(Lexer& lexer);

// What `{ #category : 'x' }` says about the method that follows.
std::string read_category(Lexer& lexer);

}  // namespace banter::tonel
