// interpreter_testing.h -- a virtual machine over a heap of a few classes, and methods by hand.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <string_view>
#include <vector>

#include "heap/heap_testing.h"
#include "interpreter/interpreter.h"
#include "interpreter/method.h"

namespace banter::interpreter {

namespace slots = heap::slots;
using heap::ClassIndex;
using heap::Format;
using heap::Object;
using heap::Rooted;
using heap::Special;

// Bytecodes by name, as the tests write them.
namespace code {
constexpr std::uint8_t push_ivar(int i) {
  return static_cast<std::uint8_t>(i);
}
constexpr std::uint8_t push_global(int i) {
  return static_cast<std::uint8_t>(16 + i);
}
constexpr std::uint8_t push_literal(int i) {
  return static_cast<std::uint8_t>(32 + i);
}
constexpr std::uint8_t push_temp(int i) {
  return static_cast<std::uint8_t>(64 + i);
}
constexpr std::uint8_t pop_temp(int i) {
  return static_cast<std::uint8_t>(208 + i);
}
constexpr std::uint8_t send0(int i) {
  return static_cast<std::uint8_t>(128 + i);
}
constexpr std::uint8_t send1(int i) {
  return static_cast<std::uint8_t>(144 + i);
}
constexpr std::uint8_t jump_if_false(int by) {
  return static_cast<std::uint8_t>(192 + by - 1);
}
constexpr std::uint8_t kSelf = 76, kTrue = 77, kFalse = 78, kNil = 79, kZero = 80, kOne = 81;
constexpr std::uint8_t kThisContext = 82, kReturnSelf = 88, kReturnTop = 92, kBlockReturnTop = 94;
constexpr std::uint8_t kAdd = 96, kSubtract = 97, kLess = 98, kLessOrEqual = 100, kPop = 216;
constexpr std::uint8_t kValue = 121, kClosure = 249, kPrimitive = 248, kPopError = 245;
}  // namespace code

class InterpreterTest : public heap::HeapTest {
 protected:
  explicit InterpreterTest(InterpreterOptions options = {}) {
    set_up_image();
    vm_ = Interpreter::create(heap(), options);
  }
  ~InterpreterTest() override { vm_.reset(); }

  Interpreter& vm() { return *vm_; }
  std::vector<Oop>& roots() { return roots_.oops; }
  // Index into roots(), so that it survives collections.
  std::size_t keep_at(Oop oop) {
    roots().push_back(oop);
    return roots().size() - 1;
  }

  // Symbols of the tests are plain byte objects, one for each text.
  std::size_t symbol(std::string_view text) {
    for (const auto& [known, index] : symbols_)
      if (known == text) return index;
    symbols_.emplace_back(text, keep_at(mutator().new_string(text)));
    heap().identity_hash(roots()[symbols_.back().second].as_object());
    return symbols_.back().second;
  }
  Oop selector(std::string_view text) { return roots()[symbol(text)]; }

  struct Code {
    unsigned arguments = 0;
    unsigned temps = 0;                 // arguments included
    std::vector<std::size_t> literals;  // indices into roots()
    std::vector<std::uint8_t> bytes;
    bool primitive = false;
  };
  // Index of the compiled object; `binding` (index) is added as the last literal, two in all.
  std::size_t compile(const Code& code, ClassIndex index = ClassIndex::kCompiledMethod) {
    const std::size_t literals = code.literals.size() + 2;
    const auto header =
        static_cast<std::int64_t>(literals | (code.primitive ? 1u << 16 : 0u) | 1u << 17 |
                                  code.temps << 18 | code.arguments << 24);
    const std::size_t size = (1 + literals) * Object::kSlotBytes + code.bytes.size();
    Object* method = mutator().new_method(heap().class_at(index), Oop::small_int(header), size);
    for (std::size_t i = 0; i < code.literals.size(); ++i)
      heap().store(method, 1 + i, roots()[code.literals[i]]);
    std::copy(code.bytes.begin(), code.bytes.end(),
              method->bytes() + (1 + literals) * Object::kSlotBytes);
    return keep_at(method->oop());
  }
  std::size_t block(const Code& code) { return compile(code, ClassIndex::kCompiledBlock); }

  void define(ClassIndex cls, std::string_view name, std::size_t method) {
    const std::size_t key = symbol(name);
    Object* dictionary =
        heap().class_at(cls).as_object()->slot(slots::behavior::kMethodDict).as_object();
    const auto n =
        static_cast<std::size_t>(dictionary->slot(slots::method_dictionary::kTally).as_int());
    heap().store(dictionary, slots::method_dictionary::kFirstKey + n, roots()[key]);
    heap().store(dictionary->slot(slots::method_dictionary::kMethods).as_object(), n,
                 roots()[method]);
    heap().store(dictionary, slots::method_dictionary::kTally,
                 Oop::small_int(static_cast<std::int64_t>(n) + 1));
  }
  void define(ClassIndex cls, std::string_view name, const Code& code) {
    define(cls, name, compile(code));
  }

