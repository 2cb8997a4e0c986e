// Random object graphs against a shadow model, through every kind of collection.
#include <map>
#include <random>
#include <set>

#include "heap/heap_testing.h"

namespace banter::heap {
namespace {

// Each node of the graph is an Array: slot 0 its number, the rest references to nodes or nil. The
// shadow knows the numbers. A node's bytes partner checks that bits move unharmed.
class GraphTest : public HeapTest {
 protected:
  explicit GraphTest(HeapOptions options = small_options()) : HeapTest(options) {}

  struct Shadow {
    std::vector<int> links;  // -1: nil
  };

  int new_node() {
    const int id = static_cast<int>(shadow_.size());
    const std::size_t links = random() % 10 == 0 ? 300 : random() % 6;
    Object* node = mutator().new_array(links + 2);
    node->init_slot(0, Oop::small_int(id));
    Rooted<> root(mutator(), node);
    Object* bytes = mutator().new_bytes(ClassIndex::kByteArray, random() % 40);
    for (std::size_t i = 0; i < bytes->byte_count(); ++i)
      bytes->bytes()[i] = static_cast<std::uint8_t>(id + static_cast<int>(i));
    root.store(1, bytes->oop());
    shadow_.push_back({std::vector<int>(links, -1)});
    graph_.oops.push_back(root.oop());
    rooted_.push_back(id);
    return id;
  }

  std::size_t random() { return generator_(); }
  std::size_t random_root() { return random() % rooted_.size(); }

  void link() {
    const std::size_t from = random_root(), to = random_root();
    auto& links = shadow_[static_cast<std::size_t>(rooted_[from])].links;
    if (links.empty()) return;
    const std::size_t at = random() % links.size();
    links[at] = rooted_[to];
    heap().store(graph_.oops[from].as_object(), at + 2, graph_.oops[to]);
  }

  // Forgets the root, and replaces it by one of the nodes that it refers to, if there is one.
  void drop() {
    const std::size_t which = random_root();
    const Object* node = graph_.oops[which].as_object();
    const auto& links = shadow_[static_cast<std::size_t>(rooted_[which])].links;
    for (std::size_t i = 0; i < links.size(); ++i) {
      if (links[i] < 0 || random() % 2 == 0) continue;
      rooted_[which] = links[i];
      graph_.oops[which] = node->slot(i + 2);
      return;
    }
    rooted_[which] = rooted_.back();
    graph_.oops[which] = graph_.oops.back();
    rooted_.pop_back();
    graph_.oops.pop_back();
  }

  void pin_some() {
    const Oop oop = graph_.oops[random_root()];
    mutator().pin_for_call(oop);
    held_.emplace_back(oop, static_cast<int>(oop.as_object()->slot(0).as_int()));
  }

  void unpin_some() {
    if (held_.empty()) return;
    const std::size_t which = random() % held_.size();
    const auto [oop, id] = held_[which];
    ASSERT_EQ(oop.as_object()->slot(0), Oop::small_int(id)) << "a held object has moved";
    mutator().unpin_for_call(oop);
    held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(which));
  }

  void pin_for_good() {
    const std::size_t which = random_root();
    const bool on = random() % 3 != 0;
    mutator().set_pinned(graph_.oops[which], on);
    EXPECT_EQ(graph_.oops[which].as_object()->is_pinned(), on);
  }

