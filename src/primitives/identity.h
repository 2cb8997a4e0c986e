// identity.h -- the identity hash of any oop, as Object>>identityHash answers it.
#pragma once

#include <cstdint>

#include "primitives/values.h"

namespace banter::primitives {

// The value of a SmallInteger, the code of a Character, the rotated bits of a SmallFloat64, 22 bits
// of an object; for a class its index in the class table, which it is entered in. Never collects
// for anything but a class.
std::int64_t identity_hash(Mutator& mutator, Oop oop);

}  // namespace banter::primitives
