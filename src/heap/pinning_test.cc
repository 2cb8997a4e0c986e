#include "heap/heap_testing.h"

namespace banter::heap {
namespace {

using PinningTest = HeapTest;

TEST_F(PinningTest, AHeldYoungObjectStaysThroughEveryCollection) {
  Rooted<> object(mutator(), mutator().new_string("stay"));
  const Oop before = object.oop();
  mutator().pin_for_call(before);
  for (int i = 0; i < 5; ++i) {
    mutator().collect_young();
    mutator().new_array(1000);
    mutator().collect_full();
  }
  EXPECT_EQ(object.oop(), before);
  EXPECT_EQ(object->bytes()[0], 's');
  mutator().unpin_for_call(before);
  mutator().collect_young();
  mutator().collect_young();
  EXPECT_NE(object.oop(), before);
  EXPECT_EQ(object->bytes()[0], 's');
}

TEST_F(PinningTest, HoldsAreCounted) {
  Rooted<> object(mutator(), mutator().new_string("x"));
  const Oop before = object.oop();
  mutator().pin_for_call(before);
  mutator().pin_for_call(before);
  EXPECT_EQ(heap().held_count(), 1u);
  mutator().unpin_for_call(before);
  mutator().collect_full();
  EXPECT_EQ(object.oop(), before);
  mutator().unpin_for_call(before);
  EXPECT_EQ(heap().held_count(), 0u);
}

TEST_F(PinningTest, WhatAHeldObjectRefersToIsKept) {
  Object* array = mutator().new_array(1);
  const Oop held = array->oop();
  mutator().pin_for_call(held);
  const Oop text = mutator().new_string("kept");
  heap().store(held.as_object(), 0, text);
  mutator().collect_young();
  mutator().collect_young();
  mutator().collect_full();
  EXPECT_EQ(held.as_object()->slot(0).as_object()->bytes()[3], 't');
  mutator().unpin_for_call(held);
}

TEST_F(PinningTest, ReleasedWhileInTheEmptySurvivorSpace) {
  // Held in a survivor space through one scavenge, it lies in the space that is empty; released
  // there, it is still scanned by the next scavenge and moves with the one after.
  Rooted<> object(mutator(), mutator().new_array(1));
  mutator().collect_young();
  const Oop before = object.oop();
  mutator().pin_for_call(before);
  mutator().collect_young();
  mutator().unpin_for_call(before);
  object.store(0, mutator().new_string("first"));
  mutator().collect_young();
  EXPECT_EQ(object->slot(0).as_object()->bytes()[0], 'f');
  EXPECT_EQ(object.oop(), before);
  mutator().collect_young();
  EXPECT_NE(object.oop(), before);
  EXPECT_EQ(object->slot(0).as_object()->bytes()[0], 'f');
}

TEST_F(PinningTest, PinningTakesAYoungObjectToOldSpace) {
  Rooted<> object(mutator(), mutator().new_string("pinned"));
  Rooted<> referrer(mutator(), mutator().new_array(1));
  referrer.store(0, object.oop());
  EXPECT_FALSE(mutator().set_pinned(object.oop(), true));
  EXPECT_FALSE(heap().is_young(object.get()));
  EXPECT_EQ(referrer->slot(0), object.oop());
  const Oop before = object.oop();
  for (int i = 0; i < 3; ++i) {
    mutator().new_bytes(ClassIndex::kByteArray, 600000);
    mutator().collect_full();
  }
  EXPECT_EQ(object.oop(), before);
  EXPECT_TRUE(mutator().set_pinned(object.oop(), false));
}

TEST_F(PinningTest, APinnedObjectDiesLikeOthers) {
  Oop pinned;
  {
    Rooted<> object(mutator(), mutator().new_bytes(ClassIndex::kByteArray, 100000));
    mutator().set_pinned(object.oop(), true);
    pinned = object.oop();
  }
  const std::size_t before = heap().old_bytes_used();
  mutator().collect_full();
  EXPECT_LT(heap().old_bytes_used(), before - 90000);
  EXPECT_FALSE(heap().is_object_address(pinned.bits()));
}

TEST_F(PinningTest, PinningAHeldYoungObjectLeavesItWhereItIs) {
  Rooted<> object(mutator(), mutator().new_string("both"));
  const Oop before = object.oop();
  mutator().pin_for_call(before);
  EXPECT_FALSE(mutator().set_pinned(before, true));
  mutator().unpin_for_call(before);
  mutator().collect_full();
  EXPECT_EQ(object.oop(), before);
  EXPECT_TRUE(mutator().set_pinned(before, false));
  mutator().collect_full();
  EXPECT_NE(object.oop(), before);
}

TEST_F(PinningTest, AllocationGoesAroundManyHeldObjects) {
  std::vector<Oop> held;
  Rooted<> keep(mutator());
  for (int i = 0; i < 2000; ++i) {
    const Oop oop = mutator().new_string(std::to_string(i)).as_object()->oop();
    if (i % 3 == 0) {
      mutator().pin_for_call(oop);
      held.push_back(oop);
    }
    if (i % 100 == 0) mutator().collect_young();
  }
  for (int i = 0; i < 50000; ++i) keep = mutator().new_array(static_cast<std::size_t>(i % 50));
  for (std::size_t i = 0; i < held.size(); ++i) {
    EXPECT_EQ(held[i].as_object()->bytes()[0], std::to_string(i * 3)[0]);
    mutator().unpin_for_call(held[i]);
  }
  mutator().collect_young();
  mutator().collect_young();
  EXPECT_LT(heap().young_bytes_used(), 4096u);
}

}  // namespace
}  // namespace banter::heap