  void check() {
    std::map<int, Oop> seen;
    std::vector<std::pair<int, Oop>> open;
    for (std::size_t i = 0; i < rooted_.size(); ++i) open.emplace_back(rooted_[i], graph_.oops[i]);
    while (!open.empty()) {
      const auto [id, oop] = open.back();
      open.pop_back();
      const auto [at, fresh] = seen.emplace(id, oop);
      ASSERT_EQ(at->second, oop) << "one node is two objects";
      if (!fresh) continue;
      const Object* node = oop.as_object();
      const auto& links = shadow_[static_cast<std::size_t>(id)].links;
      ASSERT_EQ(node->slot(0), Oop::small_int(id));
      ASSERT_EQ(node->slot_count(), links.size() + 2);
      const Object* bytes = node->slot(1).as_object();
      for (std::size_t i = 0; i < bytes->byte_count(); ++i)
        ASSERT_EQ(bytes->bytes()[i], static_cast<std::uint8_t>(id + static_cast<int>(i)));
      for (std::size_t i = 0; i < links.size(); ++i) {
        if (links[i] < 0)
          ASSERT_EQ(node->slot(i + 2), heap().nil());
        else
          open.emplace_back(links[i], node->slot(i + 2));
      }
    }
  }

  void run(int steps, bool pins, int collections_per_thousand) {
    heap().add_root_provider(&graph_);
    for (int i = 0; i < 20; ++i) new_node();
    for (int step = 0; step < steps; ++step) {
      const std::size_t dice = random() % 100;
      if (dice < 45 || rooted_.size() < 5)
        new_node();
      else if (dice < 75)
        link();
      else if (dice < 96)
        drop();
      else if (pins && dice < 98)
        pin_some();
      else if (pins && dice < 99)
        unpin_some();
      else if (pins)
        pin_for_good();
      if (static_cast<int>(random() % 1000) < collections_per_thousand) {
        switch (random() % 4) {
          case 0:
            mutator().collect_full();
            break;
          case 1:
            mutator().tenure_all();
            break;
          default:
            mutator().collect_young();
        }
        check();
      }
    }
    while (!held_.empty()) unpin_some();
    mutator().collect_full();
    check();
    heap().remove_root_provider(&graph_);
  }

  std::mt19937_64 generator_{20240607};
  std::vector<Shadow> shadow_;
  std::vector<int> rooted_;
  VectorRoots graph_;
  std::vector<std::pair<Oop, int>> held_;
};

TEST_F(GraphTest, SurvivesCollections) {
  run(12000, false, 5);
}

TEST_F(GraphTest, SurvivesCollectionsAroundPinnedObjects) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    generator_.seed(seed);
    shadow_.clear();
    rooted_.clear();
    graph_.oops.clear();
    run(5000, true, 8);
    if (HasFatalFailure()) return;
  }
}

class StressedGraphTest : public GraphTest {
 protected:
  StressedGraphTest() : GraphTest(stressed()) {}
  static HeapOptions stressed() {
    HeapOptions options = small_options();
    options.stress_gc = true;
    return options;
  }
};

TEST_F(StressedGraphTest, EveryAllocationMovesEverySurvivor) {
  heap().set_verify_after_collection(false);
  Rooted<> object(mutator(), mutator().new_array(1));
  for (int i = 0; i < 20; ++i) {
    const Object* before = object.get();
    mutator().new_array(0);
    EXPECT_NE(object.get(), before);
  }
  EXPECT_GE(heap().moved_objects(), 20u);
  run(3000, true, 3);
  EXPECT_GE(heap().statistics().full_collections, 3u);
}

using CollectionTest = HeapTest;

TEST_F(CollectionTest, ProvidersAreToldBeforeAndAfter) {
  mutator().collect_young();
  mutator().tenure_all();
  EXPECT_EQ(roots_.before, 2);
  EXPECT_EQ(roots_.after, 2);
  mutator().collect_full();
  EXPECT_EQ(roots_.before, roots_.after);
}

TEST_F(CollectionTest, HandlesOfEveryMutatorAreRoots) {
  Mutator other(heap());
  Rooted<> mine(mutator(), mutator().new_string("mine"));
  RootedVector many(other);
  for (int i = 0; i < 100; ++i) many.push_back(other.new_string(std::to_string(i)));
  {
    Mutator third(heap());
    Rooted<> theirs(third, third.new_string("theirs"));
    mutator().collect_full();
    EXPECT_EQ(theirs->byte_count(), 6u);
  }
  mutator().collect_young();
  EXPECT_EQ(mine->bytes()[0], 'm');
  EXPECT_EQ(many[42].as_object()->bytes()[0], '4');
  EXPECT_EQ(many.to_array()->slot(99), many[99]);
}

