// primitive_testing.h -- what the tests of this layer share: a VM with the classes that the virtual
// machine knows, and calls of primitives by number or name as a method would make them.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "heap/rooted.h"
#include "interpreter/interpreter.h"
#include "primitives/values.h"

namespace banter::primitives {

// Receiver and arguments of a call, where collections see them.
struct TestStack final : heap::RootProvider {
  void visit_roots(heap::OopVisitor& visitor) override {
    visitor.visit_range(oops.data(), oops.data() + oops.size());
  }
  std::array<Oop, 16> oops{};
};

class PrimitiveTest : public testing::Test {
 protected:
  explicit PrimitiveTest(bool stress_gc = false);
  ~PrimitiveTest() override;

  Heap& heap() { return *heap_; }
  Mutator& mutator() { return vm_->mutator(); }
  interpreter::Interpreter& vm() { return *vm_; }
  Oop nil() { return heap_->nil(); }
  Oop yes() { return heap_->true_object(); }
  Oop no() { return heap_->false_object(); }

  // `operands` begins with the receiver. The primitive must exist and take that many.
  Outcome call(std::uint16_t number, std::initializer_list<Oop> operands);
  Outcome call(std::string_view module, std::string_view name, std::initializer_list<Oop> operands);
  // Of module Banter.
  Outcome call(std::string_view name, std::initializer_list<Oop> operands) {
    return call("Banter", name, operands);
  }
  Outcome call_function(interpreter::Primitive function, std::initializer_list<Oop> operands);

  // Values. Each may collect: keep the result in a Rooted, or hand it over at once.
  Oop string(std::string_view utf8) { return make_string(mutator(), utf8); }
  Oop bytes(std::string_view bytes) { return make_byte_array(mutator(), bytes); }
  Oop integer(std::string_view decimal);
  Oop number(std::int64_t value) { return mutator().new_integer(value); }
  Oop floating(double value) { return mutator().new_float(value); }
  Oop array(std::initializer_list<Oop> elements);
  // What a String, Symbol or ByteArray holds.
  std::string text(Oop oop);
  std::string text(const Outcome& outcome);
  // The decimal text of an Integer.
  std::string decimal(const Outcome& outcome);
  double float_of(const Outcome& outcome);

  // A class of its own for instances of a format, known to the class table.
  Oop make_class(std::string_view name, Format format, std::size_t fixed);
  Oop class_at(ClassIndex index) { return heap_->class_at(index); }

 private:
  void make_classes();
  Oop new_class(Format format, std::size_t fixed);

  std::unique_ptr<Heap> heap_;
  std::unique_ptr<interpreter::Interpreter> vm_;
  TestStack stack_;
};

// The same with a collection at every allocation.
class StressedPrimitiveTest : public PrimitiveTest {
 protected:
  StressedPrimitiveTest() : PrimitiveTest(true) {}
};

inline void expect_failure(const Outcome& outcome, Failure failure) {
  ASSERT_TRUE(outcome.is_failure());
  EXPECT_EQ(static_cast<int>(outcome.failure()), static_cast<int>(failure));
}

}  // namespace banter::primitives
