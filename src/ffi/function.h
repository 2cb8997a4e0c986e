// function.h -- a C function ready to be called: address, signature, plan, and where its arguments
// come from.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "abi/classify.h"
#include "ffi/argument.h"
#include "ffi/objects.h"
#include "ffi/subject.h"
#include "native/call.h"

namespace banter::ffi {

// Where one parameter's value comes from when the function is called by a method of its own, or
// with an Array.
struct Source {
  enum class Kind : std::uint8_t { argument, receiver, receiver_variable, constant };
  Kind kind = Kind::argument;
  std::uint16_t index = 0;     // of the argument or variable, from 0
  std::uint64_t constant = 0;  // the bits
};

// The short way, for what most functions are: parameter i is argument i, an integer or an address,
// and goes to integer register i; nothing goes to the stack; the result is void or comes in the
// first integer register.
struct RegisterCall {
  struct Parameter {
    SmallIntegers integers;
    bool is_address;
  };
  bool possible = false;
  std::uint32_t count = 0;
  Parameter parameters[native::host::kIntegerRegisters];
};

struct Function {
  abi::Signature signature;
  std::string text;  // the signature as C writes it
  abi::CallPlan plan;
  void (*target)() = nullptr;
  std::vector<Source> sources;       // one for each parameter
  bool in_order = true;              // parameter i is argument i, for all
  std::uint32_t argument_count = 0;  // that the fixed parameters take
  RegisterCall register_call;
  bool has_aggregates = false;       // some value is a structure or its like, passed by value
  bool conditional = false;          // see may_not_call() in function_primitives.cc
  bool blocking = false;             // other processes get the VM at once
  const Subject* subject = nullptr;  // for those who watch crossings

  // Plans of variadic calls, by the types of the further arguments.
  struct Variant {
    std::vector<abi::CType> types;
    abi::Signature signature;
    abi::CallPlan plan;
    const Subject* subject = nullptr;
  };
  std::vector<std::unique_ptr<Variant>> variants;
};

// The plan for a call with these further arguments, made at its first use.
// Requires function.signature.variadic. Fails when the ABI cannot pass so many.
Result<const Function::Variant*> variant_for(Function& function,
                                             const std::vector<abi::CType>& types);

// Fills in everything but `target`. `sources` is empty, which means in order, or has a number for
// each parameter: 3 for the third argument, 0 for the receiver, -2 for the receiver's second
// variable; what it says for a constant is not looked at.
// Fails when the ABI cannot pass it, a constant does not fit, or counts differ.
Result<std::unique_ptr<Function>> make_function(abi::Signature signature,
                                                const std::vector<std::int64_t>& sources);

}  // namespace banter::ffi