TEST_F(CollectionTest, OldObjectsKeepYoungOnesAlive) {
  Rooted<> old(mutator(), mutator().new_array(10));
  mutator().tenure_all();
  ASSERT_FALSE(heap().is_young(old.get()));
  for (int round = 0; round < 5; ++round) {
    old.store(3, mutator().new_string("young"));
    EXPECT_EQ(heap().remembered_count(), 1u);
    mutator().collect_young();
    EXPECT_EQ(old->slot(3).as_object()->bytes()[0], 'y');
  }
  old.store(3, heap().nil());
  mutator().collect_young();
  EXPECT_EQ(heap().remembered_count(), 0u);
}

TEST_F(CollectionTest, FreshObjectsInOldSpaceMayBeFilledWithoutABarrier) {
  Rooted<> young(mutator(), mutator().new_string("young"));
  Object* large = mutator().new_array(70000);
  ASSERT_FALSE(heap().is_young(large));
  large->init_slot(69999, young.oop());
  Rooted<> root(mutator(), large);
  mutator().collect_young();
  EXPECT_EQ(root->slot(69999), young.oop());
}

TEST_F(CollectionTest, DeepListsNeedNoNativeStack) {
  Rooted<> list(mutator());
  for (int i = 0; i < 300000; ++i) {
    Object* link = mutator().new_array(1);
    link->init_slot(0, list.oop());
    list = link;
  }
  heap().set_verify_after_collection(false);
  mutator().collect_full();
  int length = 0;
  for (Oop at = list.oop(); at != heap().nil(); at = at.as_object()->slot(0)) ++length;
  EXPECT_EQ(length, 300000);
}

TEST_F(CollectionTest, AFullCollectionReturnsMemory) {
  heap().set_verify_after_collection(false);
  const std::size_t before = heap().old_bytes_committed();
  // More than a gigabyte, where a heap has the addresses for it.
  constexpr std::size_t kBlocks = sizeof(void*) == 8 ? 150 : 40;
  constexpr std::size_t kBlockBytes = 8u << 20;
  {
    RootedVector blocks(mutator());
    for (std::size_t i = 0; i < kBlocks; ++i)
      blocks.push_back(mutator().new_bytes(ClassIndex::kByteArray, kBlockBytes)->oop());
    EXPECT_GT(heap().old_bytes_committed(), kBlocks * kBlockBytes);
  }
  mutator().collect_full();
  EXPECT_LE(heap().old_bytes_committed(), before + (4u << 20));
  EXPECT_LE(heap().old_bytes_used(), 1u << 20);
}

TEST_F(CollectionTest, GarbageIsCollectedWithoutBeingAsked) {
  heap().set_verify_after_collection(false);
  for (int i = 0; i < 400; ++i) mutator().new_bytes(ClassIndex::kByteArray, 1u << 20);
  EXPECT_GT(heap().statistics().full_collections, 2u);
  EXPECT_LT(heap().old_bytes_committed(), 100u << 20);
}

class SmallHeapTest : public HeapTest {
 protected:
  SmallHeapTest() : HeapTest(limited()) {}
  static HeapOptions limited() {
    HeapOptions options = small_options();
    options.max_old_bytes = 8u << 20;
    return options;
  }
};

TEST_F(SmallHeapTest, ExhaustionIsAnAnswerAndTheHeapGoesOn) {
  heap().set_verify_after_collection(false);
  RootedVector kept(mutator());
  while (Object* array = mutator().try_allocate(ClassIndex::kArray, Format::kIndexable, 5000))
    kept.push_back(array->oop());
  EXPECT_GT(kept.size(), 150u);
  EXPECT_EQ(heap().verify(), "");
  kept.clear();
  EXPECT_NE(mutator().try_allocate(ClassIndex::kArray, Format::kIndexable, 70000), nullptr);
}

