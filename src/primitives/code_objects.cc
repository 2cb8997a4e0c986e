#include "primitives/code_objects.h"

#include <algorithm>
#include <cstring>

#include "heap/layouts.h"
#include "primitives/image_tables.h"
#include "primitives/symbols.h"
#include "primitives/values.h"

namespace banter::primitives {

using heap::RootedVector;
using heap::Special;
namespace layout = heap::slots;

namespace {

// A method ends with the five bytes in which others keep a pointer to its source.
constexpr std::size_t kMethodTrailerBytes = 5;

Oop make_integer(Mutator& mutator, const compiler::Integer& integer) {
  if (integer.is_small()) return Oop::small_int(integer.small_value());
  Object* large = mutator.new_bytes(
      integer.negative ? ClassIndex::kLargeNegativeInteger : ClassIndex::kLargePositiveInteger,
      integer.magnitude.size());
  std::memcpy(large->bytes(), integer.magnitude.data(), integer.magnitude.size());
  return large->oop();
}

Oop global_class(Mutator& mutator, std::string_view name) {
  const Oop symbol = intern(mutator, name);
  Heap& heap = mutator.heap();
  const auto found = identity_dictionary_find(heap, heap.special(Special::kSmalltalk), symbol);
  BANTER_CHECK(found, "the image has no class {}", name);
  return found->as_object()->slot(layout::association::kValue);
}

// A Fraction (numerator, denominator) or a ScaledDecimal (fraction, scale): the image's classes.
Oop make_fraction(Mutator& mutator, const compiler::Integer& numerator,
                  const compiler::Integer& denominator) {
  Rooted<> above(mutator, make_integer(mutator, numerator));
  Rooted<> below(mutator, make_integer(mutator, denominator));
  Object* fraction = mutator.new_instance(global_class(mutator, "Fraction"));
  mutator.heap().store(fraction, 0, above.oop());
  mutator.heap().store(fraction, 1, below.oop());
  return fraction->oop();
}

Oop make_scaled_decimal(Mutator& mutator, const compiler::ScaledDecimal& decimal) {
  const bool whole = decimal.denominator == compiler::Integer::from(1);
  Rooted<> value(mutator, whole ? make_integer(mutator, decimal.numerator)
                                : make_fraction(mutator, decimal.numerator, decimal.denominator));
  Object* object = mutator.new_instance(global_class(mutator, "ScaledDecimal"));
  mutator.heap().store(object, 0, value.oop());
  mutator.heap().store(object, 1, Oop::small_int(decimal.scale));
  return object->oop();
}

Oop make_array(Mutator& mutator, const compiler::Literal::Array& elements) {
  RootedVector values(mutator);
  for (const compiler::Literal& element : elements)
    values.push_back(make_literal(mutator, element));
  return values.to_array()->oop();
}

Oop make_bytes(Mutator& mutator, const compiler::ByteArray& array) {
  Object* object = mutator.new_bytes(ClassIndex::kByteArray, array.bytes.size());
  std::copy(array.bytes.begin(), array.bytes.end(), object->bytes());
  return object->oop();
}

// Makes one method and its blocks.
class MethodMaker {
 public:
  MethodMaker(Mutator& mutator, const compiler::MethodCode& code, const ClassScope& scope,
              const MethodOrigin& origin)
      : mutator_(mutator), code_(code), scope_(scope), origin_(origin), class_binding_(mutator) {}

  Oop make() {
    class_binding_ = find_class_binding();
    Rooted<> method(mutator_, allocate(code_, ClassIndex::kCompiledMethod, code_.primitive != 0,
                                       kMethodTrailerBytes));
    fill(method, code_);
    return method.oop();
  }

 private:
  Object* allocate(const compiler::Code& code, ClassIndex index, bool has_primitive,
                   std::size_t trailer) {
    const std::size_t bytes =
        (1 + code.literals.size()) * Object::kSlotBytes + code.bytecodes.size() + trailer;
    Object* object = mutator_.new_method(mutator_.heap().class_at(index),
                                         method_header(code, has_primitive), bytes);
    BANTER_CHECK(object != nullptr, "class {} is not one of compiled code", to_index(index));
    std::copy(code.bytecodes.begin(), code.bytecodes.end(),
              object->bytes() + (1 + code.literals.size()) * Object::kSlotBytes);
    return object;
  }

  void fill(const Rooted<>& object, const compiler::Code& code, Oop outer = Oop{}) {
    Rooted<> outer_code(mutator_, outer == Oop{} ? mutator_.nil() : outer);
    for (std::size_t i = 0; i < code.literals.size(); ++i) {
      const Oop value = literal(code.literals[i], object, outer_code);
      mutator_.heap().store(object.get(), 1 + i, value);
    }
  }

  Oop literal(const compiler::Literal& literal, const Rooted<>& self, const Rooted<>& outer) {
    if (const auto* binding = std::get_if<compiler::Binding>(&literal.value))
      return scope_.association(*binding);
    if (const auto* block = std::get_if<compiler::Literal::Block>(&literal.value)) {
      Rooted<> object(mutator_, allocate(**block, ClassIndex::kCompiledBlock, false, 0));
      fill(object, **block, self.oop());
      return object.oop();
    }
    if (std::holds_alternative<compiler::ClassBinding>(literal.value)) return class_binding_.oop();
    if (std::holds_alternative<compiler::OuterCode>(literal.value)) return outer.oop();
    if (std::holds_alternative<compiler::MethodState>(literal.value)) return make_state(self);
    return make_literal(mutator_, literal);
  }

