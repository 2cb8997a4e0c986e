// Every primitive of this folder gets receivers and arguments of every kind, over and over: none
// may crash, and the heap must be whole afterwards. What they answer is not looked at here.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <random>
#include <set>
#include <string>

#include "primitives/primitive_testing.h"
#include "primitives/symbols.h"
#include "primitives/system_state.h"
#include "primitives/tables.h"

namespace banter::primitives {
namespace {

// These reach beyond the folder of the test: descriptors of the test program and its output.
const std::set<std::string_view> kLeftOut = {"primitiveConnectToFileDescriptor",
                                             "primitiveStandardErrorWrite"};

class Fuzz {
 public:
  explicit Fuzz(Mutator& mutator) : mutator_(mutator), values_(mutator) {}

  heap::RootedVector& values() { return values_; }
  Oop any() { return values_[random_() % values_.size()]; }
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random_() % limit); }

  void add_numbers() {
    for (const std::int64_t value :
         {std::int64_t{0}, std::int64_t{1}, std::int64_t{2}, std::int64_t{3}, std::int64_t{7},
          std::int64_t{16}, std::int64_t{64}, std::int64_t{1000}, std::int64_t{-1},
          std::int64_t{-2}, std::int64_t{-64}, std::int64_t{1} << 31, (std::int64_t{1} << 60) - 1,
          -(std::int64_t{1} << 60)}) {
      values_.push_back(Oop::small_int(value));
    }
    add(mutator_.new_integer(std::int64_t{1} << 62));
    add(mutator_.new_integer(~std::uint64_t{0}));
    for (const ClassIndex index :
         {ClassIndex::kLargePositiveInteger, ClassIndex::kLargeNegativeInteger}) {
      for (const std::size_t size : {0u, 1u, 8u, 20u}) {
        Object* large = mutator_.new_bytes(index, size);
        for (std::size_t i = 0; i < size; ++i) large->bytes()[i] = static_cast<std::uint8_t>(i);
        add(large->oop());
      }
    }
    for (const double value : {0.0, -0.0, 1.5, -3.0, 1e300, 1e-310}) add(mutator_.new_float(value));
    add(mutator_.new_float(std::numeric_limits<double>::quiet_NaN()));
    add(mutator_.new_float(std::numeric_limits<double>::infinity()));
  }

  void add_texts() {
    for (const std::string_view text :
         {"", "a", "abc", "x y\nz", "+", "r", "w", "foo bar: 3 baz: [ :x | ^ x ]", "12", "-0.5e3",
          "Object subclass: #A", "Class { #name : 'A' }", "A >> b [ ^ 1 ]"}) {
      add(make_string(mutator_, text));
      add(intern(mutator_, text));
      add(make_byte_array(mutator_, text));
    }
    add(make_string(mutator_, std::u32string_view(U"w\u00EFde \u20AC \U0001F600")));
    add(intern(mutator_, std::u32string_view(U"\u20AC")));
    add(make_byte_array(mutator_, std::string(256, '\1')));
    add(make_byte_array(mutator_, "\xFF\xFE\x80"));
    for (const std::uint32_t code : {0u, 97u, 255u, 0x20ACu, 0x10FFFFu, (1u << 30) - 1}) {
      values_.push_back(Oop::character(code));
    }
  }

  void add_objects(const std::vector<Oop>& classes) {
    const Heap& heap = mutator_.heap();
    for (const Oop oop : {heap.nil(), heap.true_object(), heap.false_object()}) {
      values_.push_back(oop);
    }
    heap::RootedVector rooted_classes(mutator_);
    for (const Oop cls : classes) rooted_classes.push_back(cls);
    for (std::size_t i = 0; i < classes.size(); ++i) {
      add(rooted_classes[i]);
      for (const std::size_t size : {0u, 5u}) {
        if (!mutator_.valid_instance_size(rooted_classes[i], size)) continue;
        add(mutator_.new_instance(rooted_classes[i], size)->oop());
      }
    }
    add(mutator_.new_array(0)->oop());
    Object* external = mutator_.new_bytes(ClassIndex::kExternalAddress, 8);
    add(external->oop());
    add(mutator_.new_bytes(ClassIndex::kByteArray, 100)->oop());
    add(mutator_.new_words(ClassIndex::kBitmap, 7)->oop());
    add(mutator_.new_association(heap.nil(), Oop::small_int(3))->oop());
    add(mutator_.new_method(heap.class_at(ClassIndex::kCompiledMethod), Oop::small_int(3), 48)
            ->oop());
    add_collections();
  }

