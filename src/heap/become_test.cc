#include <set>

#include "heap/heap_testing.h"

namespace banter::heap {
namespace {

class BecomeTest : public HeapTest {
 protected:
  BecomeError become(std::vector<Oop> left, std::vector<Oop> right, bool two_way,
                     bool copy_hash = false) {
    RootedVector lefts(mutator()), rights(mutator());
    for (const Oop oop : left) lefts.push_back(oop);
    for (const Oop oop : right) rights.push_back(oop);
    Rooted<> left_array(mutator(), lefts.to_array());
    Rooted<> right_array(mutator(), rights.to_array());
    const BecomeError error =
        heap().become(left_array.get(), right_array.get(), two_way, copy_hash);
    EXPECT_EQ(heap().verify(), "");
    return error;
  }
};

TEST_F(BecomeTest, TwoWayExchangesAllReferences) {
  Rooted<> a(mutator(), mutator().new_string("a"));
  Rooted<> holder(mutator(), mutator().new_array(2));
  mutator().tenure_all();
  Rooted<> b(mutator(), mutator().new_array(1));
  holder.store(0, a.oop());
  holder.store(1, b.oop());
  const Oop was_a = a.oop(), was_b = b.oop();
  const std::uint32_t hash_a = heap().identity_hash(a.get());
  const std::uint32_t hash_b = heap().identity_hash(b.get());
  ASSERT_EQ(become({a.oop()}, {b.oop()}, true), BecomeError::kNone);
  EXPECT_EQ(a.oop(), was_b);
  EXPECT_EQ(b.oop(), was_a);
  EXPECT_EQ(holder->slot(0), was_b);
  EXPECT_EQ(holder->slot(1), was_a);
  EXPECT_EQ(a->hash(), hash_a) << "the hash stays with the references";
  EXPECT_EQ(b->hash(), hash_b);
  mutator().collect_young();
  EXPECT_EQ(holder->slot(0), a.oop());
}

TEST_F(BecomeTest, TwoWayWithCopiedHash) {
  Rooted<> a(mutator(), mutator().new_string("a")), b(mutator(), mutator().new_array(1));
  const std::uint32_t hash_a = heap().identity_hash(a.get());
  ASSERT_EQ(become({a.oop()}, {b.oop()}, true, true), BecomeError::kNone);
  EXPECT_EQ(b->hash(), hash_a) << "the hash goes with the object";
}

TEST_F(BecomeTest, OneWayLeavesNoReference) {
  Rooted<> a(mutator(), mutator().new_string("a")), b(mutator(), mutator().new_array(1));
  Rooted<> holder(mutator(), mutator().new_array(1));
  holder.store(0, a.oop());
  const Oop was_a = a.oop();
  const std::uint32_t hash_a = heap().identity_hash(a.get());
  ASSERT_EQ(become({a.oop()}, {b.oop()}, false, true), BecomeError::kNone);
  EXPECT_EQ(a.oop(), b.oop());
  EXPECT_EQ(holder->slot(0), b.oop());
  EXPECT_EQ(b->hash(), hash_a);
  heap().each_object([&](Object* o) {
    for (std::size_t i = 0; i < o->pointer_slot_count(); ++i) EXPECT_NE(o->slots()[i], was_a);
  });
}

TEST_F(BecomeTest, OneWayToAnImmediateAndThroughChains) {
  Rooted<> a(mutator(), mutator().new_array(1)), b(mutator(), mutator().new_array(1));
  Rooted<> c(mutator(), mutator().new_array(1));
  ASSERT_EQ(become({a.oop(), b.oop()}, {b.oop(), c.oop()}, false), BecomeError::kNone);
  EXPECT_EQ(a.oop(), c.oop());
  EXPECT_EQ(b.oop(), c.oop());
  ASSERT_EQ(become({c.oop(), c.oop()}, {Oop::small_int(7), Oop::small_int(8)}, false),
            BecomeError::kNone);
  EXPECT_EQ(a.oop(), Oop::small_int(7));
}

TEST_F(BecomeTest, ManyAtOnce) {
  RootedVector left(mutator()), right(mutator());
  for (int i = 0; i < 1000; ++i) {
    left.push_back(mutator().new_string(std::to_string(i)));
    right.push_back(mutator().new_array(static_cast<std::size_t>(i))->oop());
    if (i == 500) mutator().tenure_all();
  }
  Rooted<> left_array(mutator(), left.to_array()), right_array(mutator(), right.to_array());
  ASSERT_EQ(heap().become(left_array.get(), right_array.get(), true, false), BecomeError::kNone);
  EXPECT_EQ(left[700].as_object()->slot_count(), 700u);
  EXPECT_EQ(right[700].as_object()->bytes()[0], '7');
}

TEST_F(BecomeTest, RefusalsChangeNothing) {
  Rooted<> a(mutator(), mutator().new_array(1)), b(mutator(), mutator().new_array(1));
  const Oop was_a = a.oop();
  EXPECT_EQ(become({Oop::small_int(1)}, {b.oop()}, false), BecomeError::kInappropriate);
  EXPECT_EQ(become({heap().nil()}, {b.oop()}, false), BecomeError::kInappropriate);
  EXPECT_EQ(become({a.oop()}, {Oop::small_int(1)}, true), BecomeError::kInappropriate);
  EXPECT_EQ(become({a.oop()}, {Oop::small_int(1)}, false, true), BecomeError::kInappropriate);
  mutator().pin_for_call(b.oop());
  EXPECT_EQ(become({a.oop()}, {b.oop()}, true), BecomeError::kPinned);
  mutator().unpin_for_call(b.oop());
  b->set_immutable(true);
  EXPECT_EQ(become({a.oop()}, {b.oop()}, true), BecomeError::kNoModification);
  EXPECT_EQ(become({a.oop(), b.oop()}, {b.oop(), a.oop()}, false), BecomeError::kNoModification);
  EXPECT_EQ(a.oop(), was_a);
}

TEST_F(BecomeTest, AClassReplacedByAnotherTakesItsInstances) {
  for (const bool copy_hash : {false, true}) {
    Rooted<> old_class(mutator(), make_class(Format::kFixed, 1));
    Rooted<> new_class(mutator(), make_class(Format::kFixed, 1));
    Rooted<> of_old(mutator(), mutator().new_instance(old_class.oop()));
    Rooted<> of_new(mutator(), mutator().new_instance(new_class.oop()));
    ASSERT_EQ(become({old_class.oop()}, {new_class.oop()}, false, copy_hash), BecomeError::kNone);
    EXPECT_EQ(heap().class_of(of_old.oop()), new_class.oop());
    EXPECT_EQ(of_old->class_index(), of_new->class_index());
    EXPECT_EQ(to_index(of_new->class_index()), new_class->hash());
    mutator().collect_full();
    EXPECT_EQ(heap().class_of(of_old.oop()), new_class.oop());
  }
}

TEST_F(BecomeTest, AReservedClassKeepsItsIndex) {
  Rooted<> new_class(mutator(), make_class(Format::kIndexable, 0));
  Rooted<> of_new(mutator(), mutator().new_instance(new_class.oop(), 2));
  Rooted<> array(mutator(), mutator().new_array(2));
  const Oop old_class = heap().class_at(ClassIndex::kArray);
  ASSERT_EQ(become({old_class}, {new_class.oop()}, false), BecomeError::kNone);
  EXPECT_EQ(heap().class_at(ClassIndex::kArray), new_class.oop());
  EXPECT_EQ(of_new->class_index(), ClassIndex::kArray);
  EXPECT_EQ(heap().class_of(array.oop()), new_class.oop());
}

TEST_F(BecomeTest, TwoClassesExchangeTheirInstances) {
  for (const bool copy_hash : {false, true}) {
    Rooted<> a(mutator(), make_class(Format::kFixed, 1)),
        b(mutator(), make_class(Format::kFixed, 1));
    Rooted<> of_a(mutator(), mutator().new_instance(a.oop()));
    ASSERT_EQ(become({a.oop()}, {b.oop()}, true, copy_hash), BecomeError::kNone);
    EXPECT_EQ(heap().class_of(of_a.oop()), a.oop());
    EXPECT_TRUE(heap().is_class_in_table(a.oop()));
    EXPECT_TRUE(heap().is_class_in_table(b.oop()));
  }
}

TEST_F(BecomeTest, ChangeOfClassFollowsTheFormats) {
  Rooted<> two(mutator(), make_class(Format::kFixed, 2));
  Rooted<> other_two(mutator(), make_class(Format::kFixed, 2));
  Rooted<> three(mutator(), make_class(Format::kFixed, 3));
  Rooted<> variable(mutator(), make_class(Format::kFixedIndexable, 1));
  Rooted<> words(mutator(), make_class(Format::kWords, 0));
  Rooted<> object(mutator(), mutator().new_instance(two.oop()));
  EXPECT_EQ(heap().change_class(object.get(), other_two.get()), ChangeClassError::kNone);
  EXPECT_EQ(heap().class_of(object.oop()), other_two.oop());
  EXPECT_EQ(heap().change_class(object.get(), three.get()), ChangeClassError::kBadReceiver);
  EXPECT_EQ(heap().change_class(object.get(), variable.get()), ChangeClassError::kNone);
  EXPECT_EQ(object->format(), Format::kFixedIndexable);
  EXPECT_EQ(heap().change_class(object.get(), words.get()), ChangeClassError::kInappropriate);
  Rooted<> bytes(mutator(), mutator().new_bytes(ClassIndex::kByteArray, 12));
  EXPECT_EQ(heap().change_class(bytes.get(), words.get()), ChangeClassError::kNone);
  EXPECT_EQ(bytes->word_count(), 3u);
  Rooted<> odd(mutator(), mutator().new_bytes(ClassIndex::kByteArray, 13));
  EXPECT_EQ(heap().change_class(odd.get(), words.get()), ChangeClassError::kBadReceiver);
}

}  // namespace
}  // namespace banter::heap
