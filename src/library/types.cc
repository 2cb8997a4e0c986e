#include "library/error.h"
#include "library/objects.h"
#include "native/host.h"

extern "C" {

banter_types* banter_types_new(void) {
  return banter::library::guarded(nullptr, [] { return new banter_types; });
}

int banter_types_declare(banter_types* types, const char* text, banter_error* error) {
  return banter::library::guarded(error, [&]() -> int {
    auto declared = banter::abi::parse_declarations(text, banter::native::kHostAbi, types->names);
    if (!declared.ok()) {
      banter::library::say(error, declared.error().message);
      return 0;
    }
    banter::abi::TypeNames all = types->names;
    for (auto& [name, meaning] : declared.value().names) all[name] = meaning;
    types->names.swap(all);
    return 1;
  });
}

void banter_types_free(banter_types* types) {
  delete types;
}

}  // extern "C"
