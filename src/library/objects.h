// objects.h -- what the opaque types of native.h are.
#pragma once

#include <memory>

#include "abi/declaration.h"
#include "abi/places.h"
#include "banter/native.h"
#include "native/callback_values.h"

namespace banter::library {

// What signatures and the callbacks made with them share.
struct Prototype {
  abi::Signature signature;
  abi::CallPlan plan;
  native::CallbackReader reader{plan};

  Prototype(abi::Signature its_signature, abi::CallPlan its_plan)
      : signature(std::move(its_signature)), plan(std::move(its_plan)) {}
  Prototype(const Prototype&) = delete;  // the reader refers to the plan
  Prototype& operator=(const Prototype&) = delete;
};

}  // namespace banter::library

struct banter_types {
  banter::abi::TypeNames names;
};

struct banter_signature {
  std::shared_ptr<const banter::library::Prototype> prototype;
};
