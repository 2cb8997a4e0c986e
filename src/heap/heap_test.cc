#include "heap/heap.h"

#include <cmath>

#include "heap/heap_testing.h"

namespace banter::heap {
namespace {

TEST_F(HeapTest, BeginsWithTheFirstObjectsOfSpur) {
  const Object* nil = heap().nil().as_object();
  EXPECT_EQ(nil->start(), heap().old_start());
  EXPECT_EQ(nil->end(), heap().false_object().bits());
  EXPECT_EQ(heap().true_object().bits(), heap().false_object().bits() + 16);
  const auto* free_lists = reinterpret_cast<const Object*>(heap().true_object().as_object()->end());
  EXPECT_EQ(free_lists->slot_count(), 64u);
  EXPECT_EQ(free_lists->format(), Format::kLongs);
  EXPECT_EQ(free_lists->class_index(), ClassIndex::kLongsPun);
  EXPECT_EQ(heap().hidden_roots()->slot_count(), kHiddenRootSlots);
  EXPECT_EQ(heap().hidden_roots()->slot(1).as_object()->slot_count(), kClassPageSlots);
  EXPECT_EQ(heap().hidden_roots()->slot(2), heap().nil());
}

TEST_F(HeapTest, NewPointersAreNilAndNewBitsAreZero) {
  const Object* array = mutator().new_array(300);
  ASSERT_EQ(array->slot_count(), 300u);
  EXPECT_TRUE(array->is_large());
  for (std::size_t i = 0; i < 300; ++i) EXPECT_EQ(array->slot(i), heap().nil());
  const Object* bytes = mutator().new_bytes(ClassIndex::kByteArray, 13);
  EXPECT_EQ(bytes->byte_count(), 13u);
  EXPECT_EQ(bytes->slot_count(), 2u);
  EXPECT_EQ(bytes->raw(0) | bytes->raw(1), 0u);
}

TEST_F(HeapTest, BitsFormatsCountTheirUnits) {
  const struct {
    Format format;
    std::size_t unit;
  } kinds[] = {{Format::kLongs, 8}, {Format::kWords, 4}, {Format::kShorts, 2}, {Format::kBytes, 1}};
  for (const auto& kind : kinds) {
    const Oop cls = make_class(kind.format, 0);
    for (std::size_t n : {0u, 1u, 2u, 3u, 4u, 5u, 7u, 8u, 9u, 254u, 255u, 2040u, 2041u, 70000u}) {
      const Object* object = mutator().new_instance(cls, n);
      EXPECT_EQ(object->byte_count(), n * kind.unit);
      EXPECT_EQ(object->class_index(), heap().class_index_of(object->oop()));
      EXPECT_EQ(heap().class_of(object->oop()), roots_.oops.back());
    }
  }
}

TEST_F(HeapTest, IndexableInstancesCountInstanceVariablesApart) {
  const Oop cls = make_class(Format::kFixedIndexable, 3);
  const Object* object = mutator().new_instance(cls, 4);
  EXPECT_EQ(object->slot_count(), 7u);
  EXPECT_EQ(heap().fixed_slot_count(object), 3u);
}

TEST_F(HeapTest, SizesThatBasicNewRefuses) {
  EXPECT_TRUE(mutator().valid_instance_size(make_class(Format::kFixed, 2), 0));
  EXPECT_FALSE(mutator().valid_instance_size(make_class(Format::kFixed, 2), 1));
  EXPECT_FALSE(mutator().valid_instance_size(make_class(Format::kForwarder, 0), 0));
  EXPECT_FALSE(mutator().valid_instance_size(make_class(Format::kCompiledMethod, 0), 0));
  EXPECT_FALSE(mutator().valid_instance_size(Oop::small_int(3), 0));
  EXPECT_FALSE(mutator().valid_instance_size(mutator().new_string("abc"), 0));
}

TEST_F(HeapTest, StringsAreLatinOrWide) {
  const Oop narrow = mutator().new_string("Gr\xC3\xBC\xC3\x9F");
  EXPECT_EQ(narrow.as_object()->class_index(), ClassIndex::kByteString);
  ASSERT_EQ(narrow.as_object()->byte_count(), 4u);
  EXPECT_EQ(narrow.as_object()->bytes()[2], 0xFC);
  const Oop wide = mutator().new_string("a\xE2\x82\xAC\xF0\x9F\x98\x80");
  EXPECT_EQ(wide.as_object()->class_index(), ClassIndex::kWideString);
  ASSERT_EQ(wide.as_object()->word_count(), 3u);
  EXPECT_EQ(wide.as_object()->word(1), 0x20ACu);
  EXPECT_EQ(wide.as_object()->word(2), 0x1F600u);
  const Oop broken = mutator().new_string("a\xFFz");
  EXPECT_EQ(broken.as_object()->word(1), 0xFFFDu);
}

TEST_F(HeapTest, NumbersAreImmediateWhereTheyFit) {
  EXPECT_EQ(mutator().new_integer(std::int64_t{-5}), Oop::small_int(-5));
  const Oop large = mutator().new_integer(INT64_MIN);
  EXPECT_EQ(large.as_object()->class_index(), ClassIndex::kLargeNegativeInteger);
  EXPECT_EQ(large.as_object()->raw(0), std::uint64_t{1} << 63);
  EXPECT_EQ(mutator().new_integer(UINT64_MAX).as_object()->raw(0), UINT64_MAX);
  EXPECT_EQ(mutator().new_float(1.5), Oop::small_float(1.5));
  const Oop boxed = mutator().new_float(INFINITY);
  EXPECT_EQ(boxed.as_object()->class_index(), ClassIndex::kBoxedFloat64);
  EXPECT_EQ(boxed.as_object()->float_value(), INFINITY);
}

TEST_F(HeapTest, ClassesHaveTheirIndexAsHash) {
  const Oop cls = make_class(Format::kFixed, 1);
  const ClassIndex index = mutator().enter_class(cls);
  EXPECT_GE(to_index(index), to_index(ClassIndex::kFirstFree));
  EXPECT_EQ(cls.as_object()->hash(), to_index(index));
  EXPECT_EQ(heap().class_at(index), cls);
  EXPECT_EQ(mutator().enter_class(cls), index);
}

TEST_F(HeapTest, TheClassTableGrowsAPageAtATime) {
  for (int i = 0; i < 2500; ++i) make_class(Format::kFixed, 1);
  EXPECT_NE(heap().hidden_roots()->slot(3), heap().nil());
  mutator().collect_full();
  const Oop last = roots_.oops.back();
  EXPECT_EQ(heap().class_at(static_cast<ClassIndex>(last.as_object()->hash())), last);
}

TEST_F(HeapTest, ClassesWithoutReferencesAndInstancesLeaveTheTable) {
  const Oop used = make_class(Format::kFixed, 1);
  const ClassIndex used_index = mutator().enter_class(used);
  const ClassIndex unused_index = mutator().enter_class(make_class(Format::kFixed, 1));
  Rooted<> instance(mutator(), mutator().new_instance(used));
  roots_.oops.resize(roots_.oops.size() - 2);
  mutator().collect_full();
  EXPECT_NE(heap().class_at(used_index), heap().nil());
  EXPECT_EQ(heap().class_at(unused_index), heap().nil());
}

TEST_F(HeapTest, IdentityHashesStayAndAreNotZero) {
  Rooted<> object(mutator(), mutator().new_array(1));
  const std::uint32_t hash = heap().identity_hash(object.get());
  EXPECT_NE(hash, 0u);
  EXPECT_LE(hash, Header::kHashLimit);
  mutator().collect_young();
  mutator().collect_full();
  EXPECT_EQ(heap().identity_hash(object.get()), hash);
}

TEST_F(HeapTest, MethodsKeepTheirLiteralsAndBytes) {
  Rooted<> literal(mutator(), mutator().new_string("literal"));
  const Oop header = Oop::small_int(INT64_MIN >> 3 | 2);
  Rooted<Method> method(
      mutator(), mutator().new_method(heap().class_at(ClassIndex::kCompiledMethod), header, 29));
  EXPECT_EQ(method->literal_count(), 2u);
  EXPECT_EQ(method->byte_count(), 29u);
  EXPECT_EQ(method->initial_pc(), 25u);
  EXPECT_EQ(method->literal(0), heap().nil());
  method.store(1, literal.oop());
  method->bytes()[24] = 0x5C;
  mutator().collect_young();
  mutator().collect_full();
  EXPECT_EQ(method->literal(0), literal.oop());
  EXPECT_EQ(method->bytecodes()[0], 0x5C);
}

TEST_F(HeapTest, ClonesHaveNoHash) {
  Rooted<> original(mutator(), mutator().new_array(3));
  original.store(1, Oop::small_int(7));
  heap().identity_hash(original.get());
  original->set_immutable(true);
  const Object* copy = mutator().clone(original.oop());
  EXPECT_EQ(copy->slot(1), Oop::small_int(7));
  EXPECT_EQ(copy->hash(), 0u);
  EXPECT_FALSE(copy->is_immutable());
}

TEST_F(HeapTest, EnumerationShowsEveryObjectOnceAndNothingHidden) {
  Rooted<> old_one(mutator(), mutator().new_string("old"));
  mutator().tenure_all();
  Rooted<> young_one(mutator(), mutator().new_string("young"));
  int old_seen = 0, young_seen = 0;
  for (Object* o = heap().first_object(); o != nullptr; o = heap().next_object(o)) {
    EXPECT_FALSE(o->is_hidden());
    old_seen += o == old_one.get();
    young_seen += o == young_one.get();
  }
  EXPECT_EQ(old_seen, 1);
  EXPECT_EQ(young_seen, 1);
}

TEST_F(HeapTest, TooLargeAnswersNothing) {
  EXPECT_EQ(mutator().try_new_bytes(ClassIndex::kByteArray, std::uint64_t{1} << 45), nullptr);
  EXPECT_EQ(mutator().try_new_bytes(ClassIndex::kByteArray, UINT64_MAX), nullptr);
  EXPECT_EQ(mutator().try_new_instance(heap().class_at(ClassIndex::kArray), std::uint64_t{1} << 61),
            nullptr);
  EXPECT_EQ(mutator().try_allocate(ClassIndex::kArray, Format::kIndexable, SIZE_MAX / 16), nullptr);
  // Not one element where size_t has 32 bits.
  EXPECT_EQ(
      mutator().try_new_instance(heap().class_at(ClassIndex::kArray), (std::uint64_t{1} << 32) + 1),
      nullptr);
}

TEST_F(HeapTest, FewerAddressesThanWantedWillDo) {
  HeapOptions options;
  options.reserve_bytes = SIZE_MAX / 4;
  auto another = Heap::create(options);
  ASSERT_TRUE(another.ok()) << another.error().message;
  Mutator its_mutator(*another.value());
  its_mutator.new_bytes(ClassIndex::kByteArray, 10u << 20);
  EXPECT_EQ(another.value()->verify(), "");
}

#ifndef NDEBUG
TEST_F(HeapTest, AllocationUnderNoCollectionAborts) {
  EXPECT_DEATH(
      {
        NoCollection guard(mutator());
        mutator().new_array(1);
      },
      "an allocation where none may happen");
}
#endif

}  // namespace
}  // namespace banter::heap
