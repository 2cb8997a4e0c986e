#include "ffi/callout_method.h"

#include <fmt/core.h>

#include <algorithm>

#include "bytecode/decoder.h"
#include "bytecode/encoder.h"
#include "ffi/method_pattern.h"
#include "heap/layouts.h"
#include "heap/rooted.h"
#include "interpreter/method.h"
#include "primitives/class_scope.h"
#include "primitives/code_objects.h"
#include "primitives/image_tables.h"
#include "primitives/symbols.h"
#include "primitives/values.h"

namespace banter::ffi {

using bytecode::Operation;

namespace {

constexpr std::uint16_t kCalloutPrimitive = 120;

// The method's AdditionalMethodState, or nil.
Oop state_of(const Heap& heap, Oop method) {
  const Object* code = method.as_object();
  if (code->literal_count() < 2) return heap.nil();
  const Oop state = code->literal(code->literal_count() - 2);
  return state.is_object() && state.as_object()->has_pointers_only() ? state : heap.nil();
}

// A property that the compiler has left there, such as #source.
std::optional<Oop> property(const Heap& heap, Oop method, std::string_view name) {
  const Oop state = state_of(heap, method);
  if (state == heap.nil()) return std::nullopt;
  namespace slots = heap::slots;
  const Object* object = state.as_object();
  for (std::size_t i = slots::additional_method_state::kFirstProperty; i < object->slot_count();
       i++) {
    const Oop each = object->slot(i);
    if (!primitives::is_of(each, heap::ClassIndex::kAssociation)) continue;
    auto key = primitives::utf8_of(heap, each.as_object()->slot(slots::association::kKey));
    if (key && *key == name) return each.as_object()->slot(slots::association::kValue);
  }
  return std::nullopt;
}

std::string text_property(const Heap& heap, Oop method, std::string_view name) {
  auto value = property(heap, method, name);
  if (!value) return "";
  return primitives::utf8_of(heap, *value).value_or("");
}

Oop class_of_method(const Heap& heap, Oop method) {
  const Object* code = method.as_object();
  const Oop binding = code->literal(code->literal_count() - 1);
  if (!binding.is_object() || !binding.as_object()->has_pointers_only() ||
      binding.as_object()->slot_count() < heap::slots::association::kSize) {
    return heap.nil();
  }
  return binding.as_object()->slot(heap::slots::association::kValue);
}

// All instance variables of a class, inherited ones first.
std::vector<std::string> instance_variables(const Heap& heap, Oop cls) {
  std::vector<std::string> names;
  if (cls == heap.nil() || !primitives::is_behavior(heap, cls)) return names;
  names = instance_variables(heap, cls.as_object()->slot(heap::slots::behavior::kSuperclass));
  const auto own = primitives::own_instance_variables(heap, cls);
  names.insert(names.end(), own.begin(), own.end());
  return names;
}

// A name's number among arguments (1 ...), the receiver (0) or its variables (-1 ...).
std::optional<std::int64_t> number_of(const std::string& name,
                                      const std::vector<std::string>& arguments,
                                      const std::vector<std::string>& variables) {
  if (name == "self") return 0;
  auto found = std::find(arguments.begin(), arguments.end(), name);
  if (found != arguments.end()) return found - arguments.begin() + 1;
  auto variable = std::find(variables.begin(), variables.end(), name);
  if (variable != variables.end()) return -(variable - variables.begin() + 1);
  return std::nullopt;
}

// Whether the bytecodes are `^ self ffiCall...` with operands that only cost time to compute.
bool is_one_callout(const Heap& heap, const Object& method) {
  const std::span<const std::uint8_t> code(method.bytecodes(),
                                           method.bytes() + method.byte_count());
  bool called = false;
  for (std::uint32_t pc = 0;;) {
    auto instruction = bytecode::decode(code, pc);
    if (!instruction) return false;
    pc = instruction->next_pc;
    switch (instruction->operation) {
      case Operation::push_receiver:
      case Operation::push_literal:
      case Operation::push_literal_variable:
      case Operation::push_integer:
      case Operation::push_nil:
        break;
      case Operation::send: {
        if (called) return false;
        auto selector = primitives::utf8_of(heap, method.literal(instruction->index));
        called = selector && selector->starts_with("ffiCall:");
        if (!called && instruction->count > 0) return false;
        break;
      }
      case Operation::return_top:
        return called;
      default:
        return false;
    }
  }
}

// Replaced methods send this to the FFIFunction; see the top of callout_method.h.
compiler::MethodCode callout_code(const Heap& heap, Oop method, std::string selector,
                                  unsigned argument_count) {
  compiler::MethodCode code;
  code.selector = std::move(selector);
  code.primitive = kCalloutPrimitive;
  code.num_args = static_cast<std::uint8_t>(argument_count);
  code.num_temps = static_cast<std::uint8_t>(argument_count + 1);
  code.source = text_property(heap, method, "source");
  code.file = text_property(heap, method, "file");
  if (auto line = property(heap, method, "line"); line && line->is_small_int()) {
    code.line = static_cast<std::uint32_t>(line->as_int());
  }
  code.literals.push_back({compiler::Nil{}});  // the FFIFunction is stored here afterwards
  code.literals.push_back({compiler::Symbol{"ffiFailed:receiver:arguments:"}});
  code.literals.push_back({compiler::MethodState{}});
  code.literals.push_back({compiler::ClassBinding{}});
  code.large_frame = argument_count + 8 > 16;
  bytecode::Encoder encoder(code.bytecodes);
  encoder.call_primitive(kCalloutPrimitive);
  encoder.indexed_long(Operation::store_into_temp, argument_count);
  encoder.indexed(Operation::push_literal, 0);
  encoder.indexed(Operation::push_temp, argument_count);
  encoder.plain(Operation::push_receiver);
  for (unsigned i = 0; i < argument_count; i++) encoder.indexed(Operation::push_temp, i);
  encoder.push_array(argument_count, argument_count > 0);
  encoder.send(Operation::send, 1, 3);
  encoder.plain(Operation::return_top);
  return code;
}

}  // namespace

Result<std::vector<std::int64_t>> sources_for(const Heap& heap, const abi::Signature& signature,
                                              Oop method) {
  const auto arguments = argument_names(text_property(heap, method, "source"));
  const auto variables = instance_variables(heap, class_of_method(heap, method));
  std::vector<std::int64_t> by_name;
  std::string unknown;
  std::size_t places = 0;
  for (const abi::Parameter& each : signature.parameters) {
    const bool constant = !each.constant.empty();
    auto number =
        constant ? std::optional<std::int64_t>(0) : number_of(each.name, arguments, variables);
    if (!number && unknown.empty()) unknown = each.name;
    if (!number && each.name.empty()) unknown = "(a parameter without a name)";
    if (!constant) places++;
    by_name.push_back(number.value_or(0));
  }
  if (unknown.empty()) return by_name;
  const bool counts_agree =
      places == arguments.size() || (signature.variadic && places < arguments.size());
  if (!counts_agree) {
    return Error{
        fmt::format("the method has no argument '{}', and its {} arguments are not the "
                    "{} of '{}'",
                    unknown, arguments.size(), places, abi::to_text(signature))};
  }
  std::vector<std::int64_t> by_position;
  std::int64_t next = 1;
  for (const abi::Parameter& each : signature.parameters) {
    by_position.push_back(each.constant.empty() ? next++ : 0);
  }
  return by_position;
}

bool install_callout(Session& session, Mutator& mutator, Oop method, Oop function) {
  const Heap& heap = mutator.heap();
  if (!primitives::is_of(method, heap::ClassIndex::kCompiledMethod)) return false;
  const Oop cls = class_of_method(heap, method);
  const Oop state = state_of(heap, method);
  if (cls == heap.nil() || state == heap.nil() || !primitives::is_behavior(heap, cls)) return false;
  const Oop selector = state.as_object()->slot(heap::slots::additional_method_state::kSelector);
  auto selector_text = primitives::utf8_of(heap, selector);
  auto current = session.vm().lookup(cls, selector);
  if (!selector_text || !current || *current != method) return false;
  if (!is_one_callout(heap, *method.as_object())) return false;

  const interpreter::MethodHeader header(method.as_object());
  const compiler::MethodCode code =
      callout_code(heap, method, *selector_text, header.argument_count());
  const primitives::MethodOrigin origin{text_property(heap, method, "protocol"),
                                        text_property(heap, method, "package")};
  heap::Rooted<> rooted_function(mutator, function);
  heap::Rooted<> rooted_class(mutator, cls);
  heap::Rooted<> rooted_selector(mutator, selector);
  heap::Rooted<> old_method(mutator, method);
  primitives::ClassScope scope(mutator, rooted_class.oop());
  heap::Rooted<> replacement(mutator, primitives::make_method(mutator, code, scope, origin));
  replacement.store(1, rooted_function.oop());
  primitives::install_method(mutator, rooted_class, rooted_selector.oop(), replacement.oop());
  session.vm().flush_caches_of_method(old_method.oop());
  session.vm().flush_caches_of_selector(rooted_selector.oop());
  return true;
}

}  // namespace banter::ffi
