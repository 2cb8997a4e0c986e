// image_tables.h -- the dictionaries of the image that C++ reads and writes before, or without,
// any Smalltalk: identity dictionaries of bindings, and method dictionaries.
//
// The probing is that of the Smalltalk methods: an IdentityDictionary starts at
// `identityHash \\ array size`, a MethodDictionary at `identityHash bitAnd: capacity - 1`; both go
// up and wrap around; nil is empty.
#pragma once

#include <optional>

#include "heap/rooted.h"

namespace banter::primitives {

// The Association under `key` in an IdentityDictionary (slots: tally, array), or nothing. Also
// nothing when `dictionary` is not such an object. Never collects.
std::optional<heap::Oop> identity_dictionary_find(heap::Heap& heap, heap::Oop dictionary,
                                                  heap::Oop key);

// Adds `association`, whose key must not be there yet, and grows the array when it is full.
void identity_dictionary_add(heap::Mutator& mutator, const heap::Rooted<>& dictionary,
                             heap::Oop association);

// An empty instance of `cls`, an IdentityDictionary or a subclass of it.
heap::Object* new_identity_dictionary(heap::Mutator& mutator, heap::Oop cls, std::size_t capacity);

// An empty MethodDictionary for about `count` methods.
heap::Object* new_method_dictionary(heap::Mutator& mutator, std::size_t count);

// Puts `method` under `selector` into the method dictionary of `behavior`, replacing what is there,
// and grows the dictionary when it is full. Method caches are the caller's.
void install_method(heap::Mutator& mutator, const heap::Rooted<>& behavior, heap::Oop selector,
                    heap::Oop method);

}  // namespace banter::primitives
