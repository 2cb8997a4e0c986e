#include "ffi/callout.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <type_traits>

#include "ffi/argument.h"
#include "ffi/by_value.h"
#include "ffi/failure.h"
#include "ffi/foreign_return.h"
#include "ffi/observer.h"
#include "ffi/result.h"
#include "interpreter/callback.h"
#include "native/invoke.h"
#include "native/marshal.h"
#include "primitives/values.h"

namespace banter::ffi {

using abi::CType;
using interpreter::Failure;
using interpreter::Outcome;
using native::CallFrame;

namespace {

// The objects that one call takes its values from.
struct Given {
  Oop receiver;
  std::span<const Oop> arguments;
};

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

void report_refused(Session& session) {
  if (session.callbacks().owner->has_refused.load(std::memory_order_relaxed)) [[unlikely]] {
    session.callbacks().report_refused();
  }
}

using Ending = std::unique_ptr<ForeignEnding>;  // null: it returned

// Runs `call`, which answers errno, in C. Collects, and other processes may run.
template <class Call>
[[gnu::always_inline]] inline Ending cross(Session& session, const Function& function, Call call) {
  int error_number = 0;
  Ending ending;
  {
    const interpreter::Callout callout(session.vm(), function.text.c_str(), function.blocking);
    ending =
        run_foreign(session.vm(), callout, function.text.c_str(), [&] { error_number = call(); });
  }
  session.vm().active_stack().c_errno = error_number;
  report_refused(session);
  return ending;
}

// The words of integer registers: where they are, or copied to `room` if they are narrower.
template <class Word>
const std::uint64_t* words_of(const Word* registers, [[maybe_unused]] std::uint64_t* room,
                              [[maybe_unused]] std::size_t count) {
  if constexpr (std::is_same_v<Word, std::uint64_t>) {
    return registers;
  } else {
    std::copy_n(registers, count, room);
    return room;
  }
}

// The first bytes of a value.
std::uint64_t word_at(const void* value, const abi::CType& type) {
  std::uint64_t word = 0;
  std::memcpy(&word, value, std::min<std::size_t>(type.size.count, sizeof word));
  return word;
}

CrossingPlace place_of_callout(Session& session, const Function& function) {
  return place_of_crossing(session.vm().active_stack().number(), false,
                           reinterpret_cast<std::uintptr_t>(function.target));
}

// A call while somebody watches. Null words: those of the integer registers, where the result comes
// back, too.
[[gnu::noinline]] Ending call_observed(Session& session, const Function& function,
                                       const Subject& subject, const std::uint64_t* words,
                                       CallFrame& frame) {
  const bool in_registers = words == nullptr;
  std::uint64_t widened_words[Subject::kMostWords];
  if (in_registers) words = words_of(frame.integers, widened_words, subject.word_count);
  const CrossingPlace place = place_of_callout(session, function);
  return cross(session, function, [&] {
    ObservedCall observed_call(subject, words, place);
    native::call(frame, function.target);
    observed_call.end(in_registers ? frame.results.integers[0]
                                   : native::result_bits(frame, function.plan));
    return frame.error_number;
  });
}

// For `words` see call_observed.
[[gnu::always_inline]] inline Ending call_frame(Session& session, const Function& function,
                                                const Subject* subject, const std::uint64_t* words,
                                                CallFrame& frame) {
  if (observed()) [[unlikely]]
    return call_observed(session, function, *subject, words, frame);
  return cross(session, function, [&] {
    native::call(frame, function.target);
    return frame.error_number;
  });
}

// What the primitive answers when C did not return.
[[gnu::noinline]] Outcome without_result(Mutator& mutator, const Function& function,
                                         const ForeignEnding& ending) {
  if (ending.left) return mutator.nil();
  return fail_with_exception(mutator, function.text, ending.type, ending.text);
}

// Fails: kBadResult.
Outcome result_object(Mutator& mutator, const Function& function, const abi::CType& type,
                      std::uint64_t bits) {
  if (is_plain_integer(type)) [[likely]] {
    const std::int64_t n = widened(bits, type.value);
    if (Oop::fits_small_int(n)) [[likely]]
      return Oop::small_int(n);
  }
  std::uint64_t fault = 0;
  if (auto object = from_c(mutator, bits, type, &fault)) return *object;
  return fail(
      mutator, kBadResult,
      fmt::format("the text that {} answered is not mapped at {:#x}", function.text, fault));
}

// False: an argument is none of those that the short way takes.
inline bool fill_registers(const Heap& heap, const RegisterCall& call,
                           std::span<const Oop> arguments, CallFrame& frame) {
  for (std::size_t i = 0; i < call.count; i++) {
    const Oop value = arguments[i];
    const RegisterCall::Parameter& parameter = call.parameters[i];
    if (value.is_small_int()) [[likely]] {
      if (!parameter.integers.include(value.as_int())) return false;
      frame.integers[i] = static_cast<native::IntegerRegister>(value.as_int());
    } else {
      std::uint64_t address = 0;
      if (!parameter.is_address || !plain_address_to_c(heap, value, &address)) return false;
      frame.integers[i] = static_cast<native::IntegerRegister>(address);
    }
  }
  return true;
}

// The values of one call in C's memory, each where its type may lie.
class ValueArea {
 public:
  explicit ValueArea(const abi::Signature& signature) {
    places_.push_back(place(signature.result));
    for (const abi::Parameter& each : signature.parameters) places_.push_back(place(each.type));
    memory_.emplace(size_, alignment_);
    for (std::size_t i = 1; i < places_.size(); i++) {
      pointers_.push_back(memory_->start() + places_[i]);
    }
  }
  std::byte* result() const { return memory_->start() + places_[0]; }
  void* const* arguments() const { return pointers_.data(); }

