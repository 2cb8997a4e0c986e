#include "heap/heap_testing.h"

namespace banter::heap {
namespace {

class WeakTest : public HeapTest, public testing::WithParamInterface<bool> {
 protected:
  // Collects the new space, or everything; in the second case the objects have been tenured.
  void collect() {
    if (GetParam())
      mutator().collect_full();
    else
      mutator().collect_young();
  }
  // Tenures everything, also what is about to be found dead.
  void settle() {
    if (!GetParam()) return;
    RootedVector all(mutator());
    heap().each_object([&](Object* object) { all.push_back(object->oop()); });
    mutator().tenure_all();
  }

  Object* new_ephemeron(Oop key, Oop value) {
    Rooted<> key_root(mutator(), key), value_root(mutator(), value);
    Object* ephemeron = mutator().new_instance(ephemeron_class());
    ephemeron->init_slot(0, key_root.oop());
    ephemeron->init_slot(1, value_root.oop());
    return ephemeron;
  }

  Oop ephemeron_class() {
    if (ephemeron_class_ == 0) {
      make_class(Format::kEphemeron, 2);
      ephemeron_class_ = roots_.oops.size();
    }
    return roots_.oops[ephemeron_class_ - 1];
  }

  std::size_t ephemeron_class_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Both, WeakTest, testing::Bool(),
                         [](const auto& both) { return both.param ? "Full" : "Young"; });

TEST_P(WeakTest, WeakSlotsOfTheDeadBecomeNil) {
  const Oop cls = make_class(Format::kWeak, 1);
  Rooted<> weak(mutator(), mutator().new_instance(cls, 4));
  Rooted<> alive(mutator(), mutator().new_string("alive"));
  weak.store(0, mutator().new_string("strong"));
  weak.store(1, alive.oop());
  weak.store(2, mutator().new_string("dead"));
  weak.store(3, Oop::small_int(3));
  settle();
  heap().take_finalization_pending();
  collect();
  EXPECT_EQ(weak->slot(0).as_object()->bytes()[0], 's');
  EXPECT_EQ(weak->slot(1), alive.oop());
  EXPECT_EQ(weak->slot(2), heap().nil());
  EXPECT_EQ(weak->slot(3), Oop::small_int(3));
  EXPECT_TRUE(heap().take_finalization_pending());
  EXPECT_FALSE(heap().take_finalization_pending());
  collect();
  EXPECT_FALSE(heap().finalization_pending());
}

TEST_P(WeakTest, OldWeakArraysForgetYoungObjects) {
  const Oop cls = make_class(Format::kWeak, 0);
  Rooted<> weak(mutator(), mutator().new_instance(cls, 2));
  mutator().tenure_all();
  Rooted<> alive(mutator(), mutator().new_string("alive"));
  weak.store(0, alive.oop());
  weak.store(1, mutator().new_string("dead"));
  collect();
  EXPECT_EQ(weak->slot(0), alive.oop());
  EXPECT_EQ(weak->slot(1), heap().nil());
}

TEST_P(WeakTest, AnEphemeronMournsItsKey) {
  Rooted<> ephemeron(mutator(), new_ephemeron(mutator().new_string("key"), heap().nil()));
  ephemeron.store(1, mutator().new_string("value"));
  settle();
  collect();
  EXPECT_TRUE(heap().take_finalization_pending());
  ASSERT_EQ(heap().mourner_count(), 1u);
  const auto mourner = heap().take_mourner();
  EXPECT_EQ(*mourner, ephemeron.oop());
  EXPECT_EQ(ephemeron->format(), Format::kFixed);
  EXPECT_EQ(ephemeron->slot(0).as_object()->bytes()[0], 'k');
  EXPECT_EQ(ephemeron->slot(1).as_object()->bytes()[0], 'v');
  EXPECT_FALSE(heap().take_mourner().has_value());
}

TEST_P(WeakTest, AnEphemeronWithALiveKeyIsAnOrdinaryObject) {
  Rooted<> key(mutator(), mutator().new_string("key"));
  Rooted<> ephemeron(mutator(), new_ephemeron(key.oop(), Oop::small_int(1)));
  Rooted<> immediate(mutator(), new_ephemeron(Oop::small_int(9), Oop::small_int(1)));
  settle();
  collect();
  EXPECT_EQ(heap().mourner_count(), 0u);
  EXPECT_EQ(ephemeron->format(), Format::kEphemeron);
  EXPECT_EQ(immediate->format(), Format::kEphemeron);
  EXPECT_EQ(ephemeron->slot(0), key.oop());
}

TEST_P(WeakTest, AKeyReachedOnlyFromItsOwnValueIsMourned) {
  Rooted<> key(mutator(), mutator().new_array(1));
  Rooted<> ephemeron(mutator(), new_ephemeron(key.oop(), heap().nil()));
  Object* value = mutator().new_array(1);
  value->init_slot(0, key.oop());
  ephemeron.store(1, value->oop());
  key = heap().nil();
  settle();
  collect();
  EXPECT_EQ(heap().mourner_count(), 1u);
  EXPECT_EQ(ephemeron->slot(0), ephemeron->slot(1).as_object()->slot(0));
}

TEST_P(WeakTest, ChainsOfEphemeronsFireOnlyWhereTheChainIsDead) {
  // a -> b -> c: each key is the value of the one before. The first key is alive, so all are.
  Rooted<> first(mutator(), mutator().new_string("first"));
  RootedVector chain(mutator());
  Rooted<> key(mutator(), first.oop());
  for (int i = 0; i < 20; ++i) {
    Rooted<> next(mutator(), mutator().new_string("next"));
    chain.push_back(new_ephemeron(key.oop(), next.oop())->oop());
    key = next.oop();
  }
  key = heap().nil();
  settle();
  collect();
  EXPECT_EQ(heap().mourner_count(), 0u);
  // Once the first key is dead, so is the rest; the keys do not keep each other alive.
  first = heap().nil();
  collect();
  EXPECT_EQ(heap().mourner_count(), 20u);
}

TEST_P(WeakTest, MournersSurviveUntilTaken) {
  {
    Rooted<> ephemeron(mutator(), new_ephemeron(mutator().new_string("key"), Oop::small_int(5)));
    settle();
    collect();
  }
  collect();
  mutator().collect_full();
  ASSERT_EQ(heap().mourner_count(), 1u);
  EXPECT_EQ(heap().take_mourner()->as_object()->slot(1), Oop::small_int(5));
}

TEST_P(WeakTest, WeakReferencesToMournedKeysStay) {
  const Oop cls = make_class(Format::kWeak, 0);
  Rooted<> weak(mutator(), mutator().new_instance(cls, 1));
  Rooted<> ephemeron(mutator(), new_ephemeron(mutator().new_string("key"), heap().nil()));
  weak.store(0, ephemeron->slot(0));
  settle();
  collect();
  EXPECT_EQ(weak->slot(0), ephemeron->slot(0));
}

TEST_P(WeakTest, HeldObjectsCountAsReached) {
  const Oop cls = make_class(Format::kWeak, 0);
  Rooted<> weak(mutator(), mutator().new_instance(cls, 1));
  const Oop text = mutator().new_string("held");
  weak.store(0, text);
  mutator().pin_for_call(text);
  collect();
  EXPECT_EQ(weak->slot(0), text);
  mutator().unpin_for_call(text);
  collect();
  collect();
  EXPECT_EQ(weak->slot(0), heap().nil());
}

// A stack that lives as long as its process.
struct OwnedRecords final : RootProvider {
  void visit_roots(OopVisitor& visitor) override {
    visitor.visit(&owner);
    visitor.visit(&content);
  }
  void visit_strong_roots(OopVisitor&) override { shown = false; }
  bool visit_newly_live(OopVisitor& visitor, const Heap& heap) override {
    if (shown || !heap.is_live(owner)) return false;
    visitor.visit(&content);
    return shown = true;
  }
  void after_marking(const Heap& heap) override {
    if (!heap.is_live(owner)) owner = content = heap.nil();
  }
  Oop owner, content;
  bool shown = false;
};

TEST_P(WeakTest, RecordsOutsideDieWithTheirOwners) {
  OwnedRecords record;
  heap().add_root_provider(&record);
  Rooted<> owner(mutator(), mutator().new_array(1));
  record.owner = owner.oop();
  record.content = mutator().new_array(1)->oop();
  record.content.as_object()->init_slot(0, record.owner);
  mutator().collect_full();
  EXPECT_EQ(record.owner, owner.oop());
  EXPECT_EQ(record.content.as_object()->slot(0), owner.oop());
  owner = heap().nil();
  mutator().collect_full();
  EXPECT_EQ(record.owner, heap().nil());
  heap().remove_root_provider(&record);
}

}  // namespace
}  // namespace banter::heap
