#include <cstdlib>
#include <cstring>

#include "abi/classify.h"
#include "abi/table.h"
#include "library/error.h"
#include "library/exceptions.h"
#include "library/objects.h"
#include "native/call.h"
#include "native/invoke.h"

using banter::library::Prototype;

namespace banter::library {
namespace {

std::shared_ptr<const Prototype> prototype_of(abi::AbiName abi, const char* declaration,
                                              const banter_types* types, banter_error* error) {
  static const abi::TypeNames kNoNames;
  if (declaration == nullptr) {
    say(error, "a signature needs a declaration");
    return nullptr;
  }
  auto signature =
      abi::parse_signature(declaration, abi, types == nullptr ? kNoNames : types->names);
  if (!signature.ok()) {
    say(error, signature.error().message);
    return nullptr;
  }
  auto plan = abi::classify(abi, signature.value());
  if (!plan.ok()) {
    say(error, plan.error().message);
    return nullptr;
  }
  return std::make_shared<Prototype>(std::move(signature).value(), std::move(plan).value());
}

}  // namespace
}  // namespace banter::library

extern "C" {

const char* banter_version(void) {
  return BANTER_VERSION;
}

const char* banter_host_abi(void) {
  return banter::abi::name_of(banter::native::kHostAbi).data();
}

void banter_text_free(char* text) {
  std::free(text);
}

banter_signature* banter_signature_new(const char* declaration, const banter_types* types,
                                       banter_error* error) {
  return banter_signature_new_for(banter_host_abi(), declaration, types, error);
}

banter_signature* banter_signature_new_for(const char* abi, const char* declaration,
                                           const banter_types* types, banter_error* error) {
  return banter::library::guarded(error, [&]() -> banter_signature* {
    const auto name = banter::abi::abi_named(abi == nullptr ? "" : abi);
    if (!name || !banter::native::runs_here(*name)) {
      banter::library::say(error, fmt::format("functions of '{}' do not run on {}",
                                              abi == nullptr ? "" : abi, banter_host_abi()));
      return nullptr;
    }
    auto prototype = banter::library::prototype_of(*name, declaration, types, error);
    if (prototype == nullptr) return nullptr;
    return new banter_signature{std::move(prototype)};
  });
}

void banter_signature_free(banter_signature* signature) {
  delete signature;
}

size_t banter_signature_argument_count(const banter_signature* signature) {
  return signature->prototype->signature.parameters.size();
}

size_t banter_signature_argument_size(const banter_signature* signature, size_t index) {
  const auto& parameters = signature->prototype->signature.parameters;
  return index < parameters.size() ? parameters[index].type.size.count : 0;
}

size_t banter_signature_result_size(const banter_signature* signature) {
  return signature->prototype->signature.result.size.count;
}

char* banter_signature_explain(const banter_signature* signature) {
  const Prototype& prototype = *signature->prototype;
  return banter::library::guarded(nullptr, [&] {
    return strdup(banter::abi::table_of(prototype.signature, prototype.plan).c_str());
  });
}

void banter_call(const banter_signature* signature, banter_function function, void* result,
                 void* const* arguments) {
  banter::library::contain_exceptions(
      [&] { banter::native::invoke(signature->prototype->plan, function, result, arguments); },
      [&] {
        return "the function of banter_call, " +
               banter::abi::to_text(signature->prototype->signature) + ",";
      });
}

void banter_call_unwinding(const banter_signature* signature, banter_function function,
                           void* result, void* const* arguments) {
  banter::native::invoke(signature->prototype->plan, function, result, arguments);
}

}  // extern "C"