  Result<Oop> run(Oop receiver, std::string_view name, std::initializer_list<Oop> arguments = {}) {
    return vm().run(receiver, selector(name), std::vector<Oop>(arguments));
  }
  std::int64_t integer(Result<Oop> result) {
    EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().message);
    EXPECT_TRUE(result.ok() && result.value().is_small_int());
    return result.ok() && result.value().is_small_int() ? result.value().as_int() : INT64_MIN;
  }
  Oop semaphore() {
    Object* object =
        mutator().allocate(ClassIndex::kSemaphore, Format::kFixed, slots::semaphore::kSize);
    heap().store(object, slots::semaphore::kExcessSignals, Oop::small_int(0));
    return object->oop();
  }

 private:
  void give_class(ClassIndex index, Format format, std::size_t fixed) {
    const Oop cls = make_class(format, fixed);
    heap().set_class_at(index, cls);
  }
  void set_up_image() {
    give_class(ClassIndex::kCompiledBlock, Format::kCompiledMethod, 0);
    give_class(ClassIndex::kContext, Format::kFixedIndexable, slots::context::kFirstTemp);
    give_class(ClassIndex::kFullBlockClosure, Format::kFixedIndexable,
               slots::full_block_closure::kFirstCopied);
    give_class(ClassIndex::kMessage, Format::kFixed, slots::message::kSize);
    give_class(ClassIndex::kProcess, Format::kFixed, slots::process::kSize);
    give_class(ClassIndex::kSemaphore, Format::kFixed, slots::semaphore::kSize);
    for (const ClassIndex index :
         {ClassIndex::kSmallInteger, ClassIndex::kFullBlockClosure, ClassIndex::kContext,
          ClassIndex::kProcess, ClassIndex::kSemaphore, ClassIndex::kUndefinedObject,
          ClassIndex::kArray}) {
      Rooted<> methods(mutator(), mutator().new_array(8));
      Rooted<> dictionary(mutator(),
                          mutator().allocate(ClassIndex::kArray, Format::kIndexable, 10));
      dictionary.store(slots::method_dictionary::kTally, Oop::small_int(0));
      dictionary.store(slots::method_dictionary::kMethods, methods.oop());
      heap().store(heap().class_at(index).as_object(), slots::behavior::kMethodDict,
                   dictionary.oop());
    }
    heap().set_special(Special::kClassSemaphore, heap().class_at(ClassIndex::kSemaphore));
    heap().set_special(Special::kSelectorDoesNotUnderstand, selector("doesNotUnderstand:"));
    heap().set_special(Special::kSelectorCannotReturn, selector("cannotReturn:"));
    heap().set_special(Special::kSelectorStackOverflow, selector("stackOverflow"));
    heap().set_special(Special::kSelectorOutOfMemory, selector("outOfMemory"));
    heap().set_special(Special::kSelectorEndForLackOfRoom, selector("endForLackOfRoom"));
    set_up_special_selectors();
    Rooted<> lists(mutator(), mutator().new_array(80));
    for (std::size_t i = 0; i < 80; ++i)
      lists.store(i, mutator().allocate(ClassIndex::kArray, Format::kIndexable, 2)->oop());
    Rooted<> scheduler(mutator(), mutator().new_array(2));
    scheduler.store(slots::scheduler::kQuiescentProcessLists, lists.oop());
    heap().set_special(Special::kSchedulerAssociation,
                       mutator().new_association(heap().nil(), scheduler.oop())->oop());
  }
  void set_up_special_selectors() {
    static constexpr std::string_view kNames[] = {
        "+",   "-",       "<",      ">",    "<=",        ">=",    "=",       "~=",
        "*",   "/",       "\\\\",   "@",    "bitShift:", "//",    "bitAnd:", "bitOr:",
        "at:", "at:put:", "size",   "next", "nextPut:",  "atEnd", "==",      "class",
        "~~",  "value",   "value:", "do:",  "new",       "new:",  "x",       "y"};
    Rooted<> table(mutator(), mutator().new_array(64));
    for (std::size_t k = 0; k < 32; ++k) {
      const std::size_t index = symbol(kNames[k]);
      table.store(2 * k, roots()[index]);
      table.store(2 * k + 1, Oop::small_int(k < 16 ? 1 : k == 17 ? 2 : 0));
    }
    heap().set_special(Special::kSpecialSelectors, table.oop());
  }

  std::vector<std::pair<std::string, std::size_t>> symbols_;
  std::unique_ptr<Interpreter> vm_;
};

}  // namespace banter::interpreter
