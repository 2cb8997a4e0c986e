#include "ffi/failure.h"

#include "heap/rooted.h"
#include "primitives/symbols.h"
#include "primitives/values.h"

namespace banter::ffi {

interpreter::Outcome fail(heap::Mutator& mutator, std::string_view kind, std::string_view text) {
  heap::Rooted<> symbol(mutator, primitives::intern(mutator, kind));
  heap::Rooted<> string(mutator, primitives::make_string(mutator, text));
  heap::Rooted<> pair(mutator, mutator.new_array(2));
  pair.store(0, symbol.oop());
  pair.store(1, string.oop());
  return interpreter::Outcome::failure(interpreter::Failure::ffi_error, pair.oop());
}

}  // namespace banter::ffi
