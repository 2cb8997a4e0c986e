#include "ffi/type_names.h"

#include "primitives/values.h"

namespace banter::ffi {

abi::TypeNames type_names_of(const Heap& heap, Oop array) {
  abi::TypeNames names;
  if (!primitives::is_array(array)) return names;
  const Object* pairs = array.as_object();
  for (std::size_t i = 0; i + 1 < pairs->slot_count(); i += 2) {
    auto name = primitives::utf8_of(heap, pairs->slot(i));
    auto type = primitives::utf8_of(heap, pairs->slot(i + 1));
    if (name && type) names[*name] = *type;
  }
  return names;
}

}  // namespace banter::ffi