  // The binding of the class in the globals; a metaclass or a class without a name gets one of its
  // own. Code without a class belongs to UndefinedObject.
  Oop find_class_binding() {
    Heap& heap = mutator_.heap();
    Oop behavior = scope_.behavior();
    if (behavior == heap.nil()) behavior = heap.class_of(heap.nil());
    if (behavior.as_object()->slot_count() > layout::klass::kName) {
      const Oop name = behavior.as_object()->slot(layout::klass::kName);
      const auto found = identity_dictionary_find(heap, heap.special(Special::kSmalltalk), name);
      if (found && found->as_object()->slot(layout::association::kValue) == behavior) return *found;
    }
    return mutator_.new_association(mutator_.nil(), behavior)->oop();
  }

  void add_property(RootedVector& properties, std::string_view key, Oop value) {
    Rooted<> kept(mutator_, value);
    const Oop symbol = intern(mutator_, key);
    properties.push_back(mutator_.new_association(symbol, kept.oop())->oop());
  }

  void add_pragma(RootedVector& properties, const compiler::Pragma& pragma,
                  const Rooted<>& method) {
    Rooted<> arguments(mutator_, make_array(mutator_, pragma.arguments));
    Rooted<> selector(mutator_, intern(mutator_, pragma.selector));
    Heap& heap = mutator_.heap();
    Object* object = mutator_.new_instance(heap.special(Special::kClassPragma));
    heap.store(object, layout::pragma::kMethod, method.oop());
    heap.store(object, layout::pragma::kSelector, selector.oop());
    heap.store(object, layout::pragma::kArguments, arguments.oop());
    properties.push_back(object->oop());
  }

  Oop make_state(const Rooted<>& method) {
    RootedVector properties(mutator_);
    add_property(properties, "source", mutator_.new_string(code_.source));
    add_property(properties, "file", mutator_.new_string(code_.file));
    add_property(properties, "line", Oop::small_int(code_.line));
    add_property(properties, "protocol", intern(mutator_, origin_.protocol));
    add_property(properties, "package", mutator_.new_string(origin_.package));
    for (const compiler::Pragma& pragma : code_.pragmas) add_pragma(properties, pragma, method);
    Rooted<> selector(mutator_, intern(mutator_, code_.selector));
    Heap& heap = mutator_.heap();
    namespace state = layout::additional_method_state;
    Object* object = mutator_.new_instance(heap.special(Special::kClassAdditionalMethodState),
                                           properties.size());
    heap.store(object, state::kMethod, method.oop());
    heap.store(object, state::kSelector, selector.oop());
    for (std::size_t i = 0; i < properties.size(); ++i)
      heap.store(object, state::kFirstProperty + i, properties[i]);
    return object->oop();
  }

  Mutator& mutator_;
  const compiler::MethodCode& code_;
  const ClassScope& scope_;
  const MethodOrigin& origin_;
  Rooted<> class_binding_;
};

}  // namespace

Oop method_header(const compiler::Code& code, bool has_primitive) {
  std::uint64_t bits = code.literals.size();
  if (has_primitive) bits |= 1u << 16;
  if (code.large_frame) bits |= 1u << 17;
  bits |= std::uint64_t{code.num_temps} << 18;
  bits |= std::uint64_t{code.num_args} << 24;
  // The sign bit of a SmallInteger: 61 bits, so bit 60 and all above it.
  return Oop::small_int(static_cast<std::int64_t>(bits | ~std::uint64_t{0} << 60));
}

Oop make_literal(Mutator& mutator, const compiler::Literal& literal) {
  Heap& heap = mutator.heap();
  return std::visit(
      [&](const auto& value) -> Oop {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<T, compiler::Nil>) {
          return heap.nil();
        } else if constexpr (std::is_same_v<T, bool>) {
          return heap.boolean(value);
        } else if constexpr (std::is_same_v<T, double>) {
          return mutator.new_float(value);
        } else if constexpr (std::is_same_v<T, compiler::Integer>) {
          return make_integer(mutator, value);
        } else if constexpr (std::is_same_v<T, compiler::Fraction>) {
          return make_fraction(mutator, value.numerator, value.denominator);
        } else if constexpr (std::is_same_v<T, compiler::ScaledDecimal>) {
          return make_scaled_decimal(mutator, value);
        } else if constexpr (std::is_same_v<T, compiler::Character>) {
          return Oop::character(value.code_point);
        } else if constexpr (std::is_same_v<T, compiler::String>) {
          return mutator.new_string(value.utf8);
        } else if constexpr (std::is_same_v<T, compiler::Symbol>) {
          return intern(mutator, value.utf8);
        } else if constexpr (std::is_same_v<T, compiler::ByteArray>) {
          return make_bytes(mutator, value);
        } else if constexpr (std::is_same_v<T, compiler::Literal::Array>) {
          return make_array(mutator, value);
        } else {
          BANTER_CHECK(false, "a literal that only a method has");
        }
      },
      literal.value);
}

Oop make_method(Mutator& mutator, const compiler::MethodCode& code, const ClassScope& scope,
                const MethodOrigin& origin) {
  return MethodMaker(mutator, code, scope, origin).make();
}

}  // namespace banter::primitives
