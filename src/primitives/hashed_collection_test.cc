#include <map>
#include <random>

#include "primitives/primitive_testing.h"
#include "primitives/symbols.h"

namespace banter::primitives {
namespace {

// Collections are Points here: slot 0 the tally, slot 1 the array.
class HashedCollectionTest : public PrimitiveTest {
 protected:
  Oop small(std::int64_t value) { return Oop::small_int(value); }
  Oop collection(std::size_t size) {
    Rooted<> entries(mutator(), mutator().new_array(size));
    return mutator().new_point(Oop::small_int(0), entries.oop())->oop();
  }
  std::int64_t tally(Oop oop) { return oop.as_object()->slot(0).as_int(); }
};

TEST_F(HashedCollectionTest, ADictionaryKeepsWhatItWasGiven) {
  for (const std::size_t size : {16u, 13u}) {
    const Rooted<> self(mutator(), collection(size));
    const Oop at_most = small(static_cast<std::int64_t>(size) * 3 / 4);
    std::map<std::int64_t, std::int64_t> shadow;
    std::mt19937 random(1);
    for (int i = 0; i < 200; ++i) {
      const std::int64_t key = static_cast<std::int64_t>(random() % 40) - 20;
      const Outcome outcome = call("primitiveDictionaryAtPut", {self.oop(), small(key), small(i)});
      if (shadow.contains(key) || static_cast<std::int64_t>(shadow.size()) < at_most.as_int()) {
        ASSERT_TRUE(outcome.is_success());
        shadow[key] = i;
      } else {
        expect_failure(outcome, Failure::limit);
      }
      ASSERT_EQ(tally(self.oop()), static_cast<std::int64_t>(shadow.size()));
    }
    for (std::int64_t key = -20; key < 20; ++key) {
      const Outcome outcome = call("primitiveDictionaryAt", {self.oop(), small(key)});
      if (shadow.contains(key)) {
        ASSERT_EQ(outcome.result(), small(shadow[key]));
      } else {
        expect_failure(outcome, Failure::not_found);
      }
      ASSERT_EQ(call("primitiveDictionaryIncludesKey", {self.oop(), small(key)}).result(),
                heap().boolean(shadow.contains(key)));
    }
  }
}

TEST_F(HashedCollectionTest, EqualStringsAndSymbolsAreOneKey) {
  const Rooted<> self(mutator(), collection(8));
  EXPECT_TRUE(call("primitiveDictionaryAtPut", {self.oop(), string("abc"), small(1)}).is_success());
  EXPECT_EQ(call("primitiveDictionaryAt", {self.oop(), intern(mutator(), "abc")}).result(),
            small(1));
  EXPECT_EQ(call("primitiveDictionaryAt", {self.oop(), string("abc"), nil()}).result(), small(1));
  expect_failure(call("primitiveIdentityDictionaryAt", {self.oop(), string("abc")}),
                 Failure::not_found);
}

TEST_F(HashedCollectionTest, AWholeFloatMeetsItsInteger) {
  const Rooted<> self(mutator(), collection(8));
  Rooted<> entries(mutator(), self->slot(1));
  entries.store(3, floating(3.0));
  EXPECT_EQ(call("primitiveSetIncludes", {self.oop(), small(3)}).result(), yes());
  entries.store(3, floating(3.5));
  EXPECT_EQ(call("primitiveSetIncludes", {self.oop(), small(3)}).result(), no());
}

TEST_F(HashedCollectionTest, UnknownKeysAreLeftToTheImage) {
  const Rooted<> self(mutator(), collection(8));
  const Rooted<> unknown(mutator(), mutator().new_point(small(1), small(2)));
  expect_failure(call("primitiveDictionaryScan", {self.oop(), unknown.oop()}), Failure::generic);
  Rooted<> entries(mutator(), self->slot(1));
  entries.store(3, unknown.oop());  // no association with a known key
  expect_failure(call("primitiveSetScan", {self.oop(), small(3)}), Failure::generic);
  EXPECT_EQ(call("primitiveIdentitySetScan", {self.oop(), small(3)}).result(), small(5));
  expect_failure(call("primitiveDictionaryAt", {string("no dictionary"), small(1)}),
                 Failure::generic);
}

TEST_F(HashedCollectionTest, AFullArrayIsNoEndlessLoop) {
  const Rooted<> self(mutator(), collection(3));
  Rooted<> entries(mutator(), self->slot(1));
  for (std::size_t i = 0; i < 3; ++i) entries.store(i, small(static_cast<std::int64_t>(10 + i)));
  expect_failure(call("primitiveSetScan", {self.oop(), small(1)}), Failure::limit);
  expect_failure(call("primitiveSetAdd", {self.oop(), small(1)}), Failure::limit);
  EXPECT_EQ(call("primitiveSetIncludes", {self.oop(), small(1)}).result(), no());
}

TEST_F(HashedCollectionTest, ASetTakesEachElementOnce) {
  const Rooted<> self(mutator(), collection(8));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(call("primitiveSetAdd", {self.oop(), small(7)}).result(), small(7));
    EXPECT_TRUE(call("primitiveSetAdd", {self.oop(), string("abc")}).is_success());
  }
  EXPECT_EQ(tally(self.oop()), 2);
  expect_failure(call("primitiveSetAdd", {self.oop(), nil()}), Failure::bad_argument);
  self->set_immutable(true);
  expect_failure(call("primitiveSetAdd", {self.oop(), small(8)}), Failure::no_modification);
}

TEST_F(HashedCollectionTest, IdentityTakesEverything) {
  const Rooted<> self(mutator(), collection(16));
  const Rooted<> cls(mutator(), make_class("Foo", Format::kFixed, 0));
  const Rooted<> object(mutator(), mutator().new_point(small(1), small(2)));
  for (const Oop key : {cls.oop(), object.oop(), yes(), Oop::character('x')}) {
    EXPECT_TRUE(call("primitiveIdentityDictionaryAtPut", {self.oop(), key, small(1)}).is_success());
  }
  mutator().collect_full();
  for (const Oop key : {cls.oop(), object.oop(), yes(), Oop::character('x')}) {
    EXPECT_EQ(call("primitiveIdentityDictionaryAt", {self.oop(), key}).result(), small(1));
  }
  EXPECT_EQ(call("primitiveIdentityDictionaryIncludesKey", {self.oop(), small(4)}).result(), no());
}

TEST_F(HashedCollectionTest, AnOrderedCollectionTakesElementsAtItsEnd) {
  const Rooted<> cls(mutator(), make_class("Ordered", Format::kFixed, 3));
  const Rooted<> self(mutator(), mutator().new_instance(cls.oop()));
  self.get()->init_slot(1, small(1));
  self.get()->init_slot(2, small(0));
  heap().store(self.get(), 0, mutator().new_array(2)->oop());
  EXPECT_EQ(call("primitiveOrderedCollectionAdd", {self.oop(), small(8)}).result(), small(8));
  EXPECT_EQ(call("primitiveOrderedCollectionAdd", {self.oop(), nil()}).result(), nil());
  EXPECT_EQ(self->slot(2), small(2));
  EXPECT_EQ(self->slot(0).as_object()->slot(0), small(8));
  expect_failure(call("primitiveOrderedCollectionAdd", {self.oop(), small(9)}), Failure::limit);
  expect_failure(call("primitiveOrderedCollectionAdd", {string("abc"), small(9)}),
                 Failure::generic);
}

}  // namespace
}  // namespace banter::primitives