 private:
  std::size_t place(const CType& type) {
    const std::size_t alignment =
        std::max<std::size_t>(type.alignment.count, sizeof(std::uint64_t));
    alignment_ = std::max(alignment_, alignment);
    const std::size_t at = (size_ + alignment - 1) / alignment * alignment;
    size_ = at + std::max<std::size_t>(type.size.count, sizeof(std::uint64_t));
    return at;
  }

  std::vector<std::size_t> places_;  // the result's first
  std::vector<void*> pointers_;
  std::optional<ValueRoom> memory_;
  std::size_t size_ = 0, alignment_ = sizeof(std::uint64_t);
};

// One call of any shape, from the objects to C and back.
class Call {
 public:
  Call(Session& session, Mutator& mutator, Function& function, const abi::Signature& signature,
       const abi::CallPlan& plan, const Subject* subject)
      : session_(session),
        mutator_(mutator),
        function_(function),
        signature_(signature),
        plan_(plan),
        subject_(subject),
        temporaries_(mutator),
        stack_(plan.stack_size) {}

  // The parameter whose value does not fit, or nothing. `misfit_` is the value.
  std::optional<std::size_t> fill_in(const Given& given) {
    const Heap& heap = mutator_.heap();
    const auto& steps = plan_.argument_steps;
    for (std::size_t i = 0; i < steps.size();) {
      const std::size_t argument = steps[i].argument;
      std::uint64_t bits = 0;
      if (!value_of(heap, argument, given, &bits)) return argument;
      if (argument < Subject::kMostWords) words_[argument] = bits;
      for (; i < steps.size() && steps[i].argument == argument; i++) {
        native::store_piece(frame_, stack_, steps[i], bits);
      }
    }
    return std::nullopt;
  }

  // The same for a call with aggregates, whose values go to memory first.
  std::optional<std::size_t> fill_in(const Given& given, const ValueArea& area) {
    const Heap& heap = mutator_.heap();
    for (std::size_t i = 0; i < signature_.parameters.size(); i++) {
      const CType& type = signature_.parameters[i].type;
      void* to = area.arguments()[i];
      if (abi::is_aggregate(type.value)) {
        misfit_ = object_of(i, given);
        if (!bytes_to_c(heap, misfit_, type, to)) return i;
        continue;
      }
      std::uint64_t bits = 0;
      if (!value_of(heap, i, given, &bits)) return i;
      std::memcpy(to, &bits, sizeof bits);
    }
    return std::nullopt;
  }

  Oop misfit_value() const { return misfit_; }

