#include "ffi/function.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "ffi/argument.h"

namespace banter::ffi {

using abi::CType;
using abi::ValueKind;

namespace {

// `int 5`, `NULL`, `true`: what Pharo's signatures may hold in the place of an argument.
Result<std::uint64_t> constant_bits(const abi::Parameter& parameter) {
  const std::string& text = parameter.constant;
  if (abi::is_aggregate(parameter.type.value)) {
    return Error{fmt::format("the constant {} is no {}", text, parameter.type.spelling)};
  }
  if (text == "NULL" || text == "nil" || text == "false") return std::uint64_t{0};
  if (text == "true") return std::uint64_t{1};
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  const char* begin = text.data() + (hexadecimal ? 2 : 0);
  const char* end = text.data() + text.size();
  std::int64_t value = 0;
  auto parsed = std::from_chars(begin, end, value, hexadecimal ? 16 : 10);
  if (parsed.ec != std::errc() || parsed.ptr != end || abi::is_floating(parameter.type.value)) {
    return Error{fmt::format("the constant {} is no {}", text, parameter.type.spelling)};
  }
  return static_cast<std::uint64_t>(value);
}

Result<Source> source_of(const abi::Parameter& parameter, std::int64_t number) {
  Source source;
  if (!parameter.constant.empty()) {
    auto bits = constant_bits(parameter);
    if (!bits.ok()) return bits.error();
    source.kind = Source::Kind::constant;
    source.constant = bits.value();
  } else if (number > 0) {
    source.index = static_cast<std::uint16_t>(number - 1);
  } else if (number == 0) {
    source.kind = Source::Kind::receiver;
  } else {
    source.kind = Source::Kind::receiver_variable;
    source.index = static_cast<std::uint16_t>(-number - 1);
  }
  return source;
}

// Integers and addresses of at most a word.
bool is_word(const CType& type) {
  return abi::is_integral(type.value) && type.size <= abi::Bytes{8};
}

bool is_in_integer_register(const abi::Step& step, std::size_t index) {
  return step.place == abi::Place::int_register && step.index == index && step.at == 0 &&
         !step.by_reference;
}

// Whether the short way serves, and then what it needs to know.
RegisterCall register_call_for(const Function& function) {
  RegisterCall call;
  const abi::CallPlan& plan = function.plan;
  const auto& parameters = function.signature.parameters;
  const auto& steps = plan.argument_steps;
  if (!function.in_order || function.signature.variadic || plan.stack_size.count != 0 ||
      plan.sign_extends_words || steps.size() != parameters.size() ||
      steps.size() > std::size(call.parameters)) {
    return call;
  }
  for (std::size_t i = 0; i < steps.size(); i++) {
    const CType& type = parameters[i].type;
    if (steps[i].argument != i || !is_in_integer_register(steps[i], i)) return call;
    if (!is_word(type) || type.role == abi::Role::object) return call;
    call.parameters[i] = {small_integers_for(type), type.value == ValueKind::address};
  }
  const CType& result = function.signature.result;
  if (result.value != ValueKind::nothing && (!is_word(result) || plan.result_steps.size() != 1 ||
                                             !is_in_integer_register(plan.result_steps[0], 0))) {
    return call;
  }
  call.count = static_cast<std::uint32_t>(steps.size());
  call.possible = true;
  return call;
}

bool same_place(const CType& a, const CType& b) {
  return a.value == b.value && a.role == b.role;
}

}  // namespace

Result<std::unique_ptr<Function>> make_function(abi::Signature signature,
                                                const std::vector<std::int64_t>& sources) {
  auto function = std::make_unique<Function>();
  function->text = abi::to_text(signature);
  if (signature.result.role == abi::Role::object) {
    return Error{
        fmt::format("{} cannot be a result in '{}'", signature.result.spelling, function->text)};
  }
  if (auto why = unfit_for_smalltalk(signature)) return Error{*why};
  auto plan = abi::classify(signature.abi, signature);
  if (!plan.ok()) return plan.error();
  function->plan = std::move(plan).value();
  const std::size_t count = signature.parameters.size();
  if (!sources.empty() && sources.size() != count) {
    return Error{fmt::format("{} sources for the {} parameters of '{}'", sources.size(), count,
                             function->text)};
  }
  std::int64_t next = 1;
  for (std::size_t i = 0; i < count; i++) {
    const abi::Parameter& parameter = signature.parameters[i];
    const std::int64_t number = !sources.empty()             ? sources[i]
                                : parameter.constant.empty() ? next++
                                                             : 0;
    auto source = source_of(parameter, number);
    if (!source.ok()) return Error{source.error().message + " in '" + function->text + "'"};
    const Source& made = source.value();
    if (made.kind == Source::Kind::argument) {
      function->argument_count = std::max<std::uint32_t>(function->argument_count, made.index + 1u);
    }
    if (made.kind != Source::Kind::argument || made.index != i) function->in_order = false;
    function->sources.push_back(made);
  }
  function->has_aggregates = has_aggregates(signature);
  function->subject = &Subject::of(signature, false);
  function->signature = std::move(signature);
  function->register_call = register_call_for(*function);
  return function;
}

Result<const Function::Variant*> variant_for(Function& function, const std::vector<CType>& types) {
  for (const auto& each : function.variants) {
    if (std::equal(types.begin(), types.end(), each->types.begin(), each->types.end(),
                   same_place)) {
      return each.get();
    }
  }
  auto variant = std::make_unique<Function::Variant>();
  variant->types = types;
  variant->signature = abi::with_extra_arguments(function.signature, types);
  auto plan = abi::classify(function.signature.abi, variant->signature);
  if (!plan.ok()) return plan.error();
  variant->plan = std::move(plan).value();
  variant->subject = &Subject::of(variant->signature, false);
  function.variants.push_back(std::move(variant));
  return function.variants.back().get();
}

}  // namespace banter::ffi