  // Arrays of random things, and objects in the shape of a Dictionary, Set or OrderedCollection.
  void add_collections() {
    for (int i = 0; i < 6; ++i) {
      Object* array = mutator_.new_array(4 + below(5));
      for (std::size_t k = 0; k < array->slot_count(); ++k) array->init_slot(k, any());
      mutator_.heap().note_stores(array);
      add(array->oop());
    }
    for (int i = 0; i < 6; ++i) {
      Rooted<> array(mutator_, mutator_.new_array(8));
      for (std::size_t k = 0; k < 8; ++k) {
        if (below(2) == 0) continue;
        const Oop association = mutator_.new_association(any(), any())->oop();
        array.store(k, below(2) == 0 ? association : any());
      }
      Object* collection = mutator_.new_instance(mutator_.heap().class_at(ClassIndex::kSemaphore));
      mutator_.heap().store(collection, 0, Oop::small_int(below(8)));
      mutator_.heap().store(collection, i % 2 == 0 ? 1 : 0, array.oop());
      mutator_.heap().store(collection, 2, Oop::small_int(below(9)));
      add(collection->oop());
    }
  }

 private:
  void add(Oop oop) { values_.push_back(oop); }

  Mutator& mutator_;
  heap::RootedVector values_;
  std::mt19937 random_{42};
};

// In an empty folder of its own, so that file primitives find nothing that matters.
class FuzzTest : public PrimitiveTest {
 protected:
  explicit FuzzTest(bool stress_gc = false) : PrimitiveTest(stress_gc) {
    std::string folder = (std::filesystem::temp_directory_path() / "banter-fuzz-XXXXXX").string();
    if (mkdtemp(folder.data()) != nullptr) folder_ = folder;
    old_folder_ = std::filesystem::current_path();
    std::filesystem::current_path(folder_);
    vm().extensions().get<SystemState>().exit = [](int) {};
  }
  ~FuzzTest() override {
    std::filesystem::current_path(old_folder_);
    std::filesystem::remove_all(folder_);
  }

  std::vector<Oop> make_fuzz_classes() {
    heap::RootedVector classes(mutator());
    const std::pair<Format, std::size_t> kinds[] = {
        {Format::kNoSlots, 0},        {Format::kFixed, 3},    {Format::kIndexable, 0},
        {Format::kFixedIndexable, 2}, {Format::kWeak, 1},     {Format::kEphemeron, 2},
        {Format::kLongs, 0},          {Format::kWords, 0},    {Format::kShorts, 0},
        {Format::kBytes, 0},          {Format::kForwarder, 0}};
    for (const auto& [format, fixed] : kinds) classes.push_back(make_class("Fuzz", format, fixed));
    std::vector<Oop> result;
    for (std::size_t i = 0; i < classes.size(); ++i) result.push_back(classes[i]);
    return result;
  }

  void throw_everything_at(const char* name, int arguments, interpreter::Primitive function,
                           int rounds) {
    SCOPED_TRACE(name);
    Fuzz fuzz(mutator());
    fuzz.add_numbers();
    fuzz.add_texts();
    heap().set_stress_gc(false);
    fuzz.add_objects(make_fuzz_classes());
    heap().set_stress_gc(stressed_);
    for (int i = 0; i < rounds; ++i) {
      const std::uint32_t count =
          arguments < 0 ? fuzz.below(4) : static_cast<std::uint32_t>(arguments);
      const Oop operands[] = {fuzz.any(), fuzz.any(), fuzz.any(),
                              fuzz.any(), fuzz.any(), fuzz.any()};
      call_with(function, operands, count);
    }
    heap().set_stress_gc(false);
    ASSERT_EQ(heap().verify(), "");
  }

  void call_with(interpreter::Primitive function, const Oop (&o)[6], std::uint32_t count) {
    switch (count) {
      case 0:
        call_function(function, {o[0]});
        break;
      case 1:
        call_function(function, {o[0], o[1]});
        break;
      case 2:
        call_function(function, {o[0], o[1], o[2]});
        break;
      case 3:
        call_function(function, {o[0], o[1], o[2], o[3]});
        break;
      case 4:
        call_function(function, {o[0], o[1], o[2], o[3], o[4]});
        break;
      default:
        call_function(function, {o[0], o[1], o[2], o[3], o[4], o[5]});
        break;
    }
  }

  void throw_everything_at_all(int rounds) {
    for (const auto table : numbered_tables()) {
      for (const Entry& entry : table) {
        throw_everything_at(entry.name, entry.arguments, entry.function, rounds);
        if (HasFatalFailure()) return;
      }
    }
    for (const auto table : named_tables()) {
      for (const NamedEntry& entry : table) {
        if (kLeftOut.contains(entry.name)) continue;
        throw_everything_at(entry.name, entry.arguments, entry.function, rounds);
        if (HasFatalFailure()) return;
      }
    }
  }

  bool stressed_ = false;

 private:
  std::filesystem::path folder_;
  std::filesystem::path old_folder_;
};

TEST_F(FuzzTest, NoPrimitiveBelievesItsArguments) {
  throw_everything_at_all(std::getenv("BANTER_REDUCED_TESTS") == nullptr ? 400 : 80);
}

TEST_F(FuzzTest, NoPrimitiveKeepsAnObjectThatMoved) {
  stressed_ = true;
  const std::uint64_t moved_before = heap().moved_objects();
  throw_everything_at_all(60);
  EXPECT_GT(heap().moved_objects(), moved_before + 100'000);
}

}  // namespace
}  // namespace banter::primitives
