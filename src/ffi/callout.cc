#include "ffi/callout.h"

#include <fmt/core.h>

#include <array>
#include <cstring>

#include "ffi/argument.h"
#include "ffi/failure.h"
#include "ffi/result.h"
#include "interpreter/callback.h"
#include "native/call.h"
#include "primitives/values.h"

namespace banter::ffi {

using abi::Step;
using abi::ValueKind;
using interpreter::Failure;
using interpreter::Outcome;
using native::CallFrame;

namespace {

// The objects that one call takes its values from.
struct Given {
  Oop receiver;
  std::span<const Oop> arguments;
};

// Room for the stacked arguments of nearly every call without an allocation.
class StackArea {
 public:
  explicit StackArea(std::size_t bytes) : words_(bytes / 8) {
    if (words_ > kInline) more_.resize(words_);
  }
  char* at(std::size_t offset) { return reinterpret_cast<char*>(data()) + offset; }
  std::uint64_t* data() { return words_ > kInline ? more_.data() : inline_; }
  std::size_t words() const { return words_; }

 private:
  static constexpr std::size_t kInline = 16;
  std::size_t words_;
  std::uint64_t inline_[kInline];
  std::vector<std::uint64_t> more_;
};

void place_piece(CallFrame& frame, StackArea& stack, const Step& step, std::uint64_t bits) {
  const std::uint64_t piece = bits >> (8 * step.at);
  switch (step.place) {
    case abi::Place::int_register:
      frame.integers[step.index] = piece;
      break;
    case abi::Place::float_register:
      frame.floats[step.index] = piece;
      break;
    case abi::Place::stack:
      std::memcpy(stack.at(step.index), &piece, step.size);
      break;
  }
}

// How many vector registers are in use: call.S loads none when there are none, and on x86-64 al
// says it to a variadic callee. Not every host has such a field.
template <class Frame>
void set_float_count(Frame& frame, std::uint64_t count) {
  if constexpr (requires { frame.float_count; }) frame.float_count = count;
}

std::uint64_t result_bits(const CallFrame& frame, const abi::CallPlan& plan) {
  std::uint64_t bits = 0;
  for (const Step& step : plan.result_steps) {
    const std::uint64_t piece = step.place == abi::Place::float_register
                                    ? frame.results.floats[step.index]
                                    : frame.results.integers[step.index];
    bits |= step.at == 0 ? piece : piece << (8 * step.at);
  }
  return bits;
}

Oop object_for(const Source& source, const Given& given) {
  switch (source.kind) {
    case Source::Kind::argument:
      return given.arguments[source.index];
    case Source::Kind::receiver:
      return given.receiver;
    case Source::Kind::receiver_variable:
      return given.receiver.as_object()->slot(source.index);
    case Source::Kind::constant:
      break;
  }
  return Oop{};
}

bool has_variable(const Given& given, std::size_t index) {
  return given.receiver.is_object() && given.receiver.as_object()->has_pointers_only() &&
         index < given.receiver.as_object()->slot_count();
}

// One call, from the objects to the frame and back.
class Call {
 public:
  Call(Session& session, Mutator& mutator, Function& function, const abi::Signature& signature,
       const abi::CallPlan& plan)
      : session_(session),
        mutator_(mutator),
        function_(function),
        signature_(signature),
        plan_(plan),
        temporaries_(mutator),
        stack_(plan.stack_size.count) {}

  // The parameter whose value does not fit, or nothing. `misfit_` is the value.
  std::optional<std::size_t> fill_in(const Given& given) {
    const Heap& heap = mutator_.heap();
    const auto& steps = plan_.argument_steps;
    for (std::size_t i = 0; i < steps.size();) {
      const std::size_t argument = steps[i].argument;
      std::uint64_t bits = 0;
      if (!value_of(heap, argument, given, &bits)) return argument;
      for (; i < steps.size() && steps[i].argument == argument; i++) {
        place_piece(frame_, stack_, steps[i], bits);
      }
    }
    return std::nullopt;
  }

  Oop misfit_value() const { return misfit_; }

  void run() {
    frame_.stack = stack_.data();
    frame_.stack_words = stack_.words();
    set_float_count(frame_, plan_.float_registers);
    {
      interpreter::Callout callout(session_.vm(), function_.text.c_str());
      native::call(frame_, function_.target);
    }
    session_.vm().active_stack().c_errno = frame_.error_number;
  }

