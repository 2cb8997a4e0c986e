// Plants each kind of damage and expects the verifier to name it.
#include "heap/verifier.h"

#include "heap/heap_testing.h"

namespace banter::heap {
namespace {

class VerifierTest : public HeapTest {
 protected:
  VerifierTest() {
    heap().set_verify_after_collection(false);
    victim_ = mutator().new_array(3);
    roots_.oops.push_back(victim_->oop());
    mutator().tenure_all();
    victim_ = roots_.oops.back().as_object();
    saved_ = *reinterpret_cast<const std::array<std::uint64_t, 4>*>(victim_);
    EXPECT_EQ(heap().verify(), "");
  }
  ~VerifierTest() override { *reinterpret_cast<std::array<std::uint64_t, 4>*>(victim_) = saved_; }
  void expect_problem(const char* text) {
    EXPECT_NE(heap().verify().find(text), std::string::npos) << heap().verify();
  }

  Object* victim_;
  std::array<std::uint64_t, 4> saved_;
};

TEST_F(VerifierTest, ASlotThatIsNoObject) {
  victim_->set_raw(1, victim_->oop().bits() + 8);
  expect_problem("no object");
  victim_->set_raw(1, 7);
  expect_problem("no object");
  victim_->set_raw(1, 0);
  expect_problem("no object");
}

TEST_F(VerifierTest, AYoungReferenceThatIsNotRemembered) {
  const Oop young = mutator().new_string("young");
  victim_->set_raw(2, young.bits());
  expect_problem("not remembered");
}

TEST_F(VerifierTest, ARememberedBitWithoutTheSet) {
  victim_->set_bit(Header::kRemembered, true);
  expect_problem("remembered bit");
}

TEST_F(VerifierTest, AMarkLeftBehind) {
  victim_->set_bit(Header::kMarked, true);
  expect_problem("mark bit");
}

TEST_F(VerifierTest, AClassIndexWithoutAClass) {
  victim_->set_class_index(static_cast<ClassIndex>(2000));
  expect_problem("names no class");
}

TEST_F(VerifierTest, AFormatThatDoesNotExist) {
  victim_->set_format(static_cast<Format>(6));
  expect_problem("has format 6");
}

TEST_F(VerifierTest, AMethodWithMoreLiteralsThanSlots) {
  victim_->set_format(Format::kCompiledMethod);
  victim_->set_raw(0, Oop::small_int(100).bits());
  expect_problem("literals");
}

TEST_F(VerifierTest, AnObjectBeyondTheEnd) {
  victim_->header = Header::make(ClassIndex::kArray, Format::kIndexable, 254);
  expect_problem("outside old space");
}

TEST_F(VerifierTest, ARootThatIsNoObject) {
  roots_.oops.push_back(Oop::from_bits(victim_->oop().bits() + 16));
  expect_problem("a root is");
  roots_.oops.pop_back();
}

}  // namespace
}  // namespace banter::heap