TEST_F(SmallHeapTest, AShortageIsNotedWhileThereIsStillRoom) {
  heap().set_verify_after_collection(false);
  RootedVector kept(mutator());
  const auto keep_until = [&](auto&& reached) {
    std::size_t bytes = 0;
    while (!reached()) {
      Object* array = mutator().try_allocate(ClassIndex::kArray, Format::kIndexable, 500);
      if (array == nullptr) return bytes;
      bytes += Object::bytes_for_slots<std::size_t>(500);
      kept.push_back(array->oop());
    }
    return bytes;
  };
  for (int round = 0; round < 3; ++round) {
    keep_until([&] { return heap().shortage() != Shortage::none; });
    EXPECT_EQ(heap().take_shortage(), Shortage::low) << round;
    EXPECT_EQ(heap().shortage(), Shortage::none) << "the program is told once";
    const std::size_t more = keep_until([&] { return heap().shortage() != Shortage::none; });
    EXPECT_GT(more, 256u << 10) << round;
    EXPECT_EQ(heap().take_shortage(), Shortage::last) << round;
    EXPECT_GT(keep_until([] { return false; }), 256u << 10) << "the last half, round " << round;
    EXPECT_EQ(heap().verify(), "");
    kept.clear();
    mutator().collect_full();
  }
}

TEST_F(SmallHeapTest, LargeObjectsLeaveTheReserve) {
  heap().set_verify_after_collection(false);
  RootedVector kept(mutator());
  while (Object* array = mutator().try_allocate(ClassIndex::kArray, Format::kIndexable, 20000))
    kept.push_back(array->oop());
  EXPECT_GT(kept.size(), 30u);
  for (int i = 0; i < 100; ++i) {
    Object* small = mutator().try_allocate(ClassIndex::kArray, Format::kIndexable, 500);
    ASSERT_NE(small, nullptr) << i;
    kept.push_back(small->oop());
  }
}

TEST_F(SmallHeapTest, ExhaustionByASmallObjectIsToldToTheHook) {
  struct Told {
    std::string message;
  };
  heap().set_verify_after_collection(false);
  heap().set_exhausted_hook([](const std::string& message) { throw Told{message}; });
  RootedVector kept(mutator());
  EXPECT_EQ(mutator().try_allocate(ClassIndex::kArray, Format::kIndexable, 10u << 20), nullptr);
  try {
    while (true)
      kept.push_back(mutator().allocate(ClassIndex::kArray, Format::kIndexable, 500)->oop());
  } catch (const Told& told) {
    EXPECT_NE(told.message.find("out of memory"), std::string::npos);
  }
  heap().set_exhausted_hook({});
}

TEST_F(SmallHeapTest, HolesBeforePinnedObjectsAreUsedAgain) {
  heap().set_verify_after_collection(false);
  RootedVector pinned(mutator());
  for (int round = 0; round < 300; ++round) {
    for (int i = 0; i < 10; ++i) mutator().try_new_bytes(ClassIndex::kByteArray, 20000);
    Object* object = mutator().try_allocate_old(ClassIndex::kArray, Format::kIndexable, 5);
    ASSERT_NE(object, nullptr);
    mutator().set_pinned(object->oop(), true);
    pinned.push_back(object->oop());
    if (pinned.size() > 20) {
      mutator().set_pinned(pinned[round % 20], false);
      pinned.set(round % 20, pinned.back());
      pinned.pop_back();
    }
    if (round % 10 == 0) mutator().collect_full();
  }
  EXPECT_EQ(heap().verify(), "");
  EXPECT_LE(heap().old_bytes_committed(), 8u << 20);
}

}  // namespace
}  // namespace banter::heap