  Outcome run() {
    native::complete_frame(frame_, stack_.data(), plan_);
    if (const Ending ending = call_frame(session_, function_, subject_, words_, frame_))
      return without_result(mutator_, function_, *ending);
    return result_object(mutator_, function_, signature_.result,
                         native::result_bits(frame_, plan_));
  }

  Outcome run(const ValueArea& area) {
    if (const Ending ending = invoke(area)) return without_result(mutator_, function_, *ending);
    const CType& type = signature_.result;
    if (abi::is_aggregate(type.value)) {
      return new_holding_alien(mutator_, area.result(), type.size.count);
    }
    std::uint64_t bits = 0;
    std::memcpy(&bits, area.result(), sizeof bits);
    return result_object(mutator_, function_, type, bits);
  }

 private:
  bool is_given(std::size_t argument) const {
    return function_.in_order || argument >= function_.sources.size();
  }

  Ending invoke(const ValueArea& area) {
    if (observed()) [[unlikely]]
      return invoke_observed(area);
    return cross(session_, function_, [&] {
      native::invoke(plan_, function_.target, area.result(), area.arguments());
      return errno;
    });
  }

  Ending invoke_observed(const ValueArea& area) {
    std::uint64_t words[Subject::kMostWords];
    for (std::size_t i = 0; i < subject_->word_count; i++) {
      words[i] = word_at(area.arguments()[i], signature_.parameters[i].type);
    }
    const CrossingPlace place = place_of_callout(session_, function_);
    return cross(session_, function_, [&] {
      ObservedCall observed_call(*subject_, words, place);
      native::invoke(plan_, function_.target, area.result(), area.arguments());
      const int error_number = errno;
      observed_call.end(word_at(area.result(), signature_.result));
      return error_number;
    });
  }

  // Requires that it is no constant.
  Oop object_of(std::size_t argument, const Given& given) const {
    if (is_given(argument)) return given.arguments[argument_index(argument)];
    return object_for(function_.sources[argument], given);
  }

  bool value_of(const Heap& heap, std::size_t argument, const Given& given, std::uint64_t* bits) {
    if (!is_given(argument) && function_.sources[argument].kind == Source::Kind::constant) {
      *bits = function_.sources[argument].constant;
      return true;
    }
    const Oop value = object_of(argument, given);
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
  const Subject* subject_;
  std::uint64_t words_[Subject::kMostWords];
  Temporaries temporaries_;
  native::StackArea stack_;
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

// The general way.
[[gnu::noinline]] Outcome call_by_plan(Session& session, Mutator& mutator, Function& function,
                                       Oop receiver, std::span<const Oop> arguments) {
  const Given given{receiver, arguments};
  const abi::Signature* signature = &function.signature;
  const abi::CallPlan* plan = &function.plan;
  const Subject* subject = function.subject;
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
    subject = variant.value()->subject;
  }
  if (!function.in_order && !sources_fit(function, given)) {
    return fail(mutator, kBadArgument,
                fmt::format("the receiver of {} lacks an instance variable", function.text));
  }
  Call call(session, mutator, function, *signature, *plan, subject);
  if (function.has_aggregates) {
    const ValueArea area(*signature);
    if (auto argument = call.fill_in(given, area)) {
      return bad_argument(session, mutator, function, *signature, *argument, call.misfit_value());
    }
    return call.run(area);
  }
  if (auto argument = call.fill_in(given)) {
    return bad_argument(session, mutator, function, *signature, *argument, call.misfit_value());
  }
  return call.run();
}

}  // namespace

Outcome call_function(Session& session, Mutator& mutator, Function& function, Oop receiver,
                      std::span<const Oop> arguments) {
  const RegisterCall& call = function.register_call;
  CallFrame frame;
  const bool short_way = call.possible && arguments.size() == call.count &&
                         fill_registers(mutator.heap(), call, arguments, frame);
  if (!short_way) return call_by_plan(session, mutator, function, receiver, arguments);
  native::complete_integer_frame(frame);
  if (const Ending ending = call_frame(session, function, function.subject, nullptr, frame))
      [[unlikely]]
    return without_result(mutator, function, *ending);
  return result_object(mutator, function, function.signature.result, frame.results.integers[0]);
}

}  // namespace banter::ffi
