#include "primitives/primitive_testing.h"

#include "heap/layouts.h"
#include "primitives/big_integer.h"
#include "primitives/symbols.h"
#include "primitives/tables.h"

namespace banter::primitives {
namespace {

namespace layout = heap::slots;

constexpr std::size_t kClassSlots = 14;

struct KnownClass {
  ClassIndex index;
  Format format;
  std::size_t fixed;
};

constexpr KnownClass kKnownClasses[] = {
    {ClassIndex::kSmallInteger, Format::kForwarder, 0},
    {ClassIndex::kCharacter, Format::kForwarder, 0},
    {ClassIndex::kSmallFloat64, Format::kForwarder, 0},
    {ClassIndex::kLargeNegativeInteger, Format::kBytes, 0},
    {ClassIndex::kLargePositiveInteger, Format::kBytes, 0},
    {ClassIndex::kBoxedFloat64, Format::kWords, 0},
    {ClassIndex::kMessage, Format::kFixed, 3},
    {ClassIndex::kContext, Format::kFixedIndexable, 6},
    {ClassIndex::kFullBlockClosure, Format::kFixedIndexable, 4},
    {ClassIndex::kCompiledMethod, Format::kCompiledMethod, 0},
    {ClassIndex::kCompiledBlock, Format::kCompiledMethod, 0},
    {ClassIndex::kByteSymbol, Format::kBytes, 0},
    {ClassIndex::kWideString, Format::kWords, 0},
    {ClassIndex::kAssociation, Format::kFixed, 2},
    {ClassIndex::kPoint, Format::kFixed, 2},
    {ClassIndex::kSemaphore, Format::kFixed, 3},
    {ClassIndex::kProcess, Format::kFixed, 10},
    {ClassIndex::kMethodDictionary, Format::kFixedIndexable, 2},
    {ClassIndex::kWideSymbol, Format::kWords, 0},
    {ClassIndex::kExternalAddress, Format::kBytes, 0},
    {ClassIndex::kByteArray, Format::kBytes, 0},
    {ClassIndex::kArray, Format::kIndexable, 0},
    {ClassIndex::kByteString, Format::kBytes, 0},
    {ClassIndex::kBitmap, Format::kWords, 0},
    {ClassIndex::kUndefinedObject, Format::kNoSlots, 0},
    {ClassIndex::kFalse, Format::kNoSlots, 0},
    {ClassIndex::kTrue, Format::kNoSlots, 0},
};

Oop class_format(Format format, std::size_t fixed) {
  return Oop::small_int(static_cast<std::int64_t>(heap::to_bits(format)) << 16 |
                        static_cast<std::int64_t>(fixed));
}

}  // namespace

PrimitiveTest::PrimitiveTest(bool stress_gc) {
  heap::HeapOptions options;
  options.eden_bytes = 256u << 10;
  options.reserve_bytes = std::size_t{4} << 30;
  auto heap = Heap::create(options);
  EXPECT_TRUE(heap.ok());
  heap_ = std::move(heap).value();
  heap_->add_root_provider(&stack_);
  vm_ = interpreter::Interpreter::create(*heap_);
  heap_->set_special_objects(mutator().new_array(heap::kSpecialObjectCount)->oop());
  make_classes();
  install_all(*vm_);
  heap_->set_stress_gc(stress_gc);
}

PrimitiveTest::~PrimitiveTest() {
  heap_->set_stress_gc(false);
  EXPECT_EQ(heap_->verify(), "");
  vm_.reset();
  heap_->remove_root_provider(&stack_);
}

// Metaclass and its own metaclass know each other; every other class has a metaclass of its own.
void PrimitiveTest::make_classes() {
  Mutator& mutator = vm_->mutator();
  Rooted<> meta(mutator,
                mutator.allocate(ClassIndex::kUndefinedObject, Format::kFixed, kClassSlots));
  Rooted<> meta_meta(mutator, mutator.allocate(ClassIndex::kUndefinedObject, Format::kFixed,
                                               layout::metaclass::kSize));
  meta.store(layout::behavior::kFormat, class_format(Format::kFixed, layout::metaclass::kSize));
  meta_meta.store(layout::behavior::kFormat, class_format(Format::kFixed, kClassSlots));
  meta->set_class_index(mutator.enter_class(meta_meta.oop()));
  meta_meta->set_class_index(mutator.enter_class(meta.oop()));
  heap_->set_special(heap::Special::kClassMetaclass, meta.oop());
  for (const KnownClass& known : kKnownClasses) {
    const Oop cls = new_class(known.format, known.fixed);
    heap_->set_class_at(known.index, cls);
  }
}

Oop PrimitiveTest::new_class(Format format, std::size_t fixed) {
  Mutator& mutator = vm_->mutator();
  const Oop meta = heap_->special(heap::Special::kClassMetaclass);
  Rooted<> metaclass(mutator, mutator.new_instance(meta));
  metaclass.store(layout::behavior::kFormat, class_format(Format::kFixed, kClassSlots));
  Rooted<> cls(mutator, mutator.new_instance(metaclass.oop()));
  cls.store(layout::behavior::kFormat, class_format(format, fixed));
  metaclass.store(layout::metaclass::kThisClass, cls.oop());
  return cls.oop();
}

Oop PrimitiveTest::make_class(std::string_view name, Format format, std::size_t fixed) {
  Rooted<> cls(mutator(), new_class(format, fixed));
  cls.store(layout::klass::kName, intern(mutator(), name));
  mutator().enter_class(cls.oop());
  return cls.oop();
}

Outcome PrimitiveTest::call_function(interpreter::Primitive function,
                                     std::initializer_list<Oop> operands) {
  std::copy(operands.begin(), operands.end(), stack_.oops.begin());
  const Args args{stack_.oops.data(), static_cast<std::uint32_t>(operands.size()) - 1, *vm_};
  return function(mutator(), args);
}

Outcome PrimitiveTest::call(std::uint16_t number, std::initializer_list<Oop> operands) {
  const Entry* entry = vm_->find_primitive(number);
  EXPECT_NE(entry, nullptr) << number;
  if (entry == nullptr) return Failure::internal;
  const auto count = static_cast<int>(operands.size()) - 1;
  EXPECT_TRUE(entry->arguments < 0 || entry->arguments == count) << number;
  return call_function(entry->function, operands);
}

Outcome PrimitiveTest::call(std::string_view module, std::string_view name,
                            std::initializer_list<Oop> operands) {
  const NamedEntry* entry = vm_->find_named_primitive(module, name);
  EXPECT_NE(entry, nullptr) << name;
  if (entry == nullptr) return Failure::internal;
  const auto count = static_cast<int>(operands.size()) - 1;
  EXPECT_TRUE(entry->arguments < 0 || entry->arguments == count) << name;
  return call_function(entry->function, operands);
}

Oop PrimitiveTest::integer(std::string_view decimal) {
  return make_integer(mutator(), *parse_integer(decimal, 10));
}

Oop PrimitiveTest::array(std::initializer_list<Oop> elements) {
  heap::RootedVector values(mutator());
  for (const Oop element : elements) values.push_back(element);
  return values.to_array()->oop();
}

std::string PrimitiveTest::text(Oop oop) {
  return utf8_of(*heap_, oop).value_or("<no string>");
}
std::string PrimitiveTest::text(const Outcome& outcome) {
  return outcome.is_success() ? text(outcome.result()) : "<failure>";
}
std::string PrimitiveTest::decimal(const Outcome& outcome) {
  if (!outcome.is_success()) return "<failure>";
  const auto value = big_integer(outcome.result());
  return value ? integer_text(*value, 10) : "<no integer>";
}
double PrimitiveTest::float_of(const Outcome& outcome) {
  EXPECT_TRUE(outcome.is_success() && is_float(outcome.result()));
  return outcome.is_success() ? float_value(outcome.result()).value_or(0.0) : 0.0;
}

TEST_F(PrimitiveTest, KnowsAClassByItsMetaclass) {
  EXPECT_TRUE(is_behavior(heap(), class_at(ClassIndex::kArray)));
  EXPECT_TRUE(is_behavior(heap(), heap().class_of(class_at(ClassIndex::kArray))));
  EXPECT_TRUE(is_behavior(heap(), heap().special(heap::Special::kClassMetaclass)));
  EXPECT_FALSE(is_behavior(heap(), mutator().new_array(20)->oop()));
  EXPECT_FALSE(is_behavior(heap(), Oop::small_int(3)));
}

}  // namespace banter::primitives
