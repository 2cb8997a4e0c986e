#include "abi/signature.h"

#include <memory>

#include "abi/spelling.h"
#include "base/check.h"

namespace banter::abi {

std::string to_text(const Signature& signature) {
  if (signature.name.empty()) {
    CType pointer;
    spell_pointer_to_function(pointer, signature);
    return pointer.spelling;
  }
  return declared_function(signature, std::string(word_of(signature.convention)) + signature.name);
}

CType without_names(const CType& type) {
  if (!type.function) return type;
  CType bare = type;
  auto function = std::make_shared<Signature>(without_names(*type.function));
  if (type.spelling == to_text(*type.function)) spell_pointer_to_function(bare, *function);
  bare.function = std::move(function);
  return bare;
}

Signature without_names(const Signature& signature) {
  Signature bare = signature;
  bare.name.clear();
  bare.result = without_names(signature.result);
  for (Parameter& each : bare.parameters) {
    each.name.clear();
    each.type = without_names(each.type);
  }
  return bare;
}

Signature with_extra_arguments(const Signature& signature, const std::vector<CType>& extra) {
  BANTER_CHECK(signature.variadic, "'{}' is not variadic", signature.name);
  Signature call = signature;
  for (const CType& each : extra) {
    call.parameters.push_back({promoted(each, signature.abi), "", ""});
  }
  return call;
}

}  // namespace banter::abi