  Outcome result() {
    const std::uint64_t bits = result_bits(frame_, plan_);
    const abi::CType& type = signature_.result;
    if (type.value == ValueKind::int32) {
      return Oop::small_int(static_cast<std::int32_t>(bits));
    }
    std::uintptr_t fault = 0;
    if (auto object = from_c(mutator_, bits, type, &fault)) return *object;
    return fail(
        mutator_, kBadResult,
        fmt::format("the text that {} answered is not mapped at {:#x}", function_.text, fault));
  }

 private:
  bool value_of(const Heap& heap, std::size_t argument, const Given& given, std::uint64_t* bits) {
    Oop value;
    if (function_.in_order || argument >= function_.sources.size()) {
      value = given.arguments[argument_index(argument)];
    } else {
      const Source& source = function_.sources[argument];
      if (source.kind == Source::Kind::constant) {
        *bits = source.constant;
        return true;
      }
      value = object_for(source, given);
    }
    const abi::CType& type = signature_.parameters[argument].type;
    if (small_integer_to_c(value, type.value, bits)) [[likely]]
      return true;
    misfit_ = value;
    return to_c(heap, value, type, temporaries_, bits);
  }

  // Arguments for `...` follow those that the fixed parameters take.
  std::size_t argument_index(std::size_t argument) const {
    if (argument < function_.sources.size()) return argument;
    return function_.argument_count + argument - function_.sources.size();
  }

  Session& session_;
  Mutator& mutator_;
  Function& function_;
  const abi::Signature& signature_;
  const abi::CallPlan& plan_;
  Temporaries temporaries_;
  StackArea stack_;
  CallFrame frame_;
  Oop misfit_{};
};

Outcome wrong_count(Mutator& mutator, const Function& function, std::size_t given) {
  const bool variadic = function.signature.variadic;
  return fail(
      mutator, kArgumentCount,
      fmt::format("{} takes {}{} argument{}, {} given", function.text, variadic ? "at least " : "",
                  function.argument_count, function.argument_count == 1 ? "" : "s", given));
}

Outcome bad_argument(Session& session, Mutator& mutator, const Function& function,
                     const abi::Signature& signature, std::size_t argument, Oop value) {
  const abi::Parameter& parameter = signature.parameters[argument];
  const std::string name = parameter.name.empty() ? "" : " (" + parameter.name + ")";
  return fail(mutator, kBadArgument,
              fmt::format("argument {}{} of {}: {}", argument + 1, name, function.text,
                          misfit(session.vm(), value, parameter.type)));
}

// Sources that name variables which this receiver does not have.
bool sources_fit(const Function& function, const Given& given) {
  for (const Source& each : function.sources) {
    if (each.kind == Source::Kind::receiver_variable && !has_variable(given, each.index)) {
      return false;
    }
  }
  return true;
}

}  // namespace

Outcome call_function(Session& session, Mutator& mutator, Function& function, Oop receiver,
                      std::span<const Oop> arguments) {
  const Given given{receiver, arguments};
  const abi::Signature* signature = &function.signature;
  const abi::CallPlan* plan = &function.plan;
  if (arguments.size() != function.argument_count) {
    const bool more = function.signature.variadic && arguments.size() > function.argument_count;
    if (!more) return wrong_count(mutator, function, arguments.size());
    std::vector<abi::CType> types;
    for (Oop each : arguments.subspan(function.argument_count)) {
      types.push_back(variadic_type(mutator.heap(), each, session.abi()));
    }
    auto variant = variant_for(function, types);
    if (!variant.ok()) return fail(mutator, kBadSignature, variant.error().message);
    signature = &variant.value()->signature;
    plan = &variant.value()->plan;
  }
  if (!function.in_order && !sources_fit(function, given)) {
    return fail(mutator, kBadArgument,
                fmt::format("the receiver of {} lacks an instance variable", function.text));
  }
  Call call(session, mutator, function, *signature, *plan);
  if (auto argument = call.fill_in(given)) {
    return bad_argument(session, mutator, function, *signature, *argument, call.misfit_value());
  }
  call.run();
  if (session.callbacks().owner->has_refused.load(std::memory_order_relaxed)) [[unlikely]] {
    session.callbacks().report_refused();
  }
  return call.result();
}

}  // namespace banter::ffi
