#include "ffi/failure.h"

#include "heap/rooted.h"
#include "primitives/symbols.h"
#include "primitives/values.h"

namespace banter::ffi {

namespace {

interpreter::Outcome fail_with(heap::Mutator& mutator, std::string_view kind, heap::Oop detail) {
  heap::Rooted<> rooted(mutator, detail);
  heap::Rooted<> symbol(mutator, primitives::intern(mutator, kind));
  heap::Rooted<> pair(mutator, mutator.new_array(2));
  pair.store(0, symbol.oop());
  pair.store(1, rooted.oop());
  return interpreter::Outcome::failure(interpreter::Failure::ffi_error, pair.oop());
}

}  // namespace

interpreter::Outcome fail(heap::Mutator& mutator, std::string_view kind, std::string_view text) {
  return fail_with(mutator, kind, primitives::make_string(mutator, text));
}

interpreter::Outcome fail_with_exception(heap::Mutator& mutator, std::string_view function,
                                         std::string_view type, std::string_view text) {
  heap::Rooted<> parts(mutator, mutator.new_array(3));
  parts.store(0, primitives::make_string(mutator, function));
  parts.store(1, primitives::make_string(mutator, type));
  parts.store(2, primitives::make_string(mutator, text));
  return fail_with(mutator, kException, parts.oop());
}

}  // namespace banter::ffi
