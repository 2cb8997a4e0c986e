// Identity, classes, instances, become and the heap as Smalltalk sees it.
#include <ctime>

#include "primitives/identity.h"
#include "primitives/primitive_testing.h"

namespace banter::primitives {
namespace {

class ObjectTest : public PrimitiveTest {
 protected:
  Oop small(std::int64_t value) { return Oop::small_int(value); }
};

TEST_F(ObjectTest, KnowsIdentityAndClass) {
  EXPECT_EQ(call(110, {small(3), small(3)}).result(), yes());
  EXPECT_EQ(call(110, {nil(), small(3), small(4)}).result(), no());
  EXPECT_EQ(call(169, {small(3), small(4)}).result(), yes());
  EXPECT_EQ(call(111, {small(3)}).result(), class_at(ClassIndex::kSmallInteger));
  EXPECT_EQ(call(111, {nil(), string("a")}).result(), class_at(ClassIndex::kByteString));
}

TEST_F(ObjectTest, HashesStay) {
  const Rooted<> self(mutator(), string("a"));
  const Oop hash = call(75, {self.oop()}).result();
  EXPECT_GT(hash.as_int(), 0);
  mutator().collect_full();
  EXPECT_EQ(call(75, {self.oop()}).result(), hash);
  expect_failure(call(75, {small(3)}), Failure::generic);
  EXPECT_EQ(call(171, {Oop::character('a')}).result(), small('a'));
  expect_failure(call(171, {small(3)}), Failure::bad_receiver);
  EXPECT_EQ(identity_hash(mutator(), Oop::small_float(1.0)),
            identity_hash(mutator(), Oop::small_float(1.0)));
}

TEST_F(ObjectTest, AClassHashesToItsIndex) {
  const Rooted<> cls(mutator(), make_class("Foo", Format::kFixed, 1));
  const Oop hash = call(175, {cls.oop()}).result();
  EXPECT_EQ(heap().class_at(static_cast<ClassIndex>(hash.as_int())), cls.oop());
  EXPECT_EQ(call(75, {cls.oop()}).result(), hash);
  expect_failure(call(161, {cls.oop(), small(7)}), Failure::inappropriate);
  expect_failure(call(175, {string("a")}), Failure::bad_receiver);
}

TEST_F(ObjectTest, MakesCharacters) {
  EXPECT_EQ(call(170, {small(65)}).result(), Oop::character('A'));
  EXPECT_EQ(call(170, {nil(), small(0x10FFFF)}).result(), Oop::character(0x10FFFF));
  expect_failure(call(170, {small(-1)}), Failure::bad_receiver);
  expect_failure(call(170, {nil(), small(1 << 30)}), Failure::bad_argument);
}

TEST_F(ObjectTest, ChangesClassesOfTheSameFormat) {
  const Rooted<> first(mutator(), make_class("First", Format::kFixed, 2));
  const Rooted<> second(mutator(), make_class("Second", Format::kFixed, 2));
  const Rooted<> bytes_class(mutator(), make_class("Third", Format::kBytes, 0));
  const Rooted<> self(mutator(), mutator().new_instance(first.oop()));
  EXPECT_TRUE(call(160, {second.oop(), self.oop()}).is_success());
  EXPECT_EQ(heap().class_of(self.oop()), second.oop());
  const Rooted<> model(mutator(), mutator().new_instance(first.oop()));
  EXPECT_TRUE(call(115, {self.oop(), model.oop()}).is_success());
  EXPECT_EQ(heap().class_of(self.oop()), first.oop());
  EXPECT_TRUE(call(160, {bytes_class.oop(), self.oop()}).is_failure());
  expect_failure(call(160, {first.oop(), small(3)}), Failure::bad_receiver);
}

TEST_F(ObjectTest, FreezesObjects) {
  const Rooted<> self(mutator(), string("a"));
  EXPECT_EQ(call(163, {self.oop()}).result(), no());
  EXPECT_EQ(call(164, {self.oop(), yes()}).result(), no());
  EXPECT_EQ(call(164, {self.oop(), no()}).result(), yes());
  EXPECT_EQ(call(163, {small(3)}).result(), yes());
  expect_failure(call(164, {small(3), yes()}), Failure::bad_receiver);
  expect_failure(call(164, {self.oop(), nil()}), Failure::bad_argument);
  const Oop semaphore = mutator().new_instance(class_at(ClassIndex::kSemaphore))->oop();
  expect_failure(call(164, {semaphore, yes()}), Failure::inappropriate);
}

TEST_F(ObjectTest, PinnedObjectsStay) {
  const Rooted<> self(mutator(), bytes("abc"));
  EXPECT_EQ(call(184, {self.oop(), yes()}).result(), no());
  const Oop before = self.oop();
  mutator().collect_full();
  EXPECT_EQ(self.oop(), before);
  EXPECT_EQ(call(183, {self.oop()}).result(), yes());
  EXPECT_EQ(call(184, {self.oop(), no()}).result(), yes());
  expect_failure(call(183, {small(3)}), Failure::bad_receiver);
}

TEST_F(ObjectTest, MakesInstances) {
  const Rooted<> cls(mutator(), make_class("Foo", Format::kFixed, 2));
  EXPECT_EQ(call(70, {cls.oop()}).result().as_object()->slot_count(), 2u);
  const Oop array_class = class_at(ClassIndex::kArray);
  expect_failure(call(70, {array_class}), Failure::bad_receiver);
  EXPECT_EQ(call(71, {array_class, small(300)}).result().as_object()->slot_count(), 300u);
  EXPECT_EQ(call(71, {nil(), array_class, small(3)}).result().as_object()->slot_count(), 3u);
  expect_failure(call(71, {array_class, small(-1)}), Failure::bad_argument);
  expect_failure(call(71, {array_class, nil()}), Failure::bad_argument);
  expect_failure(call(71, {array_class, small(std::int64_t{1} << 50)}), Failure::no_memory);
  expect_failure(call(71, {array_class, small(std::int64_t{1} << 45)}), Failure::no_memory);
  expect_failure(call(71, {array_class, integer("99999999999999999999")}), Failure::no_memory);
  expect_failure(call(71, {cls.oop(), small(1)}), Failure::bad_receiver);
  expect_failure(call(70, {class_at(ClassIndex::kSmallInteger)}), Failure::bad_receiver);
  expect_failure(call(70, {string("no class")}), Failure::bad_receiver);
  expect_failure(call(71, {class_at(ClassIndex::kCompiledMethod), small(8)}),
                 Failure::bad_receiver);
  const Outcome pinned = call(599, {class_at(ClassIndex::kByteArray), small(10)});
  EXPECT_TRUE(pinned.result().as_object()->is_pinned());
  EXPECT_FALSE(heap().is_young(call(597, {class_at(ClassIndex::kByteArray), small(10)}).result()));
}

TEST_F(ObjectTest, FindsInstances) {
  const Rooted<> cls(mutator(), make_class("Foo", Format::kFixed, 1));
  EXPECT_EQ(call(177, {cls.oop()}).result().as_object()->slot_count(), 0u);
  expect_failure(call(77, {cls.oop()}), Failure::generic);
  const Rooted<> one(mutator(), mutator().new_instance(cls.oop()));
  const Rooted<> two(mutator(), mutator().new_instance(cls.oop()));
  EXPECT_EQ(call(177, {cls.oop()}).result().as_object()->slot_count(), 2u);
  const Oop first = call(77, {cls.oop()}).result();
  const Oop second = call(78, {first}).result();
  EXPECT_NE(first, second);
  expect_failure(call(78, {second}), Failure::generic);
}

TEST_F(ObjectTest, ChangesPlaces) {
  const Rooted<> one(mutator(), string("one"));
  const Rooted<> two(mutator(), string("two more"));
  const Rooted<> left(mutator(), array({one.oop()}));
  const Rooted<> right(mutator(), array({two.oop()}));
  EXPECT_EQ(call(128, {left.oop(), right.oop()}).result(), left.oop());
  EXPECT_EQ(text(one.oop()), "two more");
  EXPECT_EQ(text(two.oop()), "one");
  const Rooted<> from(mutator(), array({one.oop()}));
  const Rooted<> to(mutator(), array({two.oop()}));
  EXPECT_TRUE(call(72, {from.oop(), to.oop()}).is_success());
  EXPECT_EQ(one.oop(), two.oop());
}

TEST_F(ObjectTest, RefusesBadExchanges) {
  const Rooted<> self(mutator(), array({string("a")}));
  expect_failure(call(128, {nil(), self.oop()}), Failure::bad_receiver);
  expect_failure(call(128, {self.oop(), nil()}), Failure::bad_argument);
  expect_failure(call(128, {self.oop(), mutator().new_array(2)->oop()}), Failure::bad_argument);
  const Rooted<> immediate(mutator(), array({small(3)}));
  expect_failure(call(128, {self.oop(), immediate.oop()}), Failure::inappropriate);
  const Rooted<> special(mutator(), array({nil()}));
  expect_failure(call(128, {self.oop(), special.oop()}), Failure::inappropriate);
  expect_failure(call(72, {special.oop(), self.oop()}), Failure::inappropriate);
  self->slot(0).as_object()->set_immutable(true);
  const Rooted<> other(mutator(), array({string("b")}));
  expect_failure(call(128, {self.oop(), other.oop()}), Failure::no_modification);
  expect_failure(call(249, {self.oop(), other.oop(), small(1)}), Failure::bad_argument);
}

TEST_F(ObjectTest, TellsAboutTheHeap) {
  EXPECT_TRUE(call(130, {nil()}).is_success());
  EXPECT_GT(call(112, {nil()}).result().as_int(), 0);
  EXPECT_EQ(call(129, {nil()}).result(), heap().special_objects());
  expect_failure(call(172, {nil()}), Failure::not_found);
  EXPECT_EQ(call(176, {nil()}).result(), small(0x3FFFFF));
  EXPECT_EQ(call(182, {mutator().new_array(3)->oop()}).result(), small(32));
  EXPECT_EQ(call(231, {mutator().new_array(3)->oop()}).result(), small(2));
  EXPECT_EQ(call("primitiveVerifyHeap", {nil()}).result(), nil());
  const Outcome statistics = call("primitiveHeapStatistics", {nil()});
  EXPECT_EQ(statistics.result().as_object()->slot_count() % 2, 0u);
}

TEST_F(ObjectTest, MournsEphemerons) {
  const Rooted<> cls(mutator(), make_class("Guard", Format::kEphemeron, 2));
  const Rooted<> guard(mutator(), mutator().new_instance(cls.oop()));
  heap().store(guard.get(), 0, string("nobody else has me"));
  mutator().collect_full();
  EXPECT_EQ(call(172, {nil()}).result(), guard.oop());
  expect_failure(call(172, {nil()}), Failure::not_found);
}

TEST_F(ObjectTest, AnswersParametersAndAttributes) {
  EXPECT_EQ(call(254, {nil(), small(40)}).result(), small(8));
  EXPECT_EQ(call(254, {nil(), small(41)}).result(), small(68021));
  EXPECT_EQ(call(254, {nil()}).result().as_object()->slot_count(), 86u);
  expect_failure(call(254, {nil(), small(87)}), Failure::bad_index);
  expect_failure(call(254, {nil(), small(40), small(4)}), Failure::no_modification);
  EXPECT_EQ(text(call(149, {nil(), small(1001)})), "unix");
  EXPECT_NE(text(call(149, {nil(), small(1003)})), "");
  EXPECT_EQ(text(call(149, {nil(), small(500)})), "");
  EXPECT_EQ(text(call(121, {nil(), string("/tmp/a.image")})), "/tmp/a.image");
  EXPECT_EQ(text(call(121, {nil()})), "/tmp/a.image");
}

TEST_F(ObjectTest, TellsTheTime) {
  const std::int64_t now = call(240, {nil()}).result().as_int();
  const std::int64_t unix_now = std::int64_t{std::time(nullptr)} * 1'000'000;
  EXPECT_NEAR(static_cast<double>(now - 2177452800'000'000), static_cast<double>(unix_now), 5e6);
  EXPECT_LT(call(135, {nil()}).result().as_int(), 1 << 29);
  const Outcome pair = call(244, {nil()});
  EXPECT_EQ(pair.result().as_object()->slot_count(), 2u);
  expect_failure(call(244, {nil(), string("ab")}), Failure::bad_argument);
}

}  // namespace
}  // namespace banter::primitives
