// failure.h -- failures of this folder's primitives carry an Array: {kind. text}.
//
// The kind is a Symbol that FFIError class >> signal: chooses the exception by; the text is a
// sentence for a person.
#pragma once

#include <string_view>

#include "interpreter/primitive.h"

namespace banter::heap {
class Mutator;
}

namespace banter::ffi {

inline constexpr std::string_view kLibraryMissing = "library";
inline constexpr std::string_view kSymbolMissing = "symbol";
inline constexpr std::string_view kBadSignature = "signature";
inline constexpr std::string_view kBadArgument = "argument";
inline constexpr std::string_view kArgumentCount = "argumentCount";
inline constexpr std::string_view kBadResult = "result";
inline constexpr std::string_view kMemory = "memory";
inline constexpr std::string_view kCallback = "callback";
inline constexpr std::string_view kException = "exception";
// Image code arranges for these and calls again.
inline constexpr std::string_view kEntry = "entry";
inline constexpr std::string_view kBlocking = "blocking";

// May collect.
interpreter::Outcome fail(heap::Mutator& mutator, std::string_view kind, std::string_view text);

// A C++ exception came out of `function`: {#exception. {function. type. text}}. May collect.
interpreter::Outcome fail_with_exception(heap::Mutator& mutator, std::string_view function,
                                         std::string_view type, std::string_view text);

}  // namespace banter::ffi
